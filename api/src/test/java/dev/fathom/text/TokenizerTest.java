package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
  private static final int TEXTS = 300;
  private static final List<String> PIECES =
      List.of(
          "the",
          " the",
          "  ",
          "\r\n",
          "é",
          "e\u0301",
          "😀",
          "👩‍👩‍👧",
          "日本",
          "\u0000",
          "'ll",
          "42");

  static Stream<Tokenizer> tokenizers() {
    StringBuilder all = new StringBuilder();
    new Random(1).ints(TEXTS).forEach(seed -> all.append(text(seed)));
    return Stream.of(
        new Bytes(),
        new Characters(all.toString(), false),
        Bpe.train("the other theme, then the end: été 😀 日本 日本", 300, "<|end|>"));
  }

  /** Random Unicode: pieces that matter, and any character at all but half a surrogate pair. */
  private static String text(int seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      int any = random.nextInt(Character.MAX_CODE_POINT + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.appendCodePoint(random.nextInt(0x100));
        case 1 -> text.appendCodePoint(any >= 0xD800 && any < 0xE000 ? '?' : any);
        default -> text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void givesBackAnyText(Tokenizer tokenizer) {
    assertEquals(0, tokenizer.encode("").length);
    assertEquals("", tokenizer.decode());
    new Random(1)
        .ints(TEXTS)
        .forEach(
            seed -> {
              String text = text(seed);
              int[] tokens = tokenizer.encode(text);
              assertEquals(text, tokenizer.decode(tokens), "seed " + seed);
              assertEquals(text, streamed(tokenizer, tokens), "seed " + seed);
            });
  }

  /** What a network makes up need not be text: it decodes as Java decodes broken UTF-8. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void decodesAnyTokens(Tokenizer tokenizer) {
    for (int seed = 0; seed < TEXTS; seed++) {
      Random random = new Random(seed);
      int[] tokens = random.ints(random.nextInt(12), 0, tokenizer.size()).toArray();
      var bytes = new ByteArrayOutputStream();
      for (int token : tokens) {
        bytes.writeBytes(tokenizer.bytes(token));
      }
      String expected = bytes.toString(StandardCharsets.UTF_8);
      assertEquals(expected, tokenizer.decode(tokens), "seed " + seed);
      assertEquals(expected, streamed(tokenizer, tokens), "seed " + seed);
    }
  }

  private static String streamed(Tokenizer tokenizer, int[] tokens) {
    Decoder decoder = tokenizer.decoder();
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(decoder.next(token));
    }
    return text.append(decoder.end()).toString();
  }

  @Test
  void streamsACharacterWhenItIsWhole() {
    Decoder decoder = new Bytes().decoder();
    assertEquals("a", decoder.next('a'));
    assertEquals("", decoder.next(0xF0));
    assertEquals("", decoder.next(0x9F));
    assertEquals("", decoder.next(0x98));
    assertEquals("😀", decoder.next(0x80));
    assertEquals("", decoder.next(0xE2));
    assertEquals("\uFFFDb", decoder.next('b'));
    assertEquals("", decoder.next(0xC3));
    assertEquals("\uFFFD", decoder.end());
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void namesTheTokenThatIsNotInTheVocabulary(Tokenizer tokenizer) {
    int size = tokenizer.size();
    TextException wrong = assertThrows(TextException.class, () -> tokenizer.decode(0, 1, size, 2));
    assertEquals(2, wrong.position());
    assertEquals(
        "[decode] token 2: expected 0 to %d but got %d".formatted(size - 1, size),
        wrong.getMessage());
    wrong = assertThrows(TextException.class, () -> tokenizer.decode(-1));
    assertEquals(0, wrong.position());
    assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.bytes(size));
    assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.bytes(-1));
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void refusesHalfOfASurrogatePair(Tokenizer tokenizer) {
    TextException wrong =
        assertThrows(TextException.class, () -> tokenizer.encode("the\uD83D the"));
    assertEquals(3, wrong.position(), wrong.getMessage());
  }

  @Test
  void knowsItsAlphabetAlone() {
    Characters strict = new Characters("hello 😀", false);
    assertEquals(" ehlo😀", strict.alphabet());
    assertArrayEquals(new int[] {2, 1, 5, 3}, strict.encode("he😀l"));
    TextException wrong = assertThrows(TextException.class, () -> strict.encode("😀é"));
    assertEquals(
        "[encode] character 2: expected one of the 6 characters of the vocabulary but got 'é'"
            + " (U+00E9)",
        wrong.getMessage());
    wrong = assertThrows(TextException.class, () -> strict.encode("o\n"));
    assertEquals(1, wrong.position());

    Characters lenient = new Characters("hello 😀", true);
    assertEquals(strict.size() + 1, lenient.size());
    assertArrayEquals(new int[] {5, 6, 6, 4}, lenient.encode("😀é\no"));
    assertEquals("😀\uFFFD\uFFFDo", lenient.decode(5, 6, 6, 4));
  }
}
