package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.text.Bpe.Merge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BpeTest {
  /** The example of Sennrich et al., figure 1, without their end of word. */
  @Test
  void mergesTheMostFrequentPairFirst() {
    String text =
        "low low low low low " + "lower lower " + "newest ".repeat(6) + "widest widest widest";
    Bpe bpe = Bpe.train(text, 256 + 4);
    assertEquals(
        List.of(
            new Merge("e", "s"), new Merge("es", "t"), new Merge("l", "o"), new Merge("lo", "w")),
        bpe.merges());
    assertArrayEquals(
        new int[] {bpe.vocabulary().indexOf("low"), bpe.vocabulary().indexOf("est")},
        bpe.encode("lowest"));
  }

  /** The definition, word for word: recount everything before each merge. */
  @Test
  void trainsLikeTheDefinition() {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 120; i++) {
        text.append("aab c".charAt(random.nextInt(5)));
      }
      int size = 256 + 1 + random.nextInt(30);
      Bpe bpe = Bpe.train(text.toString(), size);
      assertEquals(byDefinition(text.toString(), size), bpe.merges(), "seed " + seed);
      assertEquals(bpe, Bpe.train(text.toString(), size));
      assertEncodesByDefinition(bpe, text + "aaaaaaaaacabbaab");
    }
  }

  private static List<Merge> byDefinition(String text, int size) {
    List<String> vocabulary = new ArrayList<>(Bpe.byteVocabulary());
    List<List<String>> words = new ArrayList<>();
    Bpe.words(text, word -> words.add(new ArrayList<>(List.of(word.replace(' ', 'Ġ').split("")))));
    List<Merge> merges = new ArrayList<>();
    while (vocabulary.size() < size) {
      Map<Merge, Integer> counts = new LinkedHashMap<>();
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(new Merge(word.get(i), word.get(i + 1)), 1, Integer::sum);
        }
      }
      Merge best =
          counts.keySet().stream()
              .min(
                  Comparator.comparing((Merge pair) -> -counts.get(pair))
                      .thenComparing(pair -> vocabulary.indexOf(pair.left()))
                      .thenComparing(pair -> vocabulary.indexOf(pair.right())))
              .orElse(null);
      if (best == null || counts.get(best) < 2) {
        break;
      }
      merges.add(best);
      words.forEach(word -> apply(best, word));
      if (!vocabulary.contains(best.left() + best.right())) {
        vocabulary.add(best.left() + best.right());
      }
    }
    return merges;
  }

  private static void apply(Merge merge, List<String> word) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if (word.get(i).equals(merge.left()) && word.get(i + 1).equals(merge.right())) {
        word.set(i, merge.left() + merge.right());
        word.remove(i + 1);
      }
    }
  }

  private static void assertEncodesByDefinition(Bpe bpe, String text) {
    List<Integer> expected = new ArrayList<>();
    Bpe.words(
        text,
        word -> {
          List<String> tokens = new ArrayList<>(List.of(word.replace(' ', 'Ġ').split("")));
          for (Merge merge : bpe.merges()) {
            apply(merge, tokens);
          }
          tokens.forEach(token -> expected.add(bpe.vocabulary().indexOf(token)));
        });
    assertEquals(expected, Arrays.stream(bpe.encode(text)).boxed().toList());
  }

  @Test
  void endsWhenNothingRepeats() {
    assertEquals(256, Bpe.train("", 5000).size());
    assertEquals(256, Bpe.train("abc def", 5000).size());
    Bpe all = Bpe.train("abc abc", 5000, "<|end|>");
    assertEquals(
        List.of("a", "b"),
        List.of(all.merges().getFirst().left(), all.merges().getFirst().right()));
    assertEquals(all.size() - 1, all.special("<|end|>"));
  }

  @Test
  void makesSpecialTokensOfNoText() {
    Bpe bpe = Bpe.train("<|end|> <|end|> <|end|>", 300, "<|end|>");
    int end = bpe.special("<|end|>");
    assertTrue(Arrays.stream(bpe.encode("a<|end|>")).noneMatch(token -> token == end));
    assertEquals("a<|end|>b", bpe.decode('a' - '!', end, 'b' - '!'));
    assertThrows(IllegalArgumentException.class, () -> bpe.special("the"));
  }

  /** Fast enough for a book, and no word is long enough to be an attack. */
  @Test
  void isFast() {
    Random random = new Random(1);
    StringBuilder book = new StringBuilder();
    while (book.length() < 1_200_000) {
      int word = (int) Math.abs(random.nextGaussian() * 5000);
      book.append(Integer.toString(word * 7919, 26)).append(' ');
    }
    assertTimeout(
        Duration.ofSeconds(20), () -> assertEquals(8192, Bpe.train(book.toString(), 8192).size()));
    Bpe bpe = Bpe.train("the the aa aa   \n\n", 270);
    for (String word : List.of("a", " ", "the", "😀", " \n")) {
      String text = word.repeat(300_000) + ".";
      assertTimeout(Duration.ofSeconds(20), () -> assertEquals(text, bpe.decode(bpe.encode(text))));
    }
  }

  @Test
  void refusesAVocabularyThatDoesNotHold() {
    List<String> bytes = Bpe.byteVocabulary();
    assertWrong("token 'a' comes twice", with("a"), List.of(), Set.of());
    assertWrong("token 256 is empty", with(""), List.of(), Set.of());
    assertWrong("token 'a b' is not written", with("a b"), List.of(), Set.of());
    assertWrong("special token 'x y' is not in", bytes, List.of(), Set.of("x y"));
    assertWrong("byte 00, 'Ā', is not in", bytes.subList(0, 187), List.of(), Set.of());
    assertWrong(
        "merge 0 of 'a' and 'b': 'ab' is not in the vocabulary",
        bytes,
        List.of(new Merge("a", "b")),
        Set.of());
    assertWrong("'<>' is not", with("<>"), List.of(new Merge("<", ">")), Set.of("<>"));
    assertThrows(IllegalArgumentException.class, () -> Bpe.train("", 256, "<end>"));
    assertThrows(IllegalArgumentException.class, () -> Bpe.train("", 300, "x", "x"));
    assertThrows(TextException.class, () -> Bpe.train("\uD800", 300));
  }

  private static List<String> with(String token) {
    List<String> vocabulary = new ArrayList<>(Bpe.byteVocabulary());
    vocabulary.add(token);
    return vocabulary;
  }

  private static void assertWrong(
      String part, List<String> vocabulary, List<Merge> merges, Set<String> special) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Bpe(vocabulary, merges, special), part)
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
