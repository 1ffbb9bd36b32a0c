package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.format.FormatException;
import dev.fathom.format.Safetensors;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.model.Weights;
import dev.fathom.spec.SavedModel;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TextSpec;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import dev.fathom.text.Bpe;
import dev.fathom.text.Bytes;
import dev.fathom.text.Characters;
import dev.fathom.text.Pipeline;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings on texts, from files to answers. */
class TextTrainingTest {
  private static final String BYTES = "'tokenizer': {'type': 'bytes'}";
  private static final String POOL = "{'type': 'sequencepool'}, {'type': 'dense', 'units': 2}";

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Spec spec(String data, String embedding, String layers, String training) {
    return Spec.parse(
        """
        {'name': 'words', 'data': {%s},
         'model': [{'type': 'embedding', %s, 'features': 8, 'initializer': 'normal'}, %s],
         'training': {'batchSize': 8, 'optimizer': {'type': 'adam', 'learningRate': 0.02}, %s}}"""
            .formatted(data, embedding, layers, training)
            .replace('\'', '"'));
  }

  private static Spec bytes(String data, String training) {
    return spec(
        data + ", " + BYTES, "'vocabulary': 257, 'padding': 256", POOL, "'epochs': 12" + training);
  }

  /** Words of vowels and words of consonants. */
  private static String word(int label, Random random) {
    String letters = label == 0 ? "aeiou" : "bcdfg";
    return random
        .ints(random.nextInt(2, 9), 0, 5)
        .mapToObj(i -> letters.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  private static String csv(int rows, int seed) {
    Random random = new Random(seed);
    return IntStream.range(0, rows)
        .mapToObj(i -> i % 2 + ",\"" + word(i % 2, random) + ", é\"\n")
        .collect(Collectors.joining("", "kind,word\n", ""));
  }

  private TrainingResult train(Spec spec) throws IOException {
    return Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build().run();
  }

  private static double accuracy(TrainingResult result) {
    return result.test().orElseThrow().accuracy();
  }

  @Test
  void learnsFromAColumnAndAnswersTexts() throws IOException {
    write("train.csv", csv(120, 1));
    write("test.csv", csv(60, 2));
    Spec spec =
        bytes(
            "'format': 'csv', 'train': 'train.csv', 'test': 'test.csv', 'text': 'word',"
                + " 'target': 'kind', 'length': 12",
            ", 'validation': 0.2");
    TrainingResult result = train(spec);
    assertEquals(1.0, accuracy(result), 0.05);
    assertEquals(24, result.validation().orElseThrow().examples());
    Model model = result.model();
    assertEquals(Optional.of(new Bytes()), model.tokenizer());
    assertEquals(List.of(-1L, 12L), model.signature().inputs().getFirst().shape());
    assertArrayEquals(
        new float[] {'b', 0xC3, 0xA9, 256, 256, 256, 256, 256, 256, 256, 256, 256},
        model.encode("bé"));
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      float[] answers = predictor.predict(model.encode("ooee", "gbcdf"));
      assertTrue(answers[0] > 0.8 && answers[3] > 0.8, List.of(answers[0], answers[3])::toString);
    }
    TextException longer = assertThrows(TextException.class, () -> model.encode("abcdefghijklm"));
    assertEquals(
        "[tokens] token 12: expected a text of 1 to 12 tokens but got 13", longer.getMessage());
    assertThrows(TextException.class, () -> model.encode(""));
    assertThrows(TextException.class, () -> model.encode("\uD800"));
  }

  /** What is tested on is longer than what was learned. */
  @Test
  void aNetworkIsTestedOnOtherLengths() throws IOException {
    write("train.csv", csv(120, 1));
    write("test.csv", csv(60, 2).replace(", é", ", éééééééé"));
    String data =
        "'format': 'csv', 'train': 'train.csv', 'test': 'test.csv', 'text': 'word',"
            + " 'target': 'kind', 'length': 12, 'testLength': 40, "
            + BYTES;
    String embedding = "'vocabulary': 257, 'padding': 256";
    TrainingResult result = train(spec(data, embedding, POOL, "'epochs': 12, 'validation': 0.2"));
    assertEquals(60, result.test().orElseThrow().examples());
    assertTrue(accuracy(result) > 0.8, () -> "accuracy " + accuracy(result));
    assertEquals(
        List.of(-1L, 12L), result.model().signature().inputs().getFirst().shape(), "as learned");
    Spec places = spec(data, embedding, "{'type': 'learnedpositions'}, " + POOL, "'epochs': 1");
    SpecException wrong = assertThrows(SpecException.class, () -> train(places));
    assertEquals("/data/test", wrong.pointer());
    assertTrue(wrong.getMessage().contains("the same parameters"), wrong.getMessage());
    Spec few =
        spec(data, embedding, "{'type': 'learnedpositions', 'length': 12}, " + POOL, "'epochs': 1");
    wrong = assertThrows(SpecException.class, () -> train(few));
    assertEquals("/model/1", wrong.pointer());
  }

  /** The same for every seed, of each class, and never what is learned or held back. */
  @Test
  void aShareOfTheTextsIsTestedOn() throws IOException {
    String csv =
        IntStream.range(0, 100)
            .mapToObj(i -> i % 2 + "," + (char) ('a' + i / 10) + (char) ('a' + i % 10) + "\n")
            .collect(Collectors.joining("", "kind,word\n", ""));
    write("train.csv", csv);
    String data =
        "'format': 'csv', 'train': 'train.csv', 'test': %s, 'text': 'word', 'target': 'kind',"
            + " 'length': 2";
    Set<List<String>> tested = new HashSet<>();
    for (int seed : new int[] {1, 2}) {
      Spec spec = bytes(data.formatted("0.2"), ", 'validation': 0.25, 'seed': " + seed);
      TrainingData read = TrainingData.open(spec, folder);
      List<String> test = texts(read.test().orElseThrow());
      assertEquals(20, test.size());
      assertEquals(60, read.train().size());
      assertEquals(20, read.validation().orElseThrow().size());
      Set<String> all = new HashSet<>(test);
      all.addAll(texts(read.train()));
      all.addAll(texts(read.validation().orElseThrow()));
      assertEquals(100, all.size());
      tested.add(test);
      assertEquals(20, train(spec).test().orElseThrow().examples());
    }
    assertEquals(1, tested.size());
    assertEquals(
        "/data/test | a share of 0.001 of 100 rows, taken from each class, is no row; 0.01 or more"
            + " holds one back",
        wrong(bytes(data.formatted("0.001"), "")));
    String next = data.formatted("0.2").replace("'kind'", "'next'");
    assertEquals(
        "/data/test: expected a text but got 0.2",
        assertThrows(SpecException.class, () -> bytes(next, "")).getMessage());
  }

  private static List<String> texts(Dataset examples) {
    int[] tokens = new int[2];
    return IntStream.range(0, examples.size())
        .mapToObj(
            row -> {
              examples.read(0, row, tokens, 0);
              return Arrays.toString(tokens);
            })
        .toList();
  }

  @Test
  void learnsFromFolders() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      write("train/" + (i % 2 == 0 ? "vowels/" : "others/") + i + ".txt", word(i % 2, random));
      write("test/" + (i % 2 == 0 ? "vowels/" : "others/") + i + ".txt", word(i % 2, random));
    }
    String data =
        "'format': 'folders', 'train': 'train', 'test': 'test', 'length': 4, 'longer': 'cut'";
    TrainingResult result = train(bytes(data, ""));
    assertEquals(1.0, accuracy(result), 0.05);
    assertEquals(List.of("others", "vowels"), result.model().labels());
    assertArrayEquals(new float[] {'a', 'b', 'c', 'd'}, result.model().encode("abcde"));
    write("test/numbers/1.txt", "1");
    assertTrue(
        assertThrows(DataException.class, () -> train(bytes(data, "")))
            .getMessage()
            .contains("expected a folder for one of the classes [others, vowels] but got"));
  }

  /** Validation and test show the words that the tokenizer did not learn. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'format': 'csv', 'text': 'word', 'target': 'kind'",
        "'format': 'csv', 'text': 'word', 'target': 'next'",
        "'format': 'lines'",
        "'format': 'text'"
      })
  void theTokenizerDoesNotLearnFromWhatIsHeldBack(String format) throws IOException {
    // Each row has a character of its own, so the alphabet tells which rows were learned from.
    StringBuilder text = new StringBuilder(format.contains("csv") ? "kind,word\n" : "");
    for (int row = 0; row < 40; row++) {
      String word = "xyz" + Character.toString(0x4E00 + row) + "xyz";
      text.append(format.contains("csv") ? row % 2 + "," + word : word).append('\n');
    }
    write("train", text.toString());
    Spec spec =
        spec(
            "'train': 'train', 'length': 8, 'tokenizer': {'type': 'characters'}, " + format,
            "'vocabulary': 300, 'padding': 299",
            POOL,
            "'validation': 0.25");
    TrainingData data = TrainingData.open(spec, folder);
    Dataset held = data.validation().orElseThrow();
    Characters learned = (Characters) data.tokenizer().orElseThrow();
    Set<Integer> heldCharacters =
        IntStream.range(0, 40)
            .map(row -> 0x4E00 + row)
            .filter(character -> learned.alphabet().indexOf(character) < 0)
            .boxed()
            .collect(Collectors.toSet());
    assertEquals(10, heldCharacters.size(), 1);
    int[] tokens = new int[8];
    int unknown = 0;
    for (int row = 0; row < held.size(); row++) {
      held.read(0, row, tokens, 0);
      unknown += (int) IntStream.of(tokens).filter(id -> id == learned.size() - 1).count();
    }
    assertEquals(heldCharacters.size(), unknown);
    for (int row = 0; row < data.train().size(); row++) {
      data.train().read(0, row, tokens, 0);
      assertTrue(IntStream.of(tokens).noneMatch(id -> id == learned.size() - 1));
    }
  }

  @Test
  void learnsTheNextTokenAndKeepsItsTokenizer() throws IOException {
    write("rhyme.txt", "the cat sat on the mat and the cat sat. ".repeat(60));
    Spec spec =
        spec(
            "'format': 'text', 'train': 'rhyme.txt', 'length': 16, 'stride': 8,"
                + " 'tokenizer': {'type': 'bpe', 'vocabulary': 275, 'special': ['<|end|>']}",
            "'vocabulary': 275",
            "{'type': 'gru', 'units': 16, 'output': 'all'}, {'type': 'dense', 'units': 275}",
            "'epochs': 12, 'validation': 0.2");
    TrainingData data = TrainingData.open(spec, folder);
    assertEquals(OptionalInt.of(8), ((TextSpec) spec.data().source()).stride());
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    assertTrue(result.validation().orElseThrow().loss() < 0.5, result::toString);
    assertEquals("languageModel", result.model().task().name());

    Path home = folder.resolve("data");
    try (DataDirectory directory = DataDirectory.open(home, "")) {
      var bundle = result.model().publish(directory.models()).bundle();
      Model loaded = SavedModel.load(bundle);
      Bpe bpe = (Bpe) loaded.tokenizer().orElseThrow();
      assertEquals(result.model().tokenizer(), Optional.of(bpe));
      assertEquals(bpe.size() - 1, bpe.special("<|end|>"));
      assertThrows(IllegalArgumentException.class, () -> loaded.encode("the cat"));
      assertTrue(bundle.files().containsKey("tokenizer.json"));
    }
  }

  /** Bits of all tokens that count over their bytes, whatever a token is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'bytes'}",
        "{'type': 'bpe', 'vocabulary': 262, 'special': ['<|end|>']}",
        "{'type': 'wordpiece', 'vocabulary': 40, 'lowercase': true, 'special': ['<|end|>']}",
        "{'type': 'unigram', 'vocabulary': 40, 'special': ['<|end|>']}"
      })
  void tellsBitsPerByteAndKeepsTheTokenizer(String tokenizer) throws IOException {
    write("rhyme.txt", "the cat sat on the mat and the cat sat. ".repeat(60));
    Spec spec =
        spec(
            "'format': 'text', 'train': 'rhyme.txt', 'length': 7, 'tokenizer': " + tokenizer,
            "'vocabulary': 265, 'padding': 264",
            "{'type': 'gru', 'units': 8, 'output': 'all'}, {'type': 'dense', 'units': 265}",
            "'epochs': 1, 'validation': 0.2, 'metrics': ['perplexity', 'bitsPerByte']");
    TrainingData data = TrainingData.open(spec, folder);
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    Evaluation validation = result.validation().orElseThrow();
    Dataset held = data.validation().orElseThrow();
    Tokenizer learned = data.tokenizer().orElseThrow();
    int[] next = new int[7];
    int[] bytes = new int[7];
    double tokens = 0;
    double all = 0;
    for (int row = 0; row < held.size(); row++) {
      held.read(held.column("next"), row, next, 0);
      held.read(held.column("bytes"), row, bytes, 0);
      for (int i = 0; i < next.length; i++) {
        assertEquals(next[i] < 0 ? 0 : learned.bytes(next[i]).length, bytes[i]);
        tokens += next[i] < 0 ? 0 : 1;
        all += bytes[i];
      }
    }
    double bits = tokens * Math.log(validation.figure("perplexity")) / Math.log(2);
    assertEquals(bits / all, validation.figure("bitsPerByte"), 1e-5 * bits / all);
    assertEquals(tokenizer.contains("bytes"), tokens == all);

    try (DataDirectory directory = DataDirectory.open(folder.resolve("data"), "")) {
      var bundle = result.model().publish(directory.models()).bundle();
      assertEquals(Optional.of(learned), SavedModel.load(bundle).tokenizer());
    }
  }

  @Test
  void bitsPerByteAreOfLanguageModels() throws IOException {
    write("train.csv", csv(40, 1));
    Spec spec =
        spec(
            "'format': 'csv', 'train': 'train.csv', 'text': 'word', 'target': 'kind', 'length': 12,"
                + " 'tokenizer': {'type': 'bytes'}",
            "'vocabulary': 257, 'padding': 256",
            POOL,
            "'epochs': 1, 'metrics': ['bitsPerByte']");
    TrainingData data = TrainingData.open(spec, folder);
    SpecException wrong =
        assertThrows(SpecException.class, () -> Trainer.of(spec, data, Digits.java()).build());
    assertEquals(
        "/training/metrics/0: 'bitsPerByte' needs the column 'bytes', which only other formats of"
            + " data have; there are [tokens, length, kind]",
        wrong.getMessage());
  }

  @Test
  void exportsTheStepsForAnotherFramework() throws IOException {
    write("abc.txt", "abcdefgh".repeat(20));
    Spec spec =
        spec(
            "'format': 'text', 'train': 'abc.txt', 'length': 4, " + BYTES,
            "'vocabulary': 256",
            "{'type': 'gru', 'units': 4, 'output': 'all'}, {'type': 'dense', 'units': 256}",
            "'steps': 7, 'validation': 0.2, 'seed': 5");
    TrainingData data = TrainingData.open(spec, folder);
    Trainer trainer = Trainer.of(spec, data, Digits.java()).build();
    trainer.export(folder);
    int[] inputs = new int[7 * 8 * 4];
    int[] targets = inputs.clone();
    try (Safetensors batches = Safetensors.open(folder.resolve("batches.safetensors"));
        Safetensors initial = Safetensors.open(folder.resolve("initial.safetensors"))) {
      assertEquals(Shape.of(1, 8, 4), batches.entries().get("validation.target").shape());
      batches.read("train.input", MemorySegment.ofArray(inputs));
      batches.read("train.target", MemorySegment.ofArray(targets));
      for (int i = 0; i < inputs.length; i++) {
        int next = inputs[i] == 'h' ? 'a' : inputs[i] + 1;
        assertEquals(inputs[i] == 0 ? 0 : next, targets[i]);
      }
      Weights read = Weights.read(initial, trainer.network().parameters());
      assertArrayEquals(Weights.initial(trainer.network().parameters(), 5).values(), read.values());
    }
  }

  @Test
  void takesATokenizerOfHuggingFace() throws IOException {
    write("train.csv", csv(40, 1));
    String data =
        "'format': 'csv', 'train': 'train.csv', 'text': 'word', 'target': 'kind', 'length': 12,"
            + " 'tokenizer': {'type': 'huggingface', 'file': 'tokenizer.json'}";
    Spec spec = spec(data, "'vocabulary': 270, 'padding': 269", POOL, "'epochs': 1");
    write(
        "tokenizer.json",
        dev.fathom.text.Tokenizers.toHuggingFace(Bpe.train("aeaeaeae", 260, "<pad>")).toString());
    assertEquals(
        Bpe.train("aeaeaeae", 260, "<pad>"),
        TrainingData.open(spec, folder).tokenizer().orElseThrow());
    // Its own token may be what fills short texts, for no text gives it.
    Pipeline bert = Pipeline.wordPiece(List.of("aeaeaeae bcbcbc"), 30, true, "[PAD]");
    write("tokenizer.json", dev.fathom.text.Tokenizers.toHuggingFace(bert).toString());
    int padding = bert.special().get("[PAD]");
    Spec padded = spec(data, "'vocabulary': 30, 'padding': " + padding, POOL, "'epochs': 1");
    assertEquals(bert, TrainingData.open(padded, folder).tokenizer().orElseThrow());
    Spec unknown = spec(data, "'vocabulary': 30, 'padding': 0", POOL, "'epochs': 1");
    assertTrue(wrong(unknown).startsWith("/model/0/padding | "), wrong(unknown));
    write(
        "tokenizer.json",
        "{\"version\": \"1.0\", \"pre_tokenizer\": {\"type\": \"UnicodeScripts\"}}");
    assertEquals(
        "/data/tokenizer/file | tokenizer.json: /pre_tokenizer/type: expected one of"
            + " BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation,"
            + " Sequence, Split, Whitespace, WhitespaceSplit but got 'UnicodeScripts'",
        wrong(spec));
    write("tokenizer.json", "{");
    assertThrows(FormatException.class, () -> TrainingData.open(spec, folder));
  }

  @Test
  void takesTheTokenizerOfTheModelThatItBeginsFrom() throws IOException {
    write("train.csv", csv(40, 1));
    String data =
        "'format': 'csv', 'train': 'train.csv', 'text': 'word', 'target': 'kind', 'length': 12,"
            + " 'tokenizer': ";
    String embedding = "'vocabulary': 270, 'padding': 269";
    Model first =
        train(spec(data + "{'type': 'bpe', 'vocabulary': 262}", embedding, POOL, "'epochs': 1"))
            .model();
    write("train.csv", csv(40, 2).replace("a", "q"));
    Spec plain = spec(data + "{'type': 'model'}", embedding, POOL, "'epochs': 1");
    assertEquals(
        "/data/tokenizer/type | expected \"from\" in the spec, with the model that has the tokenizer",
        wrong(plain));
    ObjectNode json = plain.expand();
    Spec second = Spec.parse(json.put("from", "words"));
    assertEquals(
        "/from | expected a data directory with models to begin with 'words'", wrong(second));
    ModelSource models = from -> new ModelSource.Found(from + " 1", first);
    TrainingData opened = TrainingData.open(second, folder, models);
    assertEquals(first.tokenizer(), opened.tokenizer());
    Model further = Trainer.of(second, opened, Digits.java()).models(models).build().run().model();
    assertEquals(first.tokenizer(), further.tokenizer());
    ModelSource numbers = from -> new ModelSource.Found("numbers 3", numbers());
    SpecException none =
        assertThrows(SpecException.class, () -> TrainingData.open(second, folder, numbers));
    assertEquals("expected a model with a tokenizer but 'numbers 3' has none", none.detail());
  }

  private String wrong(Spec spec) {
    SpecException wrong = assertThrows(SpecException.class, () -> TrainingData.open(spec, folder));
    return wrong.pointer() + " | " + wrong.detail();
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    write("train.csv", csv(40, 1));
    String data = "'format': 'csv', 'train': 'train.csv', 'text': 'word', 'target': 'kind', ";
    assertEquals(
        "/model/0/vocabulary | expected 256 or more, as many as the tokenizer has, but got 255",
        wrong(spec(data + "'length': 9, " + BYTES, "'vocabulary': 255", POOL, "'steps': 1")));
    assertEquals(
        "/model/0/padding | expected an id that no text gives, of 256 to 256, but got 0",
        wrong(
            spec(
                data + "'length': 9, " + BYTES,
                "'vocabulary': 257, 'padding': 0",
                POOL,
                "'steps': 1")));
    assertEquals(
        "/model/0/padding | expected the id that fills short texts, of 256 to 299, but there is"
            + " none",
        wrong(spec(data + "'length': 9, " + BYTES, "'vocabulary': 300", POOL, "'steps': 1")));
    assertEquals(
        "/model/0 | expected a layer that takes token ids, for texts",
        wrong(
            Spec.parse(
                ("{'name': 'w', 'data': {"
                        + data
                        + "'length': 9, "
                        + BYTES
                        + "}, 'model': [{'type': 'dense', 'units': 2}]}")
                    .replace('\'', '"'))));
    assertEquals(
        "/data/train | expected a folder but 'train.csv' is none",
        wrong(bytes("'format': 'folders', 'train': 'train.csv', 'length': 9", "")));
    assertEquals(
        "/data | there is no file 'trian.csv' beside the spec",
        wrong(bytes((data + "'length': 9").replace("train.csv", "trian.csv"), "")));
    write("few.txt", "a");
    DataException few =
        assertThrows(
            DataException.class,
            () ->
                TrainingData.open(
                    bytes("'format': 'text', 'train': 'few.txt', 'length': 9", ""), folder));
    assertTrue(few.getMessage().contains("few.txt"), few::getMessage);
    Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9, 'b'});
    assertEquals(
        "[utf-8] latin.txt, byte 1: expected UTF-8 but got e9",
        assertThrows(
                FormatException.class,
                () ->
                    TrainingData.open(
                        bytes("'format': 'text', 'train': 'latin.txt', 'length': 9", ""), folder))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'format': 'csv', 'text': 'w'                                      | /data/train
          'format': 'csv', 'text': 'w', 'train': 't'                        | /data/tokenizer
          'format': 'texts', 'train': 't'                                   | /data/format
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'words'}    | /data/tokenizer/type
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'bpe'}      | /data/tokenizer/vocabulary
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'bpe', 'vocabulary': 255} | /data/tokenizer/vocabulary
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'bytes', 'x': 1} | /data/tokenizer/x
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'bytes'}    | /data/length
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'bytes'}, 'length': 9, 'target': 'label' | /data/target
          'format': 'text', 'train': 't', 'tokenizer': {'type': 'bytes'}, 'length': 9, 'longer': 'cut' | /data/longer
          'format': 'folders', 'train': 't', 'tokenizer': {'type': 'bytes'}, 'length': 9, 'stride': 3 | /data/stride
          'format': 'folders', 'train': 't', 'tokenizer': {'type': 'bytes'}, 'length': 0 | /data/length
          """)
  void namesWhatIsWrongInTheSpec(String data, String pointer) {
    SpecException wrong =
        assertThrows(
            SpecException.class, () -> spec(data.strip(), "'vocabulary': 300", POOL, "'steps': 1"));
    assertEquals(pointer, wrong.pointer(), wrong::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'format': 'csv', 'text': 'w', 'target': 't', 'separator': 'tab', 'longer': 'cut'",
        "'format': 'text', 'stride': 3, 'dataset': 'book'",
        "'format': 'folders', 'test': 'test'",
        "'format': 'lines'",
      })
  void expandsAllItsKeys(String data) {
    for (String tokenizer :
        List.of(
            "{'type': 'bytes'}",
            "{'type': 'characters', 'vocabulary': 30, 'unknown': false}",
            "{'type': 'bpe', 'vocabulary': 300, 'special': ['x']}",
            "{'type': 'huggingface', 'file': 'f'}",
            "{'type': 'model'}")) {
      Spec spec =
          spec(
              data + ", 'train': 't', 'length': 7, 'tokenizer': " + tokenizer,
              "'vocabulary': 300",
              POOL,
              "'steps': 1");
      assertEquals(spec, Spec.parse(spec.expand()));
      assertEquals(spec.data(), Spec.parse(spec.expand()).data());
      assertEquals(7, ((TextSpec) spec.data().source()).length());
    }
  }

  private Model numbers() throws IOException {
    write("train.csv", "x,y,side\n1,2,a\n2,1,b\n3,1,b\n1,3,a\n");
    Spec spec =
        Spec.parse(
            """
            {"name": "n", "data": {"format": "csv", "train": "train.csv", "target": "side"},
             "model": [{"type": "dense", "units": 2}], "training": {"steps": 1}}""");
    return train(spec).model();
  }

  @Test
  void aModelOfNumbersTakesNoTexts() throws IOException {
    Model model = numbers();
    assertEquals(List.of("x", "y"), model.preparation().inputs().getFirst().features());
    assertEquals(
        "[encode] expected a model that answers texts but 'n' takes features of shape [2]",
        assertThrows(IllegalArgumentException.class, () -> model.encode("a")).getMessage());
  }
}
