package dev.fathom.metric;

import static dev.fathom.PyTorch.floats;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fathom.data.Normalisation;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void confusionMatrixCounts() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    matrix.add(new int[] {0, 1, 2, 2}, new int[] {0, 2, 2, 2}, 4);
    matrix.add(new int[] {1, 0, 0}, new int[] {1, 0, 0}, 1);
    assertEquals(5, matrix.total());
    assertEquals(4, matrix.correct());
    assertEquals(0.8, matrix.accuracy());
    assertEquals(1, matrix.count(1, 2));
    assertEquals(2.0 / 3, matrix.precision(2));
    assertEquals(0.5, matrix.recall(1));
    assertEquals(Double.NaN, new ConfusionMatrix(2).accuracy());
  }

  @Test
  void forecastErrorsAreThoseOfTheMedianBesideAReference() {
    ForecastError error = new ForecastError(3, 1);
    error.add(new double[] {0, 1, 2, 10, 12, 14}, new double[] {2, 9}, new double[] {2.5, 6, 9}, 2);
    error.add(new double[] {3, 4, 5, 0, 0, 0}, new double[] {3, 7}, new double[] {3, 7}, 1);
    assertEquals(3, error.count());
    assertEquals((1 + 3 + 1) / 3.0, error.meanAbsolute(), 1e-12);
    assertEquals((0.5 + 3 + 0) / 3.0, error.referenceMeanAbsolute(), 1e-12);
    assertEquals(2 / 3.0, error.coverage().orElseThrow(), 1e-12); // The ends lie inside.
    assertEquals(OptionalDouble.empty(), new ForecastError(1, 0).coverage());
    assertEquals(Double.NaN, new ForecastError(1, 0).meanAbsolute());
    assertThrows(IllegalArgumentException.class, () -> new ForecastError(3, 3));
  }

  @Test
  void confusionMatrixRefusesWhatIsNoClass() {
    ConfusionMatrix matrix = new ConfusionMatrix(2);
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class, () -> matrix.add(new int[] {2}, new int[] {0}, 1));
    assertEquals(
        "[confusion-matrix] expected classes 0 to 1 but got label 2, prediction 0",
        wrong.getMessage());
  }

  @Test
  void aMeanComesBack() {
    Mean mean = new Mean();
    mean.add(1.5, 2);
    mean.add(6, 3);
    assertEquals(21.0 / 5, mean.value());
    Mean other = new Mean();
    other.restore(mean.sum(), mean.count());
    assertEquals(mean.value(), other.value());
    assertEquals(Double.NaN, new Mean().value());
  }

  @Test
  void accuracyLeavesPaddingOut() {
    Tensor logits = Tensor.of(new float[] {1, 2, 5, 0, 3, 4}, 3, 2);
    Tensor labels = Tensor.of(new int[] {1, 1, 1}, 3);
    Tensor mask = Tensor.of(new float[] {1, 1, 0}, 3);
    assertEquals(1, floats(Accuracy.correct(logits, labels, mask))[0]);
  }

  @Test
  void accuracyOfStepsLeavesOutThoseThatDoNotCount() {
    float[] two = {0, 1, 0, 1, 5, 0, 0, 1};
    Tensor logits = Tensor.of(Arrays.copyOf(two, 16), 2, 4, 2);
    Tensor labels = Tensor.of(new int[] {1, 0, 0, -1, 0, 0, 0, 0}, 2, 4);
    Tensor both = Tensor.of(new float[] {1, 1}, 2);
    assertEquals(6, floats(Accuracy.correct(logits, labels, both))[0]);
    Tensor mask = Tensor.of(new float[] {1, 0}, 2);
    assertEquals(2, floats(Accuracy.correct(logits, labels, mask))[0]);
  }

  /** What a broken network gives must not look good, nor hang. */
  @Test
  void logitsThatAreNotNumbersAreNeverRight() {
    float nan = Float.NaN;
    Tensor logits = Tensor.of(new float[] {nan, nan, nan, 1, nan, 2, 3, 2, 1, 1, 2, 3}, 4, 3);
    Tensor labels = Tensor.of(new int[] {0, 0, 0, 2}, 4);
    Tensor mask = Tensor.of(new float[] {1, 1, 1, 1}, 4);
    Observation batch = new Observation(logits, labels, mask);
    assertEquals(0.5, figures(new TopK(1), batch).get("top1"));
    Target target = Target.classes(List.of("a", "b", "c"));
    for (Ranking.Kind kind : Ranking.Kind.values()) {
      Metric metric = new Ranking(kind, target);
      SequencedMap<String, Double> figures =
          assertTimeoutPreemptively(Duration.ofSeconds(20), () -> figures(metric, batch));
      assertEquals(Double.NaN, figures.get(metric.name()));
    }
  }

  @Test
  void aRankingOfNothingIsNotANumber() {
    for (Ranking.Kind kind : Ranking.Kind.values()) {
      Ranking metric = new Ranking(kind, Target.classes(List.of("a", "b")));
      assertEquals(Double.NaN, metric.accumulator().figures().get(metric.name()));
    }
    assertEquals(
        Double.NaN,
        new NumberError(NumberError.Kind.R2, Target.numbers(Normalisation.NONE))
            .accumulator()
            .figures()
            .get("r2"));
  }

  private static SequencedMap<String, Double> figures(Metric metric, Observation batch) {
    Accumulator accumulator = metric.accumulator();
    List<float[]> observed = new ArrayList<>();
    metric.observe(batch).forEach(tensor -> observed.add(floats(tensor.cast(DType.F32))));
    accumulator.add(observed, Math.toIntExact(batch.mask().size(0)));
    return accumulator.figures();
  }
}
