package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static final List<String> TEXTS =
      List.of(
          "low low low low low lower lower newest newest newest newest newest newest",
          "widest widest widest, the lowest of the newer ones");

  // ---- WordPiece ----

  /** The example of Sennrich et al., figure 1, with tokens of BERT. */
  @Test
  void learnsWordPieces() {
    Pipeline tokenizer = Pipeline.wordPiece(TEXTS, 60, false, "[CLS]", "[SEP]");
    List<String> tokens = tokenizer.vocabulary();
    assertEquals("[UNK]", tokens.getFirst());
    assertTrue(tokens.containsAll(List.of("low", "##est", "new", "##w")), tokens::toString);
    assertEquals(List.of("[CLS]", "[SEP]"), tokens.subList(tokens.size() - 2, tokens.size()));
    assertEquals("newest lowest", tokenizer.decode(tokenizer.encode("  newest   lowest ")));
    assertEquals("low, the", tokenizer.decode(tokenizer.encode("low, the")));
    assertArrayEquals(new int[] {0}, tokenizer.encode("xyz"));
    assertFalse(tokenizer.isSpecial(0), "a text gives it");
    assertTrue(tokenizer.isSpecial(tokens.size() - 1));
    assertEquals(tokenizer, Pipeline.wordPiece(TEXTS, 60, false, "[CLS]", "[SEP]"));
    assertNotEquals(tokenizer, Pipeline.wordPiece(TEXTS, 30, false, "[CLS]", "[SEP]"));
  }

  /** The definition, word for word: recount everything before each merge. */
  @Test
  void learnsWordPiecesLikeTheDefinition() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 150; i++) {
        text.append("aabc ".charAt(random.nextInt(5)));
      }
      int size = 8 + random.nextInt(30);
      Pipeline tokenizer = Pipeline.wordPiece(List.of(text.toString()), size, false);
      assertEquals(byDefinition(text.toString(), size), tokenizer.vocabulary(), "seed " + seed);
    }
  }

  private static List<String> byDefinition(String text, int size) {
    List<List<String>> words = new ArrayList<>();
    for (String word : text.trim().split(" +")) {
      List<String> symbols = new ArrayList<>();
      for (String character : word.split("")) {
        symbols.add(symbols.isEmpty() ? character : "##" + character);
      }
      words.add(symbols);
    }
    List<String> vocabulary = new ArrayList<>(List.of("[UNK]"));
    words.stream().flatMap(List::stream).distinct().sorted().forEach(vocabulary::add);
    while (vocabulary.size() < size) {
      Map<List<String>, Integer> counts = new LinkedHashMap<>();
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          counts.merge(List.copyOf(word.subList(i, i + 2)), 1, Integer::sum);
        }
      }
      List<String> best =
          counts.keySet().stream()
              .min(
                  Comparator.comparing((List<String> pair) -> -counts.get(pair))
                      .thenComparing(pair -> vocabulary.indexOf(pair.get(0)))
                      .thenComparing(pair -> vocabulary.indexOf(pair.get(1))))
              .orElse(null);
      if (best == null || counts.get(best) < 2) {
        break;
      }
      String merged = best.get(0) + best.get(1).substring(2);
      if (!vocabulary.contains(merged)) {
        vocabulary.add(merged);
      }
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          if (word.subList(i, i + 2).equals(best)) {
            word.set(i, merged);
            word.remove(i + 1);
          }
        }
      }
    }
    return vocabulary;
  }

  @Test
  void dropsCaseAndAccentsWhereAsked() {
    List<String> texts = List.of("Été ÉTÉ été");
    Pipeline lower = Pipeline.wordPiece(texts, 40, true);
    assertEquals("ete", lower.decode(lower.encode("Été")));
    Pipeline cased = Pipeline.wordPiece(texts, 40, false);
    assertEquals("Été", cased.decode(cased.encode("Été")));
  }

  /** A small vocabulary has the most frequent characters, and no more tokens than asked. */
  @Test
  void keepsToTheSize() {
    String text = "aaaa bbb cc d";
    assertEquals(
        List.of("[UNK]", "##a", "##b"), Pipeline.wordPiece(List.of(text), 3, true).vocabulary());
    Pipeline unigram = Pipeline.unigram(List.of(text), 4, "</s>");
    assertEquals(Set.of("<unk>", "\u2581", "a", "</s>"), Set.copyOf(unigram.vocabulary()));
    for (int size = 3; size < 40; size++) {
      assertTrue(Pipeline.unigram(TEXTS, size).size() <= size);
      assertTrue(Pipeline.wordPiece(TEXTS, size, true).size() <= size);
    }
    assertEquals(1, Pipeline.unigram(List.of(), 50).size());
    assertEquals(1, Pipeline.wordPiece(List.of(""), 50, true).size());
  }

  @Test
  void refusesWrongSpecialTokensAndSizes() {
    for (String[] special : new String[][] {{"a", "a"}, {""}, {"[UNK]", "<unk>", "<unk>"}}) {
      assertThrows(
          IllegalArgumentException.class, () -> Pipeline.wordPiece(TEXTS, 99, true, special));
      assertThrows(IllegalArgumentException.class, () -> Pipeline.unigram(TEXTS, 99, special));
    }
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> Pipeline.unigram(TEXTS, 2, "</s>"));
    assertEquals("[unigram] expected a vocabulary of 3 or more but got 2", wrong.getMessage());
    assertThrows(TextException.class, () -> Pipeline.unigram(List.of("\uD83D"), 9));
    assertThrows(TextException.class, () -> Pipeline.wordPiece(List.of("\uD83D"), 9, true));
  }

  // ---- Unigram ----

  /** Words of a made language are of stems and endings, which is what it has to find. */
  @Test
  void learnsUnigrams() {
    Random random = new Random(3);
    List<String> endings = List.of("ing", "ed", "er", "est", "ness");
    List<String> stems =
        random.ints(60, 0, 1 << 20).mapToObj(PipelineTest::stem).distinct().toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append(stems.get(random.nextInt(stems.size())))
          .append(endings.get(random.nextInt(endings.size())))
          .append(' ');
    }
    List<String> all = List.of(text.toString());
    Pipeline tokenizer = Pipeline.unigram(all, 120, "</s>");
    assertTrue(
        Set.copyOf(tokenizer.vocabulary()).containsAll(endings),
        () -> tokenizer.vocabulary().toString());
    assertEquals(120, tokenizer.size());
    String words = stems.get(0) + "ing " + stems.get(1) + "ed";
    assertTrue(tokenizer.encode(words).length <= 6);
    assertEquals(words, tokenizer.decode(tokenizer.encode(words)));
    assertEquals(tokenizer, Pipeline.unigram(all, 120, "</s>"));
    assertEquals(119, tokenizer.special().get("</s>"));
    assertEquals(0, tokenizer.encode("\u65e5")[1], "unknown");
  }

  private static String stem(int seed) {
    return ""
        + "bdfklmpr".charAt(seed & 7)
        + "aiou".charAt(seed >> 3 & 3)
        + "bdfklmpr".charAt(seed >> 5 & 7)
        + "aiou".charAt(seed >> 8 & 3);
  }

  /** Pieces of a text give back all of it, what stands at its start and its end too. */
  @Test
  void unigramsGiveBackTheText() {
    String text = "the other\ntheme, \ud83d\ude00 \u65e5\u672c  then the end ";
    Pipeline tokenizer = Pipeline.unigram(List.of(text, text), 90);
    assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
    assertEquals("", tokenizer.decode(tokenizer.encode("")));
  }

  /** Fewer tokens a text than characters, and the more the larger the vocabulary. */
  @Test
  void largerVocabulariesCutLess() {
    Random random = new Random(5);
    List<String> syllables = List.of("ka", "to", "mi", "ren", "shu", "lo", "pa", "ni");
    String text =
        random
            .ints(4000, 0, 64)
            .mapToObj(i -> syllables.get(i % 8) + (i % 7 < 3 ? syllables.get(i / 8) : " "))
            .collect(Collectors.joining());
    int before = Integer.MAX_VALUE;
    for (int size : new int[] {30, 60, 120}) {
      int tokens = Pipeline.unigram(List.of(text), size).encode(text).length;
      assertTrue(tokens < before, tokens + " tokens of " + size);
      before = tokens;
    }
    assertTrue(before < text.length() / 3, before + " tokens of " + text.length());
  }

  // ---- special tokens ----

  /** A text from outside never contains a special token, a text that is trusted may. */
  @Test
  void makesSpecialTokensOnlyWhereAsked() {
    for (Tokenizer tokenizer :
        List.of(
            Pipeline.unigram(List.of("<|end|> the end"), 60, "<|end|>"),
            Pipeline.wordPiece(List.of("<|end|> the end"), 60, true, "<|end|>"),
            Bpe.train("the end", 270, "<|end|>"))) {
      int end = tokenizer.size() - 1;
      String text = "the end<|end|>";
      assertTrue(Arrays.stream(tokenizer.encode(text)).noneMatch(id -> id == end));
      int[] with = tokenizer.encodeWithSpecial(text);
      assertEquals(end, with[with.length - 1]);
      assertArrayEquals(tokenizer.encode("the end"), Arrays.copyOf(with, with.length - 1));
      assertTrue(tokenizer.isSpecial(end));
      assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.isSpecial(end + 1));
      assertArrayEquals(with, tokenizer.enclose(with).tokens());
      assertArrayEquals(new int[] {0, 1, 1}, tokenizer.enclose(new int[1], new int[2]).segments());
    }
    Tokenizer bytes = new Bytes();
    assertArrayEquals(bytes.encode("<s>"), bytes.encodeWithSpecial("<s>"));
    assertFalse(bytes.isSpecial(255));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.isSpecial(256));
  }

  // ---- decoding ----

  @Test
  void bytesOfTokensAreThoseInsideATextAndSumUp() throws IOException {
    for (String name : List.of("llama2", "t5", "gpt4", "bert-cased", "words", "roberta")) {
      Tokenizer tokenizer =
          Tokenizers.fromHuggingFace(HuggingFaceTest.resource(name).path("tokenizer"));
      int[] ids = tokenizer.encode("I thought I would sail about a little and see");
      StringBuilder text = new StringBuilder();
      for (int id : ids) {
        text.append(new String(tokenizer.bytes(id), StandardCharsets.UTF_8));
      }
      assertEquals(tokenizer.decode(ids).strip(), text.toString().strip(), name);
    }
  }

  @Test
  void streamsACharacterOfByteTokensWhenItIsWhole() throws IOException {
    Pipeline tokenizer =
        (Pipeline) Tokenizers.fromHuggingFace(HuggingFaceTest.resource("llama2").path("tokenizer"));
    Decoder decoder = tokenizer.decoder();
    List<String> tokens = tokenizer.vocabulary();
    assertEquals("I", decoder.next(tokens.indexOf("\u2581I")));
    assertEquals("", decoder.next(tokens.indexOf("<0xC3>")));
    assertEquals("", decoder.next(tokens.indexOf("<0xA9>")));
    assertEquals("\u00e9 I", decoder.next(tokens.indexOf("\u2581I")));
    assertEquals("", decoder.next(tokens.indexOf("<0xC3>")));
    assertEquals("\uFFFD", decoder.end());
    assertArrayEquals(new byte[] {(byte) 0xC3}, tokenizer.bytes(tokens.indexOf("<0xC3>")));
  }

  /** What has no token, and no other for it, is an error and not left out. */
  @Test
  void refusesWhatItHasNoTokenFor() throws IOException {
    ObjectNode json = (ObjectNode) HuggingFaceTest.resource("words").path("tokenizer");
    ((ObjectNode) json.path("model")).remove("unk_token");
    TextException wrong =
        assertThrows(TextException.class, () -> Tokenizers.fromHuggingFace(json).encode("xyzzyx"));
    assertTrue(wrong.getMessage().contains("'xyzzyx'"), wrong.getMessage());
  }

  /** A request may bring a megabyte without a space. */
  @Test
  void encodesLongWordsSoon() throws IOException {
    List<String> others =
        Stream.of(" ", "A", "\u65e5", "a\u0301", "\n", "#", "1")
            .map(c -> c.repeat(60_000))
            .toList();
    for (String name : List.of("gpt4o", "deepseek", "roberta", "bloom", "prefix")) {
      Tokenizer tokenizer =
          Tokenizers.fromHuggingFace(HuggingFaceTest.resource(name).path("tokenizer"));
      assertTimeout(Duration.ofSeconds(20), () -> others.forEach(tokenizer::encode), name);
    }
    String text = "abcdefg\u65e5".repeat(60_000);
    for (String name : List.of("llama2", "t5", "gpt4", "bert-cased", "clip", "albert")) {
      Tokenizer tokenizer =
          Tokenizers.fromHuggingFace(HuggingFaceTest.resource(name).path("tokenizer"));
      assertTimeout(Duration.ofSeconds(20), () -> tokenizer.encode(text), name);
    }
    Set<Integer> kinds = new HashSet<>();
    Arrays.stream(Pipeline.unigram(List.of(text), 20).encode(text)).forEach(kinds::add);
    assertTrue(kinds.size() > 1);
  }
}
