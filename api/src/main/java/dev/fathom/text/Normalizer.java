package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changes a text before it is cut: a stage of {@link Pipeline}. A new one is a record and a line.
 */
interface Normalizer {
  /** How each is read, by its name in {@code tokenizer.json}. */
  Map<String, Function<Fields, Normalizer>> TYPES =
      Map.ofEntries(
          Map.entry("NFC", _ -> new Composition(Form.NFC)),
          Map.entry("NFD", _ -> new Composition(Form.NFD)),
          Map.entry("NFKC", _ -> new Composition(Form.NFKC)),
          Map.entry("NFKD", _ -> new Composition(Form.NFKD)),
          Map.entry("Nmt", _ -> new Nmt()),
          Map.entry("Lowercase", _ -> new Lowercase()),
          Map.entry("StripAccents", _ -> new StripAccents()),
          Map.entry("Strip", Strip::read),
          Map.entry("BertNormalizer", Bert::read),
          Map.entry("Replace", Replace::read),
          Map.entry("Prepend", f -> new Prepend(f.text("prepend", null))),
          Map.entry("ByteLevel", _ -> new BytesAsCharacters()),
          Map.entry(
              "Precompiled",
              f -> new Precompiled(new Charsmap(f.text("precompiled_charsmap", null)))),
          Map.entry("Sequence", f -> new Chain(f.required("normalizers", Normalizer::list))));

  /** {@return the text as it is changed, which may then be empty} */
  Piece apply(Piece text);

  static Parsed<Normalizer> read(JsonNode json, String pointer) {
    return Fields.read(json, pointer, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  private static Parsed<List<Normalizer>> list(JsonNode json, String pointer) {
    return Fields.items(
        json, pointer, "normalizer", 0, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  /** One after the other. */
  record Chain(List<Normalizer> all) implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      Piece changed = text;
      for (Normalizer each : all) {
        changed = each.apply(changed);
      }
      return changed;
    }
  }

  /** A form of Unicode Standard Annex 15. */
  record Composition(Form form) implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      return text.map(t -> java.text.Normalizer.normalize(t, form));
    }
  }

  /** Spaces for what looks like one, and no controls. */
  record Nmt() implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      return text.filter(c -> !isControl(c)).map(t -> Unicode.map(t, c -> isSpace(c) ? ' ' : c));
    }

    private static boolean isControl(int c) {
      return c >= 0x01 && c <= 0x08
          || c == 0x0B
          || c >= 0x0E && c <= 0x1F
          || c == 0x7F
          || c == 0x8F
          || c == 0x9F;
    }

    private static boolean isSpace(int c) {
      return switch (c) {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> true;
        default -> c >= 0x200B && c <= 0x200F;
      };
    }
  }

  /** All in lower case. */
  record Lowercase() implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      return text.map(Unicode::lower);
    }
  }

  /** No marks; one behind its letter is found after {@link Composition} took them apart. */
  record StripAccents() implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      return text.filter(c -> !Unicode.isMark(c));
    }
  }

  /** No white space at the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    static Strip read(Fields f) {
      return new Strip(f.flag("strip_left", true), f.flag("strip_right", true));
    }

    @Override
    public Piece apply(Piece piece) {
      String text = piece.text();
      int start = 0;
      int end = text.length();
      while (left && start < end && Unicode.isWhiteSpace(text.charAt(start))) {
        start++;
      }
      while (right && end > start && Unicode.isWhiteSpace(text.charAt(end - 1))) {
        end--;
      }
      return piece.part(start, end);
    }
  }

  /** What BERT does (Devlin et al., 2019). */
  record Bert(boolean clean, boolean chinese, boolean stripAccents, boolean lowercase)
      implements Normalizer {
    static Bert read(Fields f) {
      boolean lowercase = f.flag("lowercase", true);
      return new Bert(
          f.flag("clean_text", true),
          f.flag("handle_chinese_chars", true),
          f.has("strip_accents") ? f.flag("strip_accents", false) : lowercase,
          lowercase);
    }

    @Override
    public Piece apply(Piece piece) {
      Piece text = piece;
      if (clean) {
        text =
            text.filter(Bert::isClean)
                .map(t -> Unicode.map(t, c -> Unicode.isWhiteSpace(c) ? ' ' : c));
      }
      if (chinese) {
        text = text.map(Bert::apart);
      }
      if (stripAccents) {
        text =
            text.map(t -> java.text.Normalizer.normalize(t, Form.NFD))
                .filter(c -> !Unicode.isNonSpacingMark(c));
      }
      return lowercase ? text.map(Unicode::lower) : text;
    }

    private static boolean isClean(int c) {
      return c == '\t' || c == '\n' || c == '\r' || c != 0xFFFD && !Unicode.isOther(c);
    }

    private static String apart(String text) {
      StringBuilder all = new StringBuilder(text.length());
      text.codePoints()
          .forEach(
              c -> {
                if (isChinese(c)) {
                  all.append(' ').appendCodePoint(c).append(' ');
                } else {
                  all.appendCodePoint(c);
                }
              });
      return all.toString();
    }

    /** The blocks of Chinese characters, as the library has them. */
    private static boolean isChinese(int c) {
      return c >= 0x4E00 && c <= 0x9FFF
          || c >= 0x3400 && c <= 0x4DBF
          || c >= 0x20000 && c <= 0x2A6DF
          || c >= 0x2A700 && c <= 0x2B73F
          || c >= 0x2B740 && c <= 0x2B81F
          || c >= 0x2B920 && c <= 0x2CEAF
          || c >= 0xF900 && c <= 0xFAFF
          || c >= 0x2F800 && c <= 0x2FA1F;
    }
  }

  /** A text for each match of a pattern. */
  record Replace(Pattern pattern, String content) implements Normalizer {
    static Replace read(Fields f) {
      return new Replace(f.required("pattern", Normalizer::pattern), f.text("content", null));
    }

    @Override
    public Piece apply(Piece piece) {
      Matcher matcher = pattern.matcher(piece.text());
      // As in the library, what replaces several characters stands where the last of them stood.
      boolean moves =
          matcher.lookingAt()
              && (content.isEmpty() ? matcher.end() > 0 : characters(matcher.group()) > 1);
      return new Piece(in(piece.text()), piece.first() && !moves);
    }

    private static int characters(String text) {
      return text.codePointCount(0, text.length());
    }

    String in(String text) {
      return pattern.matcher(text).replaceAll(Matcher.quoteReplacement(content));
    }
  }

  /** {@return a text that is looked for as it stands, or a regular expression} */
  static Parsed<Pattern> pattern(JsonNode json, String pointer) {
    return Fields.read(
        json,
        pointer,
        null,
        f -> {
          Optional<String> regex = f.optionalText("Regex");
          return regex.isPresent()
              ? Regex.compile(regex.get())
              : Pattern.compile(f.text("String", null), Pattern.LITERAL);
        });
  }

  /** A text in front. */
  record Prepend(String prefix) implements Normalizer {
    @Override
    public Piece apply(Piece piece) {
      return piece.text().isEmpty() ? piece : piece.map(prefix::concat);
    }
  }

  /** A character for each byte, see {@link ByteLevel}. */
  record BytesAsCharacters() implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      return text.map(ByteLevel::characters);
    }
  }

  /** What SentencePiece compiled. */
  record Precompiled(Charsmap charsmap) implements Normalizer {
    @Override
    public Piece apply(Piece text) {
      return text.map(charsmap::apply);
    }
  }
}
