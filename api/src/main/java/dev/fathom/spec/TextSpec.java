package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.FixedLength;
import dev.fathom.data.TextFiles;
import dev.fathom.data.Tokens;
import dev.fathom.data.Tokens.Longer;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.table.Dialect;
import dev.fathom.task.LanguageModel;
import dev.fathom.text.Chat;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Texts as examples: where they are, how they are cut to tokens, and to how many.
 *
 * <pre>{@code
 * {"format": "folders", "train": "train", "test": "test", "length": 256, "longer": "cut",
 *  "tokenizer": {"type": "bpe", "vocabulary": 2000}}
 * {"format": "csv", "text": "line", "target": "language", "train": "train.csv", "length": 128,
 *  "tokenizer": {"type": "characters", "vocabulary": 200}}
 * {"format": "csv", "text": "sequence", "target": "answer", "train": "train.csv", "length": 256,
 *  "test": "test.csv", "testLength": 4096, "tokenizer": {"type": "bytes"}}
 * {"format": "text", "train": "book.txt", "length": 64, "stride": 32,
 *  "tokenizer": {"type": "bpe", "vocabulary": 2000, "special": ["<|end|>"]}}
 * {"format": "lines", "train": "names.txt", "length": 32, "tokenizer": {"type": "bytes"}}
 * {"format": "lines", "train": "chats.txt", "length": 256, "chat": "chatml",
 *  "tokenizer": {"type": "bpe", "vocabulary": 2000, "special": ["<|im_start|>", "<|im_end|>"]}}
 * }</pre>
 *
 * <p>The network gets the column {@value Tokens#TOKENS}, {@code [length]}, and its first layer
 * takes token ids. Texts that are shorter are filled with that layer's {@code padding}, an id that
 * no text gives. Where the target is a column, {@code longer} is the treatment of texts that are
 * longer. Where it is {@value Tokens#NEXT}, as it is for {@code text} and {@code lines}, an example
 * is a window of a text, and the target the token behind each of its tokens.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a file, or a folder where texts are in folders
 * @param test as {@code train} is, to test the result on
 * @param home how texts lie in it
 * @param tokenizer of the texts; one that learns sees the training examples alone, never those that
 *     are held back
 * @param length how many tokens an example has
 * @param testLength how many tokens an example of the test file has, where that is another number:
 *     the network is tested on other lengths than it learned. Its parameters must not depend on it
 * @param longer the treatment of longer texts; not used for windows
 * @param stride from one window to the next; empty where the target is a column
 * @param chat how messages become a text that the model goes on with; empty where it does not chat,
 *     and where the target is a column
 */
public record TextSpec(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    Home home,
    Cutter tokenizer,
    int length,
    OptionalInt testLength,
    Longer longer,
    OptionalInt stride,
    Optional<Chat> chat)
    implements Source {
  static final long MOST = 1 << 24;

  /** How texts lie in files. */
  public sealed interface Home {
    /** One text a file, in a folder for each class. */
    record Folders() implements Home {}

    /** One text a line. */
    record Lines() implements Home {}

    /** A file is one text. */
    record Whole() implements Home {}

    /** A column of a table, in a file whose name tells the format, or else of this one. */
    record Csv(String column, String format, Dialect dialect) implements Home {}
  }

  /** Which tokenizer. */
  public sealed interface Cutter {
    /** {@link dev.fathom.text.Bytes}. */
    record Bytes() implements Cutter {}

    /**
     * {@link dev.fathom.text.Characters} of the training examples.
     *
     * @param vocabulary how many tokens there are at most: the most frequent characters, and the
     *     unknown one
     * @param unknown whether all other characters become one token, instead of being an error
     */
    record Characters(int vocabulary, boolean unknown) implements Cutter {}

    /**
     * {@link dev.fathom.text.Bpe}, learned from the training examples.
     *
     * @param vocabulary how many tokens there are at most, bytes and special ones included
     * @param special tokens that no text gives; they get the highest numbers
     */
    record Bpe(int vocabulary, List<String> special) implements Cutter {
      public Bpe {
        special = List.copyOf(special);
      }
    }

    /**
     * {@link dev.fathom.text.Pipeline#wordPiece}, learned from the training examples.
     *
     * @param vocabulary how many tokens there are at most, the unknown and special ones included
     * @param lowercase whether case and accents are dropped
     * @param special tokens that no text gives; they get the highest numbers
     */
    record WordPiece(int vocabulary, boolean lowercase, List<String> special) implements Cutter {
      public WordPiece {
        special = List.copyOf(special);
      }
    }

    /**
     * {@link dev.fathom.text.Pipeline#unigram}, learned from the training examples.
     *
     * @param vocabulary how many tokens there are at most, the unknown and special ones included
     * @param special tokens that no text gives; they get the highest numbers
     */
    record Unigram(int vocabulary, List<String> special) implements Cutter {
      public Unigram {
        special = List.copyOf(special);
      }
    }

    /**
     * That of a Hugging Face {@code tokenizer.json}, as {@link Tokenizers} reads it.
     *
     * @param file beside the training file
     */
    record HuggingFace(String file) implements Cutter {}

    /** That of the model that the training begins {@code "from"}. */
    record OfModel() implements Cutter {}
  }

  /** {@return whether an example is a window, and its target the tokens that follow} */
  public boolean windows() {
    return stride.isPresent();
  }

  @Override
  public Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException {
    return Texts.open(spec, this, finder);
  }

  @Override
  public String input() {
    return Tokens.TOKENS;
  }

  @Override
  public String target(Fields f) {
    return target(f, home);
  }

  @Override
  public Optional<String> task() {
    return windows() ? Optional.of(LanguageModel.NAME) : Optional.empty();
  }

  @Override
  public boolean hasWeights() {
    return home instanceof Home.Csv && !windows();
  }

  @Override
  public boolean hasTestShare() {
    return !windows();
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
  public Optional<FixedLength> texts(Spec spec, Tokenizer cutter) {
    if (windows()) {
      return Optional.empty();
    }
    OptionalLong padding = spec.model().graph().paddingToken();
    return Optional.of(
        new FixedLength(
            cutter,
            length,
            padding.isPresent() ? OptionalInt.of((int) padding.getAsLong()) : OptionalInt.empty(),
            longer));
  }

  /** Reads what stands beside {@code "format"}. */
  static TextSpec parse(Fields f, String format) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test = hasTestShare(f, format) ? Optional.empty() : f.optionalText("test");
    Home home =
        switch (format) {
          case "folders" -> new Home.Folders();
          case "lines" -> new Home.Lines();
          case "text" -> new Home.Whole();
          default ->
              new Home.Csv(
                  f.text("text", null),
                  format,
                  format.equals("csv") ? TableSpec.dialect(f) : Dialect.RFC4180);
        };
    Cutter tokenizer = f.required("tokenizer", TextSpec::tokenizer);
    long length = f.integer("length", null, 1, MOST);
    boolean windows = target(f, home).equals(Tokens.NEXT);
    Optional<Long> testLength =
        windows || test.isEmpty() ? Optional.empty() : f.optionalInteger("testLength", 1);
    return new TextSpec(
        dataset,
        train,
        test,
        home,
        tokenizer,
        (int) length,
        testLength
            .map(tokens -> OptionalInt.of((int) Math.min(tokens, MOST)))
            .orElse(OptionalInt.empty()),
        windows
            ? Longer.REFUSE
            : f.choice("longer", "refuse", Map.of("refuse", Longer.REFUSE, "cut", Longer.CUT)),
        windows
            ? OptionalInt.of((int) f.computed("stride").integer("stride", length, 1, MOST))
            : OptionalInt.empty(),
        windows ? f.optionalObject("chat", Chat::read) : Optional.empty());
  }

  /** {@return whether a part of the examples is tested on, instead of a file} */
  private static boolean hasTestShare(Fields f, String format) {
    boolean windows = Set.of("lines", "text").contains(format) || f.is("target", Tokens.NEXT);
    return !windows && f.has("test") && !f.isText("test");
  }

  /** {@return the column that is learned} */
  private static String target(Fields f, Home home) {
    Map<String, String> next = Map.of(Tokens.NEXT, Tokens.NEXT);
    return switch (home) {
      case Home.Folders() ->
          f.choice(
              "target",
              TextFiles.LABEL,
              Map.of(TextFiles.LABEL, TextFiles.LABEL, Tokens.NEXT, Tokens.NEXT));
      case Home.Lines(), Home.Whole() -> f.choice("target", Tokens.NEXT, next);
      case Home.Csv _ ->
          f.is("target", Tokens.NEXT) ? f.choice("target", null, next) : f.text("target", null);
    };
  }

  static Parsed<Cutter> tokenizer(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    Cutter cutter =
        switch (f.choice(
            "type",
            null,
            Map.of(
                "bytes", 'b',
                "characters", 'c',
                "bpe", 'm',
                "wordpiece", 'w',
                "unigram", 'u',
                "huggingface", 'h',
                "model", 'o'))) {
          case 'b' -> new Cutter.Bytes();
          case 'c' ->
              new Cutter.Characters(
                  (int) f.integer("vocabulary", 256L, 2, MOST), f.flag("unknown", true));
          case 'm' -> {
            List<String> special = f.texts("special");
            yield new Cutter.Bpe(vocabulary(f, 256 + special.size()), special);
          }
          case 'w' -> {
            List<String> special = f.texts("special");
            yield new Cutter.WordPiece(
                vocabulary(f, 2 + special.size()), f.flag("lowercase", false), special);
          }
          case 'u' -> {
            List<String> special = f.texts("special");
            yield new Cutter.Unigram(vocabulary(f, 2 + special.size()), special);
          }
          case 'h' -> new Cutter.HuggingFace(f.text("file", null));
          default -> new Cutter.OfModel();
        };
    f.end();
    return new Parsed<>(cutter, f.expanded());
  }

  private static int vocabulary(Fields f, int least) {
    return (int) f.integer("vocabulary", null, least, MOST);
  }
}
