package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.Completion;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Continues a text by a language model. It needs no service, and works while one runs. */
@Command(
    description = "Goes on with a text by a trained language model, and prints what follows.",
    footer = {
      "",
      "Example:",
      "  ${ROOT-COMMAND-NAME} generate gpt \"Call me\" --temperature 0.8 --max-tokens 200"
    })
final class GenerateCommand implements Callable<Integer> {

  @Mixin private ModelReference model;

  @Parameters(
      index = "1",
      paramLabel = "PROMPT",
      description = "What to go on from, one character or more.")
  private String prompt;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many tokens at most (default: 100); the context ends them too.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0 takes the likeliest token each time (default); 1 draws by probability.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draws from the K likeliest tokens (default: 0, all).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draws from the likeliest tokens that have this share together (default: 1).")
  private double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      defaultValue = "1",
      description = "Above 1, tokens that came before become less likely (default: 1).")
  private double repetitionPenalty;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Ends in front of this text; may be given several times.")
  private List<String> stop = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same text (default: another each time).")
  private Long seed;

  @Option(names = "--json", description = "Prints one JSON object, at the end.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var sampling = sampling();
      var loaded = model.load(directory);
      try (var backend = LocalOptions.select(config).backend();
          var generator = Generator.open(backend, loaded)) {
        print(generator, sampling);
      }
      return 0;
    }
  }

  private Sampling sampling() {
    return Sampling.GREEDY
        .withTemperature(temperature)
        .withTopK(topK)
        .withTopP(topP)
        .withRepetitionPenalty(repetitionPenalty)
        .withSeed(seed == null ? OptionalLong.empty() : OptionalLong.of(seed))
        .withMaxTokens(maxTokens)
        .withStop(stop.toArray(String[]::new));
  }

  private void print(Generator generator, Sampling sampling) {
    var out = command.commandLine().getOut();
    if (json) {
      out.println(json(generator.complete(prompt, sampling)));
      return;
    }
    generator.complete(prompt, sampling, piece -> say(out, piece));
    out.println();
  }

  private static void say(PrintWriter out, String piece) {
    out.print(piece);
    out.flush();
  }

  private String json(Completion completion) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("text", completion.text())
        .put("finishReason", completion.finishReason().name().toLowerCase(Locale.ROOT))
        .put("promptTokens", completion.promptTokens())
        .put("completionTokens", completion.completionTokens())
        .toString();
  }
}
