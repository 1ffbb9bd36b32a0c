package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.device.Backends;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Evaluation;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spec.Spec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings on token ids. */
class SequencesTest {
  private static final int TIME = 7;

  /** Rows of 2 to 7 tokens 1 to 5, then padding; the class is whether there is a 5. */
  private static Dataset rows(int examples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] ids = new int[examples * TIME];
    int[] labels = new int[examples];
    for (int i = 0; i < examples; i++) {
      int length = random.nextInt(2, TIME + 1);
      for (int t = 0; t < length; t++) {
        ids[i * TIME + t] = random.nextInt(1, 6);
        labels[i] |= ids[i * TIME + t] == 5 ? 1 : 0;
      }
    }
    return ArrayDataset.named("rows")
        .ints("ids", Shape.of(TIME), ids)
        .classes("label", List.of("without", "with"), labels)
        .build();
  }

  /** Each row counts upwards from somewhere, modulo 6; the last step of each does not count. */
  private static Dataset counting(int examples) {
    int[] ids = new int[examples * TIME];
    int[] next = new int[examples * TIME];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (i / TIME + i % TIME) % 6;
      next[i] = i % TIME == TIME - 1 ? -1 : (ids[i] + 1) % 6;
    }
    return ArrayDataset.named("counting")
        .ints("ids", Shape.of(TIME), ids)
        .ints("next", Shape.of(TIME), next)
        .build();
  }

  private static Spec spec(String target, String model, String training) {
    return Spec.parse(
        """
        {'name': 'rows', 'data': {'dataset': 'rows', 'input': 'ids', 'target': '%s'},
         'model': [{'type': 'embedding', 'vocabulary': 6, 'features': 8, 'padding': 0,
                    'initializer': 'normal'}, %s],
         'training': {%s, 'optimizer': {'type': 'adamw', 'learningRate': 0.02,
                      'weightDecay': 0.02, 'decayVectors': false}}}"""
            .formatted(target, model, training)
            .replace('\'', '"'));
  }

  private static Trainer trainer(Spec spec, Dataset train, Backends.Selection backend)
      throws IOException {
    return Trainer.of(spec, new TrainingData(train, Optional.empty()), backend).build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'gru', 'units': 12}",
        "{'type': 'lstm', 'units': 12, 'bidirectional': true}",
        "{'type': 'encoder', 'heads': 2, 'hidden': 16, 'normFirst': false, 'dropout': 0.05,"
            + " 'rotaryBase': 100}, {'type': 'sequencepool', 'kind': 'first'}",
      })
  void learnsToTellRowsApart(String layers) throws IOException {
    Spec spec =
        spec("label", layers + ", {'type': 'dense', 'units': 2}", "'epochs': 6, 'batchSize': 32");
    Dataset test = rows(200, 2);
    TrainingData data = new TrainingData(rows(400, 1), Optional.of(test));
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    double accuracy = result.test().orElseThrow().accuracy();
    assertTrue(accuracy > 0.95, () -> "accuracy " + accuracy);

    Model model = result.model();
    assertEquals(DType.I32, model.signature().inputs().getFirst().dtype());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), model)) {
      float[] raw = new float[200 * TIME];
      int[] labels = new int[200];
      int right = 0;
      for (int i = 0; i < 200; i++) {
        test.read(0, i, raw, i * TIME);
        test.read(1, i, labels, i);
      }
      float[] answers = predictor.predict(raw);
      for (int i = 0; i < 200; i++) {
        right += (answers[2 * i + 1] > answers[2 * i] ? 1 : 0) == labels[i] ? 1 : 0;
      }
      assertEquals(accuracy, right / 200.0, 1e-9);
      raw[3] = 6;
      var wrong = assertThrows(IllegalArgumentException.class, () -> predictor.predict(raw));
      assertEquals(
          "[predict] expected token ids, whole numbers of 0 to 5, but got 6.0 at position 3",
          wrong.getMessage());
      raw[3] = 1.5f;
      assertThrows(IllegalArgumentException.class, () -> predictor.predict(raw));
    }
  }

  /** A decoder that could see the next step would reach this at once, one that cannot learns it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void learnsToSayTheNextToken(int accumulate) throws IOException {
    Spec spec =
        spec(
            "next",
            "{'type': 'decoder', 'heads': 2, 'hidden': 16, 'rotaryBase': 100},"
                + "{'type': 'unembedding', 'vocabulary': 6}",
            "'steps': 60, 'batchSize': 16, 'accumulate': " + accumulate);
    Trainer trainer = trainer(spec, counting(48), Digits.java());
    TrainingResult result = trainer.run();
    assertEquals(List.of(), result.model().labels());
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      float[] logits = predictor.predict(2, 3, 4, 5, 0, 1, 2);
      assertEquals(TIME * 6, logits.length);
      int[] said = {3, 4, 5, 0, 1, 2};
      for (int t = 0; t < 3; t++) {
        for (int other = 0; other < 6; other++) {
          assertTrue(logits[t * 6 + said[t]] >= logits[t * 6 + other], "step " + t);
        }
      }
    }
  }

  /** Rows of 4 tokens, then a start and the tokens backwards without the last, which are told. */
  private static Dataset backwards(int examples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] ids = new int[examples * 8];
    int[] next = new int[examples * 4];
    for (int i = 0; i < examples; i++) {
      for (int t = 0; t < 4; t++) {
        ids[i * 8 + t] = random.nextInt(1, 5);
        next[i * 4 + 3 - t] = ids[i * 8 + t];
      }
      ids[i * 8 + 4] = 5;
      System.arraycopy(next, i * 4, ids, i * 8 + 5, 3);
    }
    return ArrayDataset.named("backwards")
        .ints("ids", Shape.of(8), ids)
        .ints("next", Shape.of(4), next)
        .build();
  }

  /**
   * Half of the tokens to tell cannot be guessed from those told: the encoder must be looked at.
   */
  @Test
  void aDecoderLooksAtItsEncoder() throws IOException {
    String tokens =
        "{'type': 'embedding', 'vocabulary': 6, 'features': 16, 'initializer': 'normal'},"
            + " {'type': 'learnedpositions', 'length': 4, 'initializer': 'normal'},";
    String block = "'heads': 2, 'hidden': 16, 'initializer': 'xavierUniform'}";
    Spec spec =
        Spec.parse(
            """
            {'name': 'backwards', 'data': {'dataset': 'rows', 'input': 'ids', 'target': 'next'},
             'model': [{'type': 'encoderdecoder', 'source': 4,
                        'encoder': [%s {'type': 'encoder', %s],
                        'decoder': [%s {'type': 'decoder', 'cross': true, %s,
                                    {'type': 'dense', 'units': 6}]}],
             'training': {'steps': 200, 'batchSize': 32,
               'optimizer': {'type': 'adam', 'learningRate': 0.01}}}"""
                .formatted(tokens, block, tokens, block)
                .replace('\'', '"'));
    TrainingData data = new TrainingData(backwards(400, 1), Optional.of(backwards(100, 2)));
    TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
    double accuracy = result.test().orElseThrow().accuracy();
    assertTrue(accuracy > 0.97, () -> "accuracy " + accuracy);
    try (Predictor predictor = Predictor.open(Digits.java().backend(), result.model())) {
      float[] logits = predictor.predict(1, 2, 3, 4, 5, 4, 3, 2);
      int[] said = {4, 3, 2, 1};
      for (int t = 0; t < 4; t++) {
        for (int other = 0; other < 6; other++) {
          assertTrue(logits[t * 6 + said[t]] >= logits[t * 6 + other], "step " + t);
        }
      }
    }
  }

  @Test
  void theMinimalBackendTrainsTheSame() throws IOException {
    Spec spec =
        spec(
            "next",
            "{'type': 'decoder', 'heads': 2, 'hidden': 8}, {'type': 'lstm', 'units': 4, 'output':"
                + " 'all'}, {'type': 'dense', 'units': 6}",
            "'steps': 3, 'batchSize': 4");
    float[] java = trainer(spec, counting(12), Digits.java()).run().model().parameters().values();
    float[] minimal =
        trainer(spec, counting(12), Digits.minimal()).run().model().parameters().values();
    dev.fathom.PyTorch.assertClose(minimal, java, 1e-3, "parameters");
  }

  /** An example of one step counts a sixth of one of six: as while training, not as an example. */
  @Test
  void aLossOverStepsIsTheMeanOfTheSteps() throws IOException {
    Spec spec =
        spec(
            "next",
            "{'type': 'dense', 'units': 6}",
            "'steps': 1, 'batchSize': 2, 'loss': 'crossEntropy'");
    int[] ids = {1, 2, 3, 4, 5, 1, 2, 3, 0, 0, 0, 0, 0, 0};
    int[] next = {2, 3, 4, 5, 1, 2, -1, 5, -1, -1, -1, -1, -1, -1};
    float[] loss = new float[3];
    for (int i = 0; i < 3; i++) {
      int from = i == 2 ? TIME : 0;
      int to = i == 1 ? TIME : 2 * TIME;
      Dataset test =
          ArrayDataset.named("test")
              .ints("ids", Shape.of(TIME), Arrays.copyOfRange(ids, from, to))
              .ints("next", Shape.of(TIME), Arrays.copyOfRange(next, from, to))
              .build();
      TrainingData data = new TrainingData(counting(2), Optional.of(test));
      TrainingResult result = Trainer.of(spec, data, Digits.java()).build().run();
      loss[i] = (float) result.test().orElseThrow().loss();
    }
    assertEquals((6 * loss[1] + loss[2]) / 7, loss[0], 1e-5);
  }

  /** Four rows of steps that count: 6, 1, 6, 0. */
  private static Dataset uneven() {
    int[] ids = new int[4 * TIME];
    int[] next = new int[4 * TIME];
    Arrays.fill(next, -1);
    for (int i : new int[] {0, 1, 2, 3, 4, 5, 7, 14, 15, 16, 17, 18, 19}) {
      ids[i] = 1 + i % 5;
      next[i] = i % 3;
    }
    return ArrayDataset.named("uneven")
        .ints("ids", Shape.of(TIME), ids)
        .ints("next", Shape.of(TIME), next)
        .build();
  }

  /** What an epoch reports is the mean over its steps, as is what a test reports. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'batchSize': 2",
        "'batchSize': 4",
        "'batchSize': 4, 'accumulate': 2",
        "'batchSize': 4, 'accumulate': 4"
      })
  void theLossOfAnEpochIsThatOfItsSteps(String batches) throws IOException {
    Spec spec =
        Spec.parse(
            spec("next", "{'type': 'dense', 'units': 6}", "'epochs': 1, " + batches)
                .toString()
                .replace("0.02", "1e-9"));
    TrainingEvent.EpochEnded[] epoch = new TrainingEvent.EpochEnded[1];
    TrainingResult result =
        Trainer.of(spec, new TrainingData(uneven(), Optional.of(uneven())), Digits.java())
            .listener(
                event -> {
                  if (event instanceof TrainingEvent.EpochEnded ended) {
                    epoch[0] = ended;
                  }
                })
            .build()
            .run();
    Evaluation test = result.test().orElseThrow();
    assertEquals(test.loss(), epoch[0].loss(), 1e-6);
    assertEquals(test.accuracy(), epoch[0].figures().get("accuracy"), 1e-9);
    long right = Math.round(13 * test.accuracy());
    assertEquals(right / 13.0, test.accuracy(), 1e-9, "of 13 steps");
    assertEquals(List.of(), test.tables());
  }

  /** Parts weigh by their steps that count, of which one may have none. */
  @Test
  void aStepInPartsIsTheSameStep() throws IOException {
    float[][] ends = new float[2][];
    for (int i = 0; i < 2; i++) {
      Spec spec =
          Spec.parse(
              spec(
                      "next",
                      "{'type': 'decoder', 'heads': 2, 'hidden': 8}, {'type': 'dense', 'units': 6}",
                      "'epochs': 3, 'batchSize': 4, 'clipNorm': 0.1, 'labelSmoothing': 0.1,"
                          + " 'accumulate': "
                          + (i == 0 ? 1 : 4))
                  .toString()
                  .replace("1.0E-8", "0.01"));
      ends[i] = trainer(spec, uneven(), Digits.java()).run().model().parameters().values();
    }
    dev.fathom.PyTorch.assertClose(ends[0], ends[1], 1e-5, "parameters");
  }

  @Test
  void aBatchWithoutATargetThatCountsIsNamed() throws IOException {
    Spec spec = spec("next", "{'type': 'dense', 'units': 6}", "'epochs': 1, 'batchSize': 1");
    Trainer trainer = trainer(spec, uneven(), Digits.java());
    NonFiniteException wrong = assertThrows(NonFiniteException.class, trainer::run);
    assertEquals("the mean loss of a batch without a target that counts", wrong.place());
  }

  @Test
  void idsOutOfRangeAreNamed() throws IOException {
    Spec spec = spec("label", "{'type': 'gru', 'units': 2}", "'steps': 1");
    int[] ids = new int[3 * TIME];
    ids[TIME + 2] = 6;
    Dataset bad =
        ArrayDataset.named("bad")
            .ints("ids", Shape.of(TIME), ids)
            .classes("label", List.of("a", "b"), 0, 1, 0)
            .build();
    Trainer trainer = trainer(spec, bad, Digits.java());
    DataException wrong = assertThrows(DataException.class, trainer::run);
    assertTrue(
        wrong
            .getMessage()
            .matches(
                "\\[batches] epoch 0, batch 0, column 'ids', example 1 of dataset 'bad.*': expected"
                    + " ids of 0 to 5 but got 6 at position 2"),
        wrong::getMessage);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Dataset floats =
        ArrayDataset.named("floats")
            .floats("ids", Shape.of(1), 1, 2)
            .classes("label", List.of("a", "b"), 0, 1)
            .build();
    Spec gru = spec("label", "{'type': 'gru', 'units': 2}", "'steps': 1");
    assertWrong(
        "/data/input | expected a column of token ids for an embedding but 'ids' holds f32",
        gru,
        floats);
    Spec scaled = Spec.parse(gru.toString().replace("\"scale\" : 1.0", "\"scale\" : 0.5"));
    assertWrong(
        "/data | expected no scale, mean or deviation beside token ids", scaled, rows(9, 1));
    Spec logits = spec("label", "{'type': 'dense', 'units': 6}", "'steps': 1");
    assertWrong(
        "/model | expected a last layer with output [6], the shape of column 'label', but it gives"
            + " [7, 6]",
        logits,
        rows(9, 1));
  }

  private static void assertWrong(String expected, Spec spec, Dataset data) {
    SpecException wrong =
        assertThrows(SpecException.class, () -> trainer(spec, data, Digits.java()));
    assertEquals(expected, wrong.pointer() + " | " + wrong.detail());
  }
}
