package dev.fathom.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.json.SpecException;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.Spec;
import dev.fathom.text.Tokenizer;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import dev.fathom.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A network learns to write a word backwards in capitals, and says words that it never saw. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TranslatorTest {
  private static final String SPEC =
      """
      {'name': 'backwards',
       'data': {'format': 'pairs', 'train': 'train.csv', 'test': 'test.csv', 'from': 'word',
                'to': 'turned', 'length': 8,
                'tokenizer': {'type': 'bpe', 'vocabulary': 258, 'special': [%s]}},
       'model': [{'type': 'encoderdecoder', 'source': %d,
         'encoder': [{'type': 'embedding', 'vocabulary': 259, 'padding': 258, 'features': 32, 'initializer': 'smallNormal'},
                     {'type': 'learnedpositions', 'length': 8},
                     {'type': 'encoder', 'heads': 4, 'hidden': 64, 'initializer': 'xavierUniform'}],
         'decoder': [{'type': 'embedding', 'vocabulary': 259, 'padding': 258, 'features': 32, 'initializer': 'smallNormal'},
                     {'type': 'learnedpositions', 'length': 8},
                     {'type': 'decoder', 'cross': true, 'heads': 4, 'hidden': 64, 'initializer': 'xavierUniform'},
                     {'type': 'unembedding', 'embedding': 'encoderdecoder1.decoder.embedding1', 'vocabulary': 259}]}],
       'training': {'epochs': 30, 'batchSize': 32, 'validation': 0.1,
         'optimizer': {'type': 'adam', 'learningRate': 0.01}, 'schedule': {'type': 'oneCycle'}}}""";

  @TempDir static Path folder;
  private TrainingResult result;
  private Model model;

  private static Spec spec(String special, int source) {
    return Spec.parse(SPEC.formatted(special, source).replace('\'', '"'));
  }

  private static String turned(String word) {
    return new StringBuilder(word).reverse().toString().toUpperCase();
  }

  private static List<String> words(int count, long seed) {
    var random = new Random(seed);
    return random
        .ints(count, 2, 7)
        .mapToObj(
            length ->
                random
                    .ints(length, 0, 5)
                    .mapToObj(i -> String.valueOf((char) ('a' + i)))
                    .collect(Collectors.joining()))
        .toList();
  }

  private static void write(String file, List<String> words) throws IOException {
    List<String> lines = new ArrayList<>(List.of("word,turned"));
    words.forEach(word -> lines.add(word + "," + turned(word)));
    Files.write(folder.resolve(file), lines);
  }

  @BeforeAll
  void train() throws IOException {
    write("train.csv", words(1500, 1));
    write("test.csv", words(200, 2));
    Spec spec = spec("'<s>', '</s>'", 8);
    result =
        Trainer.of(spec, TrainingData.open(spec, folder), Backends.select("java")).build().run();
    model = result.model();
  }

  @Test
  void wordsThatWereNotLearnedAreTurned() {
    List<String> words = words(100, 3);
    try (Translator translator = Translator.open(Backends.select("java").backend(), model)) {
      List<List<Translated>> said = translator.translate(words, Translator.USUAL);
      assertEquals(100, said.size());
      long right = 0;
      for (int i = 0; i < 100; i++) {
        right += said.get(i).getFirst().text().equals(turned(words.get(i))) ? 1 : 0;
      }
      long found = right;
      assertTrue(right >= 90, () -> found + " of 100, test " + result.test().orElseThrow());
    }
  }

  /** The likeliest token each time is that of the whole network without a cache. */
  @Test
  void oneBeamSaysWhatTheNetworkSaysWithoutACache() {
    try (Translator translator = Translator.open(Backends.select("java").backend(), model);
        Predictor predictor = Predictor.open(Backends.select("java").backend(), model)) {
      Tokenizer tokenizer = model.tokenizer().orElseThrow();
      for (String word : words(10, 4)) {
        float[] raw = new float[16];
        Arrays.fill(raw, 258);
        int[] tokens = tokenizer.encode(word);
        for (int i = 0; i < tokens.length; i++) {
          raw[i] = tokens[i];
        }
        raw[tokens.length] = 257;
        raw[8] = 256;
        List<Integer> said = new ArrayList<>();
        for (int step = 0; step < 7; step++) {
          float[] logits = predictor.predict(raw);
          int best = 0;
          for (int token = 1; token < 258; token++) {
            if (logits[step * 259 + token] > logits[step * 259 + best]) {
              best = token;
            }
          }
          if (best == 257) {
            break;
          }
          said.add(best);
          raw[8 + step + 1] = best;
        }
        List<Translated> alone =
            translator.translate(List.of(word), new BeamSearch(1, 1, 1, 9, Set.of())).getFirst();
        int[] ids = said.stream().mapToInt(Integer::intValue).toArray();
        assertEquals(tokenizer.decode(ids), alone.getFirst().text());
      }
    }
  }

  @Test
  void textsAreTheSameAloneAndBesideOthers() {
    List<String> words = words(40, 5);
    try (Translator translator = Translator.open(Backends.select("java").backend(), model)) {
      var settings = new BeamSearch(3, 0.5, 3, 9, Set.of());
      List<List<Translated>> together = translator.translate(words, settings);
      for (int i = 0; i < words.size(); i += 7) {
        List<Translated> alone = translator.translate(words.subList(i, i + 1), settings).getFirst();
        assertEquals(3, alone.size());
        for (int j = 0; j < 3; j++) {
          assertEquals(alone.get(j).text(), together.get(i).get(j).text());
          assertEquals(alone.get(j).score(), together.get(i).get(j).score(), 1e-4);
          assertTrue(j == 0 || alone.get(j).score() <= alone.get(j - 1).score());
        }
      }
      assertEquals(List.of(), translator.translate(List.of(), settings));
    }
  }

  @Test
  void whatCannotBeTranslatedIsRefused() {
    try (Translator translator = Translator.open(Backends.select("java").backend(), model)) {
      assertEquals(
          "[translate] expected texts of 1 to 7 tokens but text 1 has 8",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> translator.translate(List.of("ab", "abababab"), Translator.USUAL))
              .getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> translator.translate(List.of(""), Translator.USUAL));
    }
    String other =
        assertThrows(
                IllegalArgumentException.class,
                () -> Translator.open(Backends.select("java").backend(), Models.of(Models.GPT)))
            .getMessage();
    assertTrue(other.contains("expected a model of the task translation"), other);
  }

  @Test
  void specsThatDoNotFitSayWhere() throws IOException {
    assertEquals("/data/tokenizer/special", pointer(spec("", 8)));
    assertEquals("/model/0/source", pointer(spec("'<s>', '</s>'", 7)));
    Files.writeString(folder.resolve("long.csv"), "word,turned\nab,BA\nabcabcabc,X\n");
    Spec tooLong =
        Spec.parse(
            SPEC.formatted("'<s>', '</s>'", 8).replace("train.csv", "long.csv").replace('\'', '"'));
    String message =
        assertThrows(RuntimeException.class, () -> TrainingData.open(tooLong, folder)).getMessage();
    assertTrue(message.contains("row 1 of 'long.csv': expected texts of 1 to 7 tokens"), message);
  }

  private static String pointer(Spec spec) {
    return assertThrows(SpecException.class, () -> TrainingData.open(spec, folder)).pointer();
  }
}
