package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes a text of tokens, as they come: the last stage of {@link Pipeline}. A new one is a record
 * and a line.
 */
interface Detokenizer {
  /** How each is read, by its name in {@code tokenizer.json}. */
  Map<String, Function<Fields, Detokenizer>> TYPES =
      Map.of(
          "ByteLevel", BytesOfTokens::read,
          "WordPiece", WordPiece::read,
          "Metaspace", Metaspace::read,
          "ByteFallback", _ -> new ByteFallback(),
          "Fuse", _ -> new Fuse(),
          "BPEDecoder", f -> new Suffix(f.text("suffix", "</w>")),
          "Replace", f -> new Replace(Normalizer.Replace.read(f)),
          "Strip", Strip::read,
          "Sequence", f -> new Chain(f.required("decoders", Detokenizer::list)));

  /** {@return what does this stage's work for one text, and gives it to the next stage} */
  Flow into(Flow next);

  /** {@return the text of a token that is neither the first nor the last} */
  String inside(String token);

  /** {@return the bytes of a token that stands for bytes and not for a text} */
  default Optional<byte[]> bytes(String token) {
    return Optional.empty();
  }

  static Parsed<Detokenizer> read(JsonNode json, String pointer) {
    return Fields.read(json, pointer, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  private static Parsed<List<Detokenizer>> list(JsonNode json, String pointer) {
    return Fields.items(
        json, pointer, "decoder", 0, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  /** Takes the tokens of a text. One may come in parts, and after a stage that joined them does. */
  interface Flow {
    void part(String text);

    /** A token is whole. */
    void tokenEnds();

    /** The text is whole. */
    void end();
  }

  /** Takes tokens that are whole. */
  abstract class Whole implements Flow {
    final Flow next;
    private final StringBuilder token = new StringBuilder();
    private boolean first = true;

    Whole(Flow next) {
      this.next = next;
    }

    abstract void token(String text, boolean isFirst);

    void give(String text) {
      next.part(text);
      next.tokenEnds();
    }

    @Override
    public void part(String text) {
      token.append(text);
    }

    @Override
    public void tokenEnds() {
      String text = token.toString();
      token.setLength(0);
      token(text, first);
      first = false;
    }

    @Override
    public void end() {
      next.end();
    }
  }

  /** A stage that changes tokens one by one, the first maybe in another way. */
  interface EachToken extends Detokenizer {
    String first(String token);

    @Override
    default Flow into(Flow next) {
      return new Whole(next) {
        @Override
        void token(String text, boolean isFirst) {
          give(isFirst ? first(text) : inside(text));
        }
      };
    }
  }

  /** One after the other. */
  record Chain(List<Detokenizer> all) implements Detokenizer {
    @Override
    public Flow into(Flow next) {
      Flow to = next;
      for (Detokenizer each : all.reversed()) {
        to = each.into(to);
      }
      return to;
    }

    @Override
    public String inside(String token) {
      String text = token;
      boolean joined = false;
      for (Detokenizer each : all) {
        // What comes behind works on the ends of a text alone.
        text = joined && each instanceof Strip ? text : each.inside(text);
        joined |= each instanceof Fuse;
      }
      return text;
    }

    @Override
    public Optional<byte[]> bytes(String token) {
      String text = token;
      for (Detokenizer each : all) {
        Optional<byte[]> bytes = each.bytes(text);
        if (bytes.isPresent()) {
          return bytes;
        }
        text = each.inside(text);
      }
      return Optional.empty();
    }
  }

  /** Tokens with a space between two. */
  record Spaced() implements EachToken {
    @Override
    public String first(String token) {
      return token;
    }

    @Override
    public String inside(String token) {
      return " " + token;
    }
  }

  /** Characters for bytes, see {@link ByteLevel}; a token that has others is its own bytes. */
  record BytesOfTokens() implements Detokenizer {
    static BytesOfTokens read(Fields f) {
      for (String name : List.of("add_prefix_space", "trim_offsets", "use_regex")) {
        f.flag(name, true); // These are for the other directions.
      }
      return new BytesOfTokens();
    }

    @Override
    public Flow into(Flow next) {
      Utf8Stream utf8 = new Utf8Stream();
      return new Whole(next) {
        @Override
        void token(String text, boolean isFirst) {
          next.part(utf8.next(raw(text)));
        }

        @Override
        public void end() {
          next.part(utf8.end());
          next.tokenEnds();
          next.end();
        }
      };
    }

    private static byte[] raw(String token) {
      byte[] bytes = ByteLevel.bytes(token);
      return bytes == null ? Utf8.encode(token) : bytes;
    }

    @Override
    public String inside(String token) {
      return token;
    }

    @Override
    public Optional<byte[]> bytes(String token) {
      return Optional.of(raw(token));
    }
  }

  /** Spaces in front of what does not go on with a word; punctuation is moved to its word. */
  record WordPiece(String prefix, boolean cleanup) implements EachToken {
    private static final List<List<String>> CLEAN =
        List.of(
            List.of(" .", "."),
            List.of(" ?", "?"),
            List.of(" !", "!"),
            List.of(" ,", ","),
            List.of(" ' ", "'"),
            List.of(" n't", "n't"),
            List.of(" 'm", "'m"),
            List.of(" do not", " don't"),
            List.of(" 's", "'s"),
            List.of(" 've", "'ve"),
            List.of(" 're", "'re"));

    static WordPiece read(Fields f) {
      return new WordPiece(f.text("prefix", "##"), f.flag("cleanup", true));
    }

    @Override
    public String first(String token) {
      return clean(token);
    }

    @Override
    public String inside(String token) {
      return clean(token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token);
    }

    private String clean(String token) {
      String text = token;
      for (List<String> each : cleanup ? CLEAN : List.<List<String>>of()) {
        text = text.replace(each.get(0), each.get(1));
      }
      return text;
    }
  }

  /** Spaces for the characters that stand for them; the first token's is left out. */
  record Metaspace(String mark, boolean keepsFirst) implements EachToken {
    static Metaspace read(Fields f) {
      f.optionalText("str_rep");
      f.flag("split", true);
      return new Metaspace(
          PreTokenizer.Metaspace.mark(f),
          PreTokenizer.Metaspace.Prefix.read(f) == PreTokenizer.Metaspace.Prefix.NEVER);
    }

    @Override
    public String first(String token) {
      return token.replace(mark, keepsFirst ? " " : "");
    }

    @Override
    public String inside(String token) {
      return token.replace(mark, " ");
    }
  }

  /**
   * Characters for tokens {@code <0x0A>} of their bytes. Of neighbours that are no UTF-8 together
   * each becomes U+FFFD, so they are given when the last has come.
   */
  record ByteFallback() implements Detokenizer {
    @Override
    public Flow into(Flow next) {
      ByteArrayOutputStream waiting = new ByteArrayOutputStream();
      return new Whole(next) {
        @Override
        void token(String text, boolean isFirst) {
          Optional<byte[]> one = bytes(text);
          if (one.isPresent()) {
            waiting.writeBytes(one.get());
          } else {
            give();
            give(text);
          }
        }

        private void give() {
          if (waiting.size() == 0) {
            return;
          }
          byte[] bytes = waiting.toByteArray();
          waiting.reset();
          try {
            give(Utf8.decode(bytes));
          } catch (TextException noText) {
            for (int i = 0; i < bytes.length; i++) {
              give("\uFFFD");
            }
          }
        }

        @Override
        public void end() {
          give();
          next.end();
        }
      };
    }

    @Override
    public String inside(String token) {
      return token;
    }

    @Override
    public Optional<byte[]> bytes(String token) {
      return token.matches("<0x[0-9A-Fa-f]{2}>")
          ? Optional.of(new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)})
          : Optional.empty();
    }
  }

  /** All tokens become one, for the stages behind. */
  record Fuse() implements Detokenizer {
    @Override
    public Flow into(Flow next) {
      return new Flow() {
        @Override
        public void part(String text) {
          next.part(text);
        }

        @Override
        public void tokenEnds() {}

        @Override
        public void end() {
          next.tokenEnds();
          next.end();
        }
      };
    }

    @Override
    public String inside(String token) {
      return token;
    }
  }

  /** A space for the end of a word, but not of the last. */
  record Suffix(String suffix) implements Detokenizer {
    @Override
    public Flow into(Flow next) {
      return new Whole(next) {
        private String waiting;

        @Override
        void token(String text, boolean isFirst) {
          release(" ");
          // All but the end of a word is certain.
          int certain = text.contains(suffix) ? text.indexOf(suffix) : text.length();
          next.part(text.substring(0, certain));
          waiting = text.substring(certain);
        }

        private void release(String space) {
          if (waiting != null) {
            next.part(waiting.replace(suffix, space));
            next.tokenEnds();
          }
        }

        @Override
        public void end() {
          release("");
          next.end();
        }
      };
    }

    @Override
    public String inside(String token) {
      return token.replace(suffix, " ");
    }
  }

  /** A text for each match of a pattern in a token. */
  record Replace(Normalizer.Replace replace) implements EachToken {
    @Override
    public String first(String token) {
      return replace.in(token);
    }

    @Override
    public String inside(String token) {
      return replace.in(token);
    }
  }

  /**
   * Leaves a character out at the ends of tokens.
   *
   * @param content the character
   * @param start how often at most at the start
   * @param stop and at the end
   */
  record Strip(int content, long start, long stop) implements Detokenizer {
    static Strip read(Fields f) {
      String content = f.text("content", " ");
      if (content.codePointCount(0, content.length()) != 1) {
        throw new IllegalArgumentException("expected one character but got '" + content + "'");
      }
      return new Strip(content.codePointAt(0), f.integer("start", 0L, 0), f.integer("stop", 0L, 0));
    }

    @Override
    public Flow into(Flow next) {
      return new Flow() {
        private long cut;
        private boolean begun;
        private long held;

        @Override
        public void part(String text) {
          StringBuilder given = new StringBuilder(text.length());
          text.codePoints()
              .forEach(
                  c -> {
                    if (!begun && c == content && cut < start) {
                      cut++;
                    } else if (c == content && held < stop) {
                      begun = true;
                      held++;
                    } else {
                      begun = true;
                      if (c != content) {
                        give(given);
                      }
                      given.appendCodePoint(c);
                    }
                  });
          next.part(given.toString());
        }

        private void give(StringBuilder to) {
          for (; held > 0; held--) {
            to.appendCodePoint(content);
          }
        }

        @Override
        public void tokenEnds() {
          cut = 0;
          held = 0;
          begun = false;
          next.tokenEnds();
        }

        @Override
        public void end() {
          next.end();
        }
      };
    }

    @Override
    public String inside(String token) {
      StringBuilder text = new StringBuilder();
      Flow flow =
          into(
              new Flow() {
                @Override
                public void part(String part) {
                  text.append(part);
                }

                @Override
                public void tokenEnds() {}

                @Override
                public void end() {}
              });
      flow.part(token);
      flow.tokenEnds();
      return text.toString();
    }
  }
}
