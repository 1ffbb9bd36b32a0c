package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into words, which a model cuts into tokens: a stage of {@link Pipeline}. A new one is
 * a record and a line.
 */
interface PreTokenizer {
  /** How each is read, by its name in {@code tokenizer.json}. */
  Map<String, Function<Fields, PreTokenizer>> TYPES =
      Map.ofEntries(
          Map.entry("ByteLevel", BytesOfWords::read),
          Map.entry("BertPreTokenizer", _ -> new Bert()),
          Map.entry("Whitespace", _ -> new Words()),
          Map.entry("WhitespaceSplit", _ -> new At(Unicode::isWhiteSpace, Behavior.REMOVED)),
          Map.entry("CharDelimiterSplit", PreTokenizer::delimiter),
          Map.entry("Metaspace", Metaspace::read),
          Map.entry("Split", Split::read),
          Map.entry("Digits", PreTokenizer::digits),
          Map.entry("Punctuation", PreTokenizer::punctuation),
          Map.entry("Sequence", f -> new Chain(f.required("pretokenizers", PreTokenizer::list))));

  /** Gives the words of a piece that is not empty, in their order; empty ones are left out. */
  void cut(Piece piece, Consumer<Piece> words);

  static Parsed<PreTokenizer> read(JsonNode json, String pointer) {
    return Fields.read(json, pointer, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  private static Parsed<List<PreTokenizer>> list(JsonNode json, String pointer) {
    return Fields.items(
        json, pointer, "pre-tokenizer", 0, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  /** Each cuts what the one before gave. */
  record Chain(List<PreTokenizer> all) implements PreTokenizer {
    @Override
    public void cut(Piece piece, Consumer<Piece> words) {
      Consumer<Piece> to = words;
      for (PreTokenizer each : all.reversed()) {
        Consumer<Piece> behind = to;
        to = part -> each.cut(part, behind);
      }
      to.accept(piece);
    }
  }

  /** What becomes of the parts that a pattern matches, the delimiters. */
  enum Behavior {
    REMOVED,
    ISOLATED,
    MERGED_WITH_PREVIOUS,
    MERGED_WITH_NEXT,
    CONTIGUOUS;

    private static final Map<String, Behavior> NAMES =
        Map.of(
            "Removed", REMOVED,
            "Isolated", ISOLATED,
            "MergedWithPrevious", MERGED_WITH_PREVIOUS,
            "MergedWithNext", MERGED_WITH_NEXT,
            "Contiguous", CONTIGUOUS);

    static Behavior read(Fields f, String byDefault) {
      return f.choice("behavior", byDefault, NAMES);
    }

    /** {@return whether a word ends between a part that matches, or does not, and the next} */
    private boolean ends(boolean matches, boolean next) {
      return switch (this) {
        case REMOVED, ISOLATED -> true;
        case MERGED_WITH_PREVIOUS -> matches || !next;
        case MERGED_WITH_NEXT -> !matches || next;
        case CONTIGUOUS -> matches != next;
      };
    }
  }

  /** Makes words of the parts of a piece, as they come, one behind the other. */
  final class Cutter {
    private final Piece piece;
    private final Behavior behavior;
    private final Consumer<Piece> words;
    private int start;
    private int end;
    private boolean matches;

    Cutter(Piece piece, Behavior behavior, Consumer<Piece> words) {
      this.piece = piece;
      this.behavior = behavior;
      this.words = words;
    }

    /** Cuts at the matches of a pattern or, if inverted, at what is between them. */
    void cut(Pattern pattern, boolean invert) {
      Matcher matcher = pattern.matcher(piece.text());
      while (matcher.find()) {
        between(matcher.start(), invert);
        part(matcher.end(), !invert);
      }
      finish(invert);
    }

    /** Cuts at some characters. */
    void cut(IntPredicate delimiter) {
      String text = piece.text();
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int next = at + Character.charCount(c);
        if (delimiter.test(c)) {
          between(at, false);
          part(next, true);
        }
        at = next;
      }
      finish(false);
    }

    private void between(int to, boolean isMatch) {
      if (to > end) {
        part(to, isMatch);
      }
    }

    /** Takes the part up to {@code to}, which may be an empty match. */
    private void part(int to, boolean isMatch) {
      if (end > 0 && behavior.ends(matches, isMatch)) {
        word();
      }
      end = to;
      matches = isMatch;
    }

    private void finish(boolean isMatch) {
      between(piece.text().length(), isMatch);
      word();
    }

    private void word() {
      if (end > start && !(behavior == Behavior.REMOVED && matches)) {
        words.accept(piece.part(start, end));
      }
      start = end;
    }
  }

  /** At matches of a pattern. */
  record Split(Pattern pattern, Behavior behavior, boolean invert) implements PreTokenizer {
    static Split read(Fields f) {
      return new Split(
          f.required("pattern", Normalizer::pattern),
          Behavior.read(f, null),
          f.flag("invert", false));
    }

    @Override
    public void cut(Piece piece, Consumer<Piece> words) {
      new Cutter(piece, behavior, words).cut(pattern, invert);
    }
  }

  /** At some characters. */
  record At(IntPredicate delimiter, Behavior behavior) implements PreTokenizer {
    @Override
    public void cut(Piece piece, Consumer<Piece> words) {
      new Cutter(piece, behavior, words).cut(delimiter);
    }
  }

  private static PreTokenizer delimiter(Fields f) {
    String text = f.text("delimiter", null);
    if (text.codePointCount(0, text.length()) != 1) {
      throw new IllegalArgumentException("expected one character but got '" + text + "'");
    }
    int delimiter = text.codePointAt(0);
    return new At(c -> c == delimiter, Behavior.REMOVED);
  }

  private static PreTokenizer digits(Fields f) {
    return new At(
        Unicode::isNumeric,
        f.flag("individual_digits", false) ? Behavior.ISOLATED : Behavior.CONTIGUOUS);
  }

  private static PreTokenizer punctuation(Fields f) {
    return new At(Unicode::isPunctuation, Behavior.read(f, "Isolated"));
  }

  /** At white space and punctuation, which stays. */
  record Bert() implements PreTokenizer {
    private static final PreTokenizer CUTS =
        new Chain(
            List.of(
                new At(Unicode::isWhiteSpace, Behavior.REMOVED),
                new At(Unicode::isPunctuation, Behavior.ISOLATED)));

    @Override
    public void cut(Piece piece, Consumer<Piece> words) {
      CUTS.cut(piece, words);
    }
  }

  /** Words, and what is neither word nor white space: {@code \w+|[^\w\s]+}. */
  record Words() implements PreTokenizer {
    @Override
    public void cut(Piece piece, Consumer<Piece> words) {
      String text = piece.text();
      int start = 0;
      int kind = 0;
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int of = Unicode.isWord(c) ? 1 : Unicode.isWhiteSpace(c) ? 0 : 2;
        if (of != kind) {
          if (kind != 0) {
            words.accept(piece.part(start, at));
          }
          start = at;
          kind = of;
        }
        at += Character.charCount(c);
      }
      if (kind != 0) {
        words.accept(piece.part(start, text.length()));
      }
    }
  }

  /** GPT-2's words, or the whole piece, with a character for each byte. */
  record BytesOfWords(boolean prefixSpace, boolean words) implements PreTokenizer {
    static BytesOfWords read(Fields f) {
      f.flag("trim_offsets", true);
      return new BytesOfWords(f.flag("add_prefix_space", true), f.flag("use_regex", true));
    }

    @Override
    public void cut(Piece piece, Consumer<Piece> to) {
      Piece text = prefixSpace && !piece.text().startsWith(" ") ? piece.map(" "::concat) : piece;
      Consumer<Piece> bytes = word -> to.accept(word.map(ByteLevel::characters));
      if (words) {
        new Cutter(text, Behavior.ISOLATED, bytes).cut(ByteLevel.WORD, false);
      } else {
        bytes.accept(text);
      }
    }
  }

  /**
   * SentencePiece's words: each begins with a character that stands for the space in front.
   *
   * @param mark that character
   * @param prefix where a piece gets one though there is no space
   * @param split whether it is cut at all
   */
  record Metaspace(String mark, Prefix prefix, boolean split) implements PreTokenizer {
    enum Prefix {
      FIRST,
      NEVER,
      ALWAYS;

      private static final Map<String, Prefix> NAMES =
          Map.of("first", FIRST, "never", NEVER, "always", ALWAYS);

      /** Older files have {@code add_prefix_space}. */
      static Prefix read(Fields f) {
        boolean space = f.flag("add_prefix_space", true);
        Prefix prefix = f.choice("prepend_scheme", space ? "always" : "never", NAMES);
        if (!space && prefix != NEVER) {
          throw new IllegalArgumentException(
              "expected \"prepend_scheme\": \"never\" where add_prefix_space is false");
        }
        return prefix;
      }
    }

    static Metaspace read(Fields f) {
      f.optionalText("str_rep");
      return new Metaspace(mark(f), Prefix.read(f), f.flag("split", true));
    }

    static String mark(Fields f) {
      String mark = f.text("replacement", "\u2581");
      if (mark.codePointCount(0, mark.length()) != 1) {
        throw new IllegalArgumentException("expected one character but got '" + mark + "'");
      }
      return mark;
    }

    @Override
    public void cut(Piece piece, Consumer<Piece> words) {
      String text = piece.text().replace(" ", mark);
      boolean wanted = prefix == Prefix.ALWAYS || prefix == Prefix.FIRST && piece.first();
      Piece marked = piece.with(wanted && !text.startsWith(mark) ? mark + text : text);
      if (split) {
        int space = mark.codePointAt(0);
        new Cutter(marked, Behavior.MERGED_WITH_NEXT, words).cut(c -> c == space);
      } else {
        words.accept(marked);
      }
    }
  }
}
