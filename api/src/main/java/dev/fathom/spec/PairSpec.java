package dev.fathom.spec;

import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.Tokens;
import dev.fathom.data.Tokens.Longer;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Block;
import dev.fathom.nn.EncoderDecoder;
import dev.fathom.table.TableFile;
import dev.fathom.task.Translation;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pairs of texts, the second of which is told from the first: a column of a table for each.
 *
 * <pre>{@code
 * {"format": "pairs", "from": "english", "to": "german", "train": "train.csv", "test": "test.csv",
 *  "length": 40, "tokenizer": {"type": "bpe", "vocabulary": 4000, "special": ["<s>", "</s>"]}}
 * }</pre>
 *
 * <p>The network gets {@value Tokens#TOKENS}, {@code [length + targetLength]}, see {@link
 * Tokens#pairs}, and learns {@value Tokens#NEXT}, {@code [targetLength]}: both are what an {@link
 * EncoderDecoder} takes and gives. One tokenizer cuts both texts. Tokens {@code start} and {@code
 * end} of the task are special ones of it.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a table
 * @param test as {@code train} is, to test the result on
 * @param from the column of first texts
 * @param to the column of second texts
 * @param tokenizer of both; one that learns sees the training examples alone
 * @param length how many tokens a first text has, with the end behind it
 * @param targetLength how many a second one has
 * @param longer the treatment of longer texts
 */
public record PairSpec(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    String from,
    String to,
    TextSpec.Cutter tokenizer,
    int length,
    int targetLength,
    Longer longer)
    implements Source {
  /** Reads what stands beside {@code "format"}. */
  static PairSpec parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test = f.optionalText("test");
    String from = f.text("from", null);
    String to = f.text("to", null);
    TextSpec.Cutter tokenizer = f.required("tokenizer", TextSpec::tokenizer);
    long length = f.integer("length", null, 2, TextSpec.MOST);
    long targetLength =
        f.computed("targetLength").integer("targetLength", length, 2, TextSpec.MOST);
    return new PairSpec(
        dataset,
        train,
        test,
        from,
        to,
        tokenizer,
        (int) length,
        (int) targetLength,
        f.choice("longer", "refuse", Map.of("refuse", Longer.REFUSE, "cut", Longer.CUT)));
  }

  @Override
  public String input() {
    return Tokens.TOKENS;
  }

  @Override
  public String target(Fields f) {
    return f.choice("target", Tokens.NEXT, Map.of(Tokens.NEXT, Tokens.NEXT));
  }

  @Override
  public Optional<String> task() {
    return Optional.of(Translation.NAME);
  }

  @Override
  public Optional<String> learned() {
    return Optional.of(train);
  }

  @Override
  public Optional<String> tested() {
    return test;
  }

  @Override
  public Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException {
    Translation task = task(spec);
    checkSource(spec);
    Table learned = table(finder, train);
    double share = spec.training().validation();
    Split split = Split.random(learned.targets(""), share, spec.training().seed());
    int[] rows = Texts.rows(split.train());
    int[] held = Texts.rows(split.validation());
    List<String> texts = new ArrayList<>(Texts.select(learned.texts(from), rows));
    texts.addAll(Texts.select(learned.texts(to), rows));
    Tokenizer cutter = Texts.tokenizer(spec, tokenizer, texts, finder);
    int padding =
        Texts.padding(spec, cutter)
            .orElseThrow(
                () ->
                    new SpecException(
                        "/model/0/encoder/0/padding",
                        "expected the id that fills short texts but there is none"));
    Ids ids = new Ids(special(cutter, task.start()), special(cutter, task.end()), padding);
    Dataset all = examples(learned, cutter, ids);
    Optional<Dataset> tests = Optional.empty();
    if (test.isPresent()) {
      tests = Optional.of(examples(table(finder, test.get()), cutter, ids));
    }
    return new Examples(
        all.select(learned.name() + " (train)", rows),
        Optional.of(all.select(learned.name() + " (validation)", held)),
        tests,
        List.of(),
        Optional.of(cutter),
        learned.notes(),
        List.of());
  }

  private record Ids(int start, int end, int padding) {}

  private static Translation task(Spec spec) {
    if (spec.task() instanceof Translation task) {
      return task;
    }
    throw new SpecException(
        "/task",
        "expected the task translation for data of the format pairs but got '%s'"
            .formatted(spec.task().name()));
  }

  private void checkSource(Spec spec) {
    List<Block> blocks = spec.model().graph().nodes().stream().map(node -> node.block()).toList();
    if (blocks.size() != 1 || !(blocks.getFirst() instanceof EncoderDecoder layer)) {
      throw new SpecException(
          "/model",
          "expected one layer 'encoderdecoder' for data of the format pairs but got %s"
              .formatted(blocks.stream().map(Block::label).toList()));
    }
    if (layer.source() != length) {
      throw new SpecException(
          "/model/0/source",
          "expected %d, the length of the data, but got %d".formatted(length, layer.source()));
    }
  }

  private static int special(Tokenizer tokenizer, String name) {
    try {
      return Translation.special(tokenizer, name);
    } catch (IllegalArgumentException e) {
      throw new SpecException("/data/tokenizer/special", e.getMessage());
    }
  }

  private Table table(FileFinder finder, String file) throws IOException {
    return TableFile.of(finder.find(file))
        .column(from, Kind.TEXT)
        .column(to, Kind.TEXT)
        .need(from, "/data/from")
        .need(to, "/data/to")
        .only(Set.of(from, to))
        .read();
  }

  private Dataset examples(Table table, Tokenizer cutter, Ids ids) {
    String name = table.name();
    return Tokens.pairs(
        name,
        Tokens.encoded(name, table.texts(from), cutter),
        Tokens.encoded(name, table.texts(to), cutter),
        length,
        targetLength,
        ids.start(),
        ids.end(),
        ids.padding(),
        longer);
  }
}
