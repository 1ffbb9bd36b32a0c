package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.data.Table.Kind;
import dev.fathom.generate.BeamSearch;
import dev.fathom.generate.Translated;
import dev.fathom.generate.Translator;
import dev.fathom.metric.TextScores;
import dev.fathom.store.DataDirectory;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells texts from others. It needs no service, and works while one runs. */
@Command(
    description = {
      "Tells texts from others by a model of the task translation: prints one line for each.",
      "With --reference, how near those of a file are to the right ones: BLEU and chrF."
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} translate en-de 'Open file' 'Save as...'",
      "  ${ROOT-COMMAND-NAME} translate en-de --file test.csv --column english --reference german"
    })
final class TranslateCommand implements Callable<Integer> {

  /** How many texts are in memory. */
  private static final int BATCH = 64;

  @Mixin private ModelReference model;

  @Parameters(index = "1..*", paramLabel = "TEXT", arity = "0..*", description = "What is told.")
  private List<String> texts = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A table with texts instead, such as a CSV.")
  private Path file;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "The column of --file that has the texts.")
  private String column;

  @Option(
      names = "--reference",
      paramLabel = "NAME",
      description = "The column of --file that has the right answers.")
  private String reference;

  @Option(
      names = "--beams",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many beginnings are kept at each step (default: 4).")
  private int beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "P",
      defaultValue = "1",
      description = "Below 1, short texts are preferred (default: 1).")
  private double lengthPenalty;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many answers each text gets, the best first (default: 1).")
  private int count;

  @Option(names = "--json", description = "Prints a JSON object per text.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    if (texts.isEmpty() == (file == null) || (file == null) != (column == null)) {
      throw new CommandException("expected texts, or --file and --column");
    }
    if (reference != null && file == null) {
      throw new CommandException("--reference: expected a --file that has it");
    }
    var search = search();
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = model.load(directory);
      if (!Translator.translates(loaded)) {
        throw new CommandException(
            "'%s' tells no texts from others: its task is %s"
                .formatted(loaded.name(), loaded.task().name()));
      }
      List<String> sources = texts;
      List<String> references = List.of();
      if (file != null) {
        Set<String> columns = new LinkedHashSet<>(List.of(column));
        if (reference != null) {
          columns.add(reference);
        }
        var reader = TableFile.of(file).only(columns);
        columns.forEach(name -> reader.column(name, Kind.TEXT));
        var table = reader.read();
        sources = table.texts(column);
        references = reference == null ? List.of() : table.texts(reference);
      }
      try (var backend = LocalOptions.select(config).backend();
          var translator = Translator.open(backend, loaded)) {
        translate(translator, sources, references, search);
      }
      return 0;
    }
  }

  private BeamSearch search() {
    try {
      return new BeamSearch(beams, lengthPenalty, count, Integer.MAX_VALUE, Set.of());
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private void translate(
      Translator translator, List<String> sources, List<String> references, BeamSearch search) {
    var out = command.commandLine().getOut();
    List<String> best = new ArrayList<>();
    for (int from = 0; from < sources.size(); from += BATCH) {
      var some = sources.subList(from, Math.min(sources.size(), from + BATCH));
      var told = translator.translate(some, search);
      for (int i = 0; i < some.size(); i++) {
        best.add(told.get(i).getFirst().text());
        if (json) {
          out.println(json(some.get(i), told.get(i)));
        } else {
          told.get(i).forEach(text -> out.println(text.text()));
        }
      }
    }
    if (!references.isEmpty()) {
      var each = references.stream().map(List::of).toList();
      out.println(scores(best, each));
    }
  }

  private String scores(List<String> texts, List<List<String>> references) {
    double bleu = TextScores.bleu(texts, references);
    double chrF = TextScores.chrF(texts, references);
    return json
        ? JsonNodeFactory.instance
            .objectNode()
            .put("texts", texts.size())
            .put("bleu", bleu)
            .put("chrF", chrF)
            .toString()
        : String.format(Locale.ROOT, "%,d texts: BLEU %.2f, chrF %.2f", texts.size(), bleu, chrF);
  }

  private static String json(String source, List<Translated> told) {
    var answer = JsonNodeFactory.instance.objectNode().put("text", source);
    var all = answer.putArray("translations");
    told.forEach(each -> all.addObject().put("text", each.text()).put("score", each.score()));
    return answer.toString();
  }
}
