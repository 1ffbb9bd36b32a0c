package dev.fathom.metric;

import static dev.fathom.PyTorch.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.data.Normalisation;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Metrics against the numbers that {@code src/test/sklearn/fixtures.py} made, in batches of 8 whose
 * last has rows of padding.
 */
class ScikitLearnTest {
  private static final int BATCH = 8;

  /** Logits and differences are f32 on the device. */
  private static final double TOLERANCE = 2e-6;

  private static JsonNode cases(String group) throws IOException {
    try (InputStream in = ScikitLearnTest.class.getResourceAsStream("/sklearn/metrics.json")) {
      return new ObjectMapper().readTree(in).required(group);
    }
  }

  private static Stream<DynamicTest> each(String group, Consumer<JsonNode> test)
      throws IOException {
    return cases(group)
        .valueStream()
        .map(c -> DynamicTest.dynamicTest(c.get("name").textValue(), () -> test.accept(c)));
  }

  /** The accumulator after all batches; rows of padding hold what would spoil every figure. */
  private static Accumulator measured(Metric metric, JsonNode outputs, JsonNode targets) {
    Accumulator accumulator = metric.accumulator();
    int width = outputs.get(0).size();
    boolean isClass = !targets.get(0).isArray();
    for (int from = 0; from < outputs.size(); from += BATCH) {
      int count = Math.min(BATCH, outputs.size() - from);
      float[] output = new float[BATCH * width];
      int[] labels = new int[BATCH];
      float[] target = new float[isClass ? 0 : BATCH * targets.get(0).size()];
      float[] mask = new float[BATCH];
      for (int row = 0; row < BATCH; row++) {
        mask[row] = row < count ? 1 : 0;
        for (int i = 0; i < width; i++) {
          output[row * width + i] = row < count ? number(outputs.get(from + row).get(i)) : 77 - i;
        }
        if (isClass) {
          labels[row] = row < count ? targets.get(from + row).intValue() : width - 1;
        }
        int numbers = target.length / BATCH;
        for (int i = 0; i < numbers; i++) {
          target[row * numbers + i] = row < count ? number(targets.get(from + row).get(i)) : i % 2;
        }
      }
      Observation batch =
          new Observation(
              Tensor.of(output, BATCH, width),
              isClass ? Tensor.of(labels, BATCH) : Tensor.of(target, BATCH, target.length / BATCH),
              Tensor.of(mask, BATCH));
      List<float[]> observed = new ArrayList<>();
      for (Tensor tensor : metric.observe(batch)) {
        observed.add(floats(tensor.cast(DType.F32)));
      }
      accumulator.add(observed, count);
    }
    return accumulator;
  }

  private static float number(JsonNode node) {
    return (float) node.doubleValue();
  }

  private static double expected(JsonNode node) {
    return node.isNull() ? Double.NaN : node.doubleValue();
  }

  private static void check(Metric metric, JsonNode c, String targets, String key) {
    Accumulator accumulator = measured(metric, c.get("logits"), c.get(targets));
    JsonNode wanted = c.required(key);
    assertEquals(metric.name(), accumulator.figures().firstEntry().getKey());
    double all = accumulator.figures().get(metric.name());
    if (wanted.isNumber()) {
      assertEquals(wanted.doubleValue(), all, TOLERANCE, key);
      return;
    }
    assertEquals(expected(wanted.get("macro")), all, TOLERANCE, key);
    JsonNode each = wanted.get("each");
    boolean isOne = metric instanceof Ranking && targets.equals("labels") && each.size() == 2;
    for (int i = 0; i < each.size(); i++) {
      Double value = accumulator.figures().get(key + ".class " + i);
      if (isOne || each.get(i).isNull()) {
        assertEquals(null, value, key + " of class " + i);
      } else {
        assertEquals(each.get(i).doubleValue(), value, TOLERANCE, key + " of class " + i);
      }
    }
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
  }

  private static void checkConfusion(Target target, JsonNode c, String targets) {
    Table table =
        measured(
                new ClassReport(ClassReport.Kind.CONFUSION, target),
                c.get("logits"),
                c.get(targets))
            .table()
            .orElseThrow();
    JsonNode wanted = c.required("confusion");
    for (int row = 0; row < wanted.size(); row++) {
      double[] counts = wanted.get(row).valueStream().mapToDouble(JsonNode::doubleValue).toArray();
      assertArrayEquals(counts, table.values()[row], "row " + row);
    }
  }

  private static void checkClasses(Target target, JsonNode c, String targets) {
    check(new Accuracy(), c, targets, "accuracy");
    check(new ClassReport(ClassReport.Kind.PRECISION, target), c, targets, "precision");
    check(new ClassReport(ClassReport.Kind.RECALL, target), c, targets, "recall");
    check(new ClassReport(ClassReport.Kind.F1, target), c, targets, "f1");
    check(new Ranking(Ranking.Kind.ROC_AUC, target), c, targets, "rocAuc");
    check(new Ranking(Ranking.Kind.PR_AUC, target), c, targets, "prAuc");
    checkConfusion(target, c, targets);
  }

  @TestFactory
  Stream<DynamicTest> oneClassAnExample() throws IOException {
    return each(
        "classes",
        c -> {
          checkClasses(Target.classes(names(c.get("logits").get(0).size())), c, "labels");
          check(new LogLoss(false), c, "labels", "logLoss");
          check(new TopK(2), c, "labels", "top2");
          double perplexity =
              measured(new LogLoss(true), c.get("logits"), c.get("labels"))
                  .figures()
                  .get("perplexity");
          double wanted = Math.exp(c.get("logLoss").doubleValue());
          assertEquals(wanted, perplexity, TOLERANCE * wanted);
        });
  }

  @TestFactory
  Stream<DynamicTest> severalLabelsAnExample() throws IOException {
    return each(
        "several",
        c ->
            checkClasses(
                Target.severalClasses(names(c.get("logits").get(0).size())), c, "targets"));
  }

  @TestFactory
  Stream<DynamicTest> numbers() throws IOException {
    return each(
        "regression",
        c -> {
          Target target = Target.numbers(Normalisation.NONE);
          for (NumberError.Kind kind : NumberError.Kind.values()) {
            Accumulator accumulator =
                measured(new NumberError(kind, target), c.get("outputs"), c.get("targets"));
            double wanted = expected(c.required(kind.label()));
            assertEquals(
                wanted,
                accumulator.figures().get(kind.label()),
                TOLERANCE * (Math.abs(wanted) > 1 ? Math.abs(wanted) : 1),
                kind.label());
          }
        });
  }
}
