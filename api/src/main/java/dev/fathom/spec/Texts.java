package dev.fathom.spec;

import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.TextFiles;
import dev.fathom.data.Tokens;
import dev.fathom.json.SpecException;
import dev.fathom.spec.TextSpec.Cutter;
import dev.fathom.spec.TextSpec.Home;
import dev.fathom.table.TableFile;
import dev.fathom.text.Bpe;
import dev.fathom.text.Bytes;
import dev.fathom.text.Characters;
import dev.fathom.text.Pipeline;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads texts. The part for validation is held back before the tokenizer learns: some of the texts
 * or, of one long text, its end.
 */
final class Texts {
  private static final int LONGEST_WORD = 64;

  private final Spec spec;
  private final TextSpec text;
  private final Source.FileFinder finder;

  private Texts(Spec spec, TextSpec text, Source.FileFinder finder) {
    this.spec = spec;
    this.text = text;
    this.finder = finder;
  }

  static Examples open(Spec spec, TextSpec text, Source.FileFinder finder) throws IOException {
    var texts = new Texts(spec, text, finder);
    Table train = texts.table(text.train(), Optional.empty());
    Optional<Table> test = Optional.empty();
    if (text.test().isPresent()) {
      test = Optional.of(texts.table(text.test().get(), Optional.of(train)));
    }
    return text.windows() ? texts.windows(train, test) : texts.examples(train, test);
  }

  // ---- a column is learned ----

  private Examples examples(Table train, Optional<Table> test) throws IOException {
    TableSplit split = TableSplit.of(spec, train);
    Tokenizer tokenizer = tokenizer(select(train.texts(column()), split.learned()));
    int padding =
        padding(tokenizer)
            .orElseThrow(
                () ->
                    new SpecException(
                        "/model/0/padding",
                        "expected the id that fills short texts, of %d to %d, but there is none"
                            .formatted(tokenizer.size(), spec.model().graph().vocabulary() - 1)));
    Dataset all = padded(train, tokenizer, padding, text.length());
    return new Examples(
        all.select(train.name() + " (train)", split.learned()),
        Optional.of(all.select(train.name() + " (validation)", split.held())),
        split.tested().length > 0
            ? Optional.of(all.select(train.name() + " (test)", split.tested()))
            : test.map(
                table ->
                    padded(table, tokenizer, padding, text.testLength().orElse(text.length()))),
        List.of(),
        Optional.of(tokenizer),
        train.notes(),
        List.of());
  }

  private Dataset padded(Table table, Tokenizer tokenizer, int padding, int length) {
    Dataset examples =
        Tokens.padded(
            table, column(), spec.data().target(), tokenizer, length, padding, text.longer());
    return spec.data()
        .weight()
        .filter(table::has)
        .map(column -> examples.with(column, table.numbers(column)))
        .orElse(examples);
  }

  // ---- the next token is learned ----

  private Examples windows(Table train, Optional<Table> test) throws IOException {
    List<String> all = train.texts(column());
    List<String> learned;
    List<String> held;
    double share = spec.training().validation();
    if (all.size() == 1) {
      String whole = all.getFirst();
      int end = end(whole, 1 - share);
      learned = List.of(whole.substring(0, end));
      held = end == whole.length() ? List.of() : List.of(whole.substring(end));
    } else {
      Split split = Split.random(train.targets(""), share, spec.training().seed());
      learned = select(all, rows(split.train()));
      held = select(all, rows(split.validation()));
    }
    if (held.isEmpty() && share > 0) {
      throw new SpecException(
          "/training/validation", "expected a share with a text in it but got " + share);
    }
    Tokenizer tokenizer = tokenizer(learned);
    OptionalInt padding = padding(tokenizer);
    String name = train.name();
    return new Examples(
        windows(name + " (train)", learned, tokenizer, padding),
        held.isEmpty()
            ? Optional.empty()
            : Optional.of(windows(name + " (validation)", held, tokenizer, padding)),
        test.map(t -> windows(t.name(), t.texts(column()), tokenizer, padding)),
        List.of(),
        Optional.of(tokenizer),
        train.notes(),
        List.of());
  }

  /**
   * {@return where a share of a text ends}: in front of white space, so that no word is cut, or of
   * any character, if there is none near, as in scripts that put nothing between words
   */
  private static int end(String text, double share) {
    int end = (int) Math.round(text.length() * share);
    for (int at = end; at < Math.min(text.length(), end + LONGEST_WORD); at++) {
      if (Character.isWhitespace(text.charAt(at))) {
        return at;
      }
    }
    return end > 0 && end < text.length() && Character.isLowSurrogate(text.charAt(end))
        ? end + 1
        : end;
  }

  private Dataset windows(
      String name, List<String> texts, Tokenizer tokenizer, OptionalInt padding) {
    return Tokens.windows(
        name,
        Tokens.encoded(name, texts, tokenizer),
        text.length(),
        text.stride().getAsInt(),
        padding,
        tokenizer);
  }

  // ---- files ----

  private Table table(String name, Optional<Table> model) throws IOException {
    Path place = finder.find(name);
    boolean folders = text.home() instanceof Home.Folders;
    if (Files.isDirectory(place) != folders) {
      throw new SpecException(
          "/data/" + (model.isPresent() ? "test" : "train"),
          "expected a %s but '%s' is none".formatted(folders ? "folder" : "file", name));
    }
    return switch (text.home()) {
      case Home.Lines() -> TextFiles.lines(place);
      case Home.Whole() -> TextFiles.whole(place);
      case Home.Folders() ->
          model.isPresent()
              ? TextFiles.folders(place, model.get().field(TextFiles.LABEL).labels())
              : TextFiles.folders(place);
      case Home.Csv csv -> table(csv, place, model);
    };
  }

  private Table table(Home.Csv csv, Path place, Optional<Table> model) throws IOException {
    TableFile reader =
        TableFile.of(place)
            .format(csv.format())
            .dialect(csv.dialect())
            .column(csv.column(), Kind.TEXT)
            .need(csv.column(), "/data/text");
    Set<String> used = new LinkedHashSet<>(List.of(csv.column()));
    if (!text.windows()) {
      String target = spec.data().target();
      reader.need(target, "/data/target");
      used.add(target);
      if (spec.task().readsClasses()) {
        reader.column(target, Kind.CLASS);
      }
    }
    if (model.isPresent()) {
      // A test file may be without weights.
      Set<String> names = Set.copyOf(reader.names());
      Set<String> without =
          spec.data().weight().stream()
              .filter(column -> !names.contains(column))
              .collect(Collectors.toSet());
      return reader.like(model.get().without(without)).read();
    }
    spec.data()
        .weight()
        .ifPresent(
            column -> {
              reader.need(column, "/data/weight").column(column, Kind.NUMBER);
              used.add(column);
            });
    return reader.only(used).read();
  }

  private String column() {
    return text.home() instanceof Home.Csv csv ? csv.column() : TextFiles.TEXT;
  }

  static int[] rows(Dataset targets) {
    int[] rows = new int[targets.size()];
    for (int i = 0; i < rows.length; i++) {
      targets.read(0, i, rows, i);
    }
    return rows;
  }

  static List<String> select(List<String> texts, int[] rows) {
    List<String> selected = new ArrayList<>();
    for (int row : rows) {
      selected.add(texts.get(row));
    }
    return selected;
  }

  // ---- tokens ----

  /** {@return the tokenizer that a spec describes; one that learns learns from these texts} */
  static Tokenizer made(Spec spec, Cutter cutter, List<String> texts, Source.FileFinder finder)
      throws IOException {
    return switch (cutter) {
      case Cutter.Bytes() -> new Bytes();
      case Cutter.Characters(int size, boolean unknown) ->
          Characters.frequent(texts, size, unknown);
      // A line's end joins no words, so it teaches no merges.
      case Cutter.Bpe(int size, List<String> special) ->
          Bpe.train(String.join("\n", texts), size, special.toArray(String[]::new));
      case Cutter.WordPiece(int size, boolean lowercase, List<String> special) ->
          Pipeline.wordPiece(texts, size, lowercase, special.toArray(String[]::new));
      case Cutter.Unigram(int size, List<String> special) ->
          Pipeline.unigram(texts, size, special.toArray(String[]::new));
      case Cutter.HuggingFace(String file) -> huggingFace(file, finder);
      case Cutter.OfModel() ->
          finder.tokenizer(
              spec.transfer()
                  .from()
                  .orElseThrow(
                      () ->
                          new SpecException(
                              "/data/tokenizer/type",
                              "expected \"from\" in the spec, with the model that has the tokenizer")));
    };
  }

  private Tokenizer tokenizer(List<String> texts) throws IOException {
    return tokenizer(spec, text.tokenizer(), texts, finder);
  }

  /** {@return the tokenizer that a spec describes, for whose tokens the network has room} */
  static Tokenizer tokenizer(Spec spec, Cutter cutter, List<String> texts, Source.FileFinder finder)
      throws IOException {
    Tokenizer tokenizer = made(spec, cutter, texts, finder);
    long ids = spec.model().graph().vocabulary();
    if (ids == 0) {
      throw new SpecException("/model/0", "expected a layer that takes token ids, for texts");
    }
    if (tokenizer.size() > ids) {
      throw new SpecException(
          "/model/0/vocabulary",
          "expected %d or more, as many as the tokenizer has, but got %d"
              .formatted(tokenizer.size(), ids));
    }
    return tokenizer;
  }

  private static Tokenizer huggingFace(String file, Source.FileFinder finder) throws IOException {
    try {
      return Tokenizers.readHuggingFace(finder.find(file));
    } catch (SpecException e) {
      throw new SpecException("/data/tokenizer/file", file + ": " + e.getMessage());
    }
  }

  private OptionalInt padding(Tokenizer tokenizer) {
    return padding(spec, tokenizer);
  }

  /** {@return the id that fills short texts, if the network has one} */
  static OptionalInt padding(Spec spec, Tokenizer tokenizer) {
    OptionalLong padding = spec.model().graph().paddingToken();
    if (padding.isEmpty()) {
      return OptionalInt.empty();
    }
    int id = (int) padding.getAsLong();
    if (id < tokenizer.size() && !tokenizer.isSpecial(id)) {
      throw new SpecException(
          "/model/0/padding",
          "expected an id that no text gives, of %d to %d, but got %d"
              .formatted(tokenizer.size(), spec.model().graph().vocabulary() - 1, id));
    }
    return OptionalInt.of(id);
  }
}
