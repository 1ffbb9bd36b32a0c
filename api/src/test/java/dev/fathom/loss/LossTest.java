package dev.fathom.loss;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.floats;
import static dev.fathom.PyTorch.integers;
import static dev.fathom.PyTorch.shape;
import static dev.fathom.PyTorch.tensor;
import static dev.fathom.PyTorch.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.PyTorch;
import dev.fathom.compile.Evaluator;
import dev.fathom.data.Normalisation;
import dev.fathom.metric.Target;
import dev.fathom.nn.Context;
import dev.fathom.nn.Distance;
import dev.fathom.nn.Parameters;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LossTest {
  private static final QuantileLoss THREE = new QuantileLoss(List.of(0.1, 0.5, 0.9));

  @Test
  void crossEntropyIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(0);
    compare(new CrossEntropy(), test, Tensor.of(integers(test.get("target")), 5));
  }

  @Test
  void meanSquaredErrorIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(1);
    compare(new MeanSquaredError(), test, tensor(test.get("target")));
  }

  @Test
  void smoothedCrossEntropyIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(2);
    compare(new CrossEntropy(0.1), test, Tensor.of(integers(test.get("target")), 5));
  }

  @Test
  void theQuantileLossIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(3);
    compare(THREE, test, tensor(test.get("target")));
  }

  @Test
  void binaryCrossEntropyIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(4);
    compare(new BinaryCrossEntropy(), test, tensor(test.get("target")));
  }

  @Test
  void meanAbsoluteErrorIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(5);
    compare(new MeanAbsoluteError(), test, tensor(test.get("target")));
  }

  @Test
  void theHuberLossIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(6);
    compare(new Huber(0.7), test, tensor(test.get("target")));
    assertThrows(IllegalArgumentException.class, () -> new Huber(0));
  }

  /** The last example is told so well that its probability is 1. */
  @Test
  void theFocalLossIsPyTorchs() {
    JsonNode test = PyTorch.read("losses").get(7);
    compare(new Focal(2), test, Tensor.of(integers(test.get("target")), 5));
    assertThrows(IllegalArgumentException.class, () -> new Focal(-1));
    assertThrows(IllegalArgumentException.class, () -> new Focal(2).targetShape(Shape.of(3, 4)));
  }

  /** Each case is the loss as a spec writes it. */
  @TestFactory
  Stream<DynamicTest> othersArePyTorchs() {
    List<JsonNode> cases = new ArrayList<>();
    PyTorch.read("more-losses").forEach(cases::add);
    return cases.stream()
        .map(
            test ->
                DynamicTest.dynamicTest(
                    test.get("loss").asText() + test.path("kind").asText(),
                    () -> {
                      Loss loss = ofSpec(test);
                      compare(loss, test, tensor(test.get("target")));
                      assertSlope(loss, test);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> thoseOfScenesArePyTorchs() {
    List<JsonNode> cases = new ArrayList<>();
    PyTorch.read("scenes").forEach(cases::add);
    assertEquals(4, cases.size());
    return cases.stream()
        .map(
            test ->
                DynamicTest.dynamicTest(
                    test.get("loss").asText() + test.path("dice") + test.path("kind").asText(),
                    () -> {
                      Loss loss = ofSpec(test);
                      compare(loss, test, tensor(test.get("target")).cast(loss.targetType()));
                      // How well a box fits is learned, but not that it is to fit: only PyTorch
                      // knows of that.
                      if (!(loss instanceof AnchorFree)) {
                        assertSlope(loss, test);
                      }
                    }));
  }

  private static Loss ofSpec(JsonNode test) {
    ObjectNode json = test.deepCopy();
    json.set("type", json.remove("loss"));
    json.remove(List.of("output", "target", "mask", "rows", "mean", "gradient"));
    return TrainingSpec.parse("{\"loss\": " + json + "}").loss();
  }

  /** The gradient in f64 is that of central differences. */
  private static void assertSlope(Loss loss, JsonNode test) {
    DType type = loss.targetType() == DType.I32 ? DType.I32 : DType.F64;
    Tensor target = tensor(test.get("target")).cast(type);
    long[] shape = shape(test.get("output")).toArray();
    float[] given = values(test.get("output"));
    double[] output = new double[given.length];
    for (int i = 0; i < output.length; i++) {
      output[i] = given[i];
    }
    Tensor x = Tensor.of(output, shape);
    double[] slope = doubles(loss.rows(x, target).sum().gradients(x).getFirst());
    double step = 1e-5;
    double tolerance = 1e-6;
    // The weight of its last term is no part of the gradient, so that only PyTorch knows.
    if (loss instanceof BoxIou iou && iou.kind() == BoxIou.Kind.COMPLETE) {
      return;
    }
    for (int i = 0; i < output.length; i++) {
      double[] above = output.clone();
      double[] below = output.clone();
      above[i] += step;
      below[i] -= step;
      double high = doubles(loss.rows(Tensor.of(above, shape), target).sum())[0];
      double low = doubles(loss.rows(Tensor.of(below, shape), target).sum())[0];
      assertEquals((high - low) / (2 * step), slope[i], tolerance, "slope of " + i);
    }
  }

  @Test
  void aTripletOfVectorsIsPyTorchs() {
    JsonNode test = PyTorch.read("vectors");
    Tensor vectors = tensor(test.get("vectors"));
    Triplet loss = new Triplet(test.get("margin").asDouble());
    Tensor distances = new Distance().apply(Context.of(Parameters.ofInputs()), vectors);
    Tensor near = Tensor.of(new float[] {1, 0, 1, 0, 1, 0, 1, 0}, 4, 2);
    Tensor mean = loss.rows(distances, near).mean();
    assertEquals(test.get("triplet").floatValue(), floats(mean)[0], 1e-6);
    assertClose(
        values(test.get("gradient")), floats(mean.gradients(vectors).getFirst()), 1e-5, "gradient");
    // The other way around the second is to be nearer.
    float[] there = floats(new Triplet(9).rows(distances, near));
    float[] back = floats(new Triplet(9).rows(distances, near.neg().add(1)));
    for (int i = 0; i < 4; i++) {
      assertEquals(18, there[i] + back[i], 1e-5);
    }
  }

  @Test
  void theDivergenceOfNormalDistributionsIsPyTorchs() {
    JsonNode test = PyTorch.read("vectors");
    Tensor rows = KlDivergence.ofNormal(tensor(test.get("mean")), tensor(test.get("logVariance")));
    assertClose(values(test.get("divergence")), floats(rows), 1e-5, "divergence");
  }

  @Test
  void outputsThatALossDoesNotTakeAreNamed() {
    assertEquals(
        "[ssim] expected a network with output [channels, height, width] of 11 x 11 or more but got"
            + " [1, 10, 28]",
        misfit(new Ssim(1, 11), Shape.of(1, 10, 28)));
    assertEquals(
        "[iou] expected a network with output [..., 4], corners of boxes, but got [5]",
        misfit(new BoxIou(BoxIou.Kind.PLAIN), Shape.of(5)));
    assertEquals(
        "[dice] expected a network with output [channels, ...] but got [5]",
        misfit(new Dice(1), Shape.of(5)));
    assertEquals(
        "[triplet] expected a network with output [2], two distances, but got [3]",
        misfit(new Triplet(1), Shape.of(3)));
    assertEquals(
        "[boxes] expected a network with output [classes + 5, height, width] but got [5, 4, 4]",
        misfit(new AnchorFree(0.25, 2, 1.5, BoxIou.Kind.GENERALIZED), Shape.of(5, 4, 4)));
    assertEquals(
        "[pixel-cross-entropy] expected a network with output [classes, height, width] but got [5]",
        misfit(new PixelCrossEntropy(0), Shape.of(5)));
    assertThrows(IllegalArgumentException.class, () -> new PixelCrossEntropy(-1));
    assertThrows(
        IllegalArgumentException.class, () -> new AnchorFree(1, 2, 1.5, BoxIou.Kind.PLAIN));
    assertThrows(IllegalArgumentException.class, () -> new Ssim(1, 4));
    assertThrows(IllegalArgumentException.class, () -> new Ssim(Double.NaN, 3));
    assertThrows(IllegalArgumentException.class, () -> new Contrastive(0));
  }

  private static String misfit(Loss loss, Shape output) {
    return assertThrows(IllegalArgumentException.class, () -> loss.targetShape(output))
        .getMessage();
  }

  /** Boxes without a size, in one point, and one box for both. */
  @Test
  void boxesOfNoSizeHaveALossAndASlope() {
    Tensor x = Tensor.of(new float[] {1, 1, 1, 1, 2, 3, 5, 7}, 2, 4);
    for (BoxIou.Kind kind : BoxIou.Kind.values()) {
      Tensor rows = new BoxIou(kind).rows(x, x);
      assertEquals(0, floats(rows)[1], 1e-6, kind.name());
      assertTrue(Float.isFinite(floats(rows)[0]), kind.name());
      for (float slope : floats(rows.sum().gradients(x).getFirst())) {
        assertTrue(Float.isFinite(slope), kind + ": " + slope);
      }
    }
  }

  @Test
  void binaryCrossEntropyOfExtremeLogitsIsFinite() {
    BinaryCrossEntropy loss = new BinaryCrossEntropy();
    Tensor x = Tensor.of(new float[] {1e4f, 1e4f, -1e4f, -1e4f, 3e38f, 0, -0f}, 7);
    Tensor target = Tensor.of(new float[] {0, 1, 0, 1, 1, 1, 0}, 7);
    float half = (float) Math.log(2);
    assertClose(
        new float[] {1e4f, 0, 0, 1e4f, 0, half, half}, floats(loss.rows(x, target)), 1e-6, "rows");
    Tensor sum = loss.rows(x, target).sum();
    assertClose(
        new float[] {1, 0, 0, -1, 0, -0.5f, 0.5f},
        floats(sum.gradients(x).getFirst()),
        1e-6,
        "gradient");
  }

  @Test
  void theGradientOfTheQuantileLossIsItsSlope() {
    double[] output = {0.3, -0.2, 1.5, 2, 0.1, -1};
    Tensor target = Tensor.of(new double[] {0.5, 0.7}, 1, 2);
    Tensor x = Tensor.of(output, 1, 6);
    double[] gradient =
        doubles(THREE.mean(x, target, Tensor.of(new double[] {1}, 1)).gradients(x).getFirst());
    for (int i = 0; i < output.length; i++) {
      double step = 1e-4;
      double[] up = output.clone();
      double[] down = output.clone();
      up[i] += step;
      down[i] -= step;
      double slope =
          (doubles(THREE.rows(Tensor.of(up, 1, 6), target))[0]
                  - doubles(THREE.rows(Tensor.of(down, 1, 6), target))[0])
              / (2 * step);
      assertEquals(slope, gradient[i], 1e-9, "output " + i);
    }
  }

  @Test
  void quantilesRiseAroundTheMedian() {
    assertEquals(Shape.of(4), THREE.targetShape(Shape.of(12)));
    assertEquals(0.8, THREE.coverage(), 1e-12);
    Target target = Target.quantiles(Normalisation.NONE, THREE.quantiles());
    assertEquals(1, target.median());
    double[] crossed = {2, 1, 3, 6, 5, 4};
    target.sortQuantiles(crossed);
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, crossed);
    assertEquals(
        "[quantile] expected a network with output [numbers * 3], one for each quantile, but got"
            + " [4]",
        assertThrows(IllegalArgumentException.class, () -> THREE.targetShape(Shape.of(4)))
            .getMessage());
    for (List<Double> wrong :
        List.of(
            List.<Double>of(),
            List.of(0.1, 0.9),
            List.of(0.5, 0.1),
            List.of(0.5, 1.0),
            List.of(0.5, 0.5))) {
      assertEquals(
          "[quantile] expected rising quantiles inside (0, 1), the median 0.5 among them, but got "
              + wrong,
          assertThrows(IllegalArgumentException.class, () -> new QuantileLoss(wrong)).getMessage());
    }
  }

  private static double[] doubles(Tensor tensor) {
    return Evaluator.evaluate(tensor.value(), new MinimalBackend())
        .toArray(ValueLayout.JAVA_DOUBLE);
  }

  @Test
  void aSequenceWithoutStepsThatCountHasNoWeight() {
    CrossEntropy loss = new CrossEntropy();
    Tensor logits = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 9}, 2, 2, 2);
    Tensor target = Tensor.of(new int[] {-1, -1, -1, 0}, 2, 2);
    Tensor mask = Tensor.of(new float[] {1, 1}, 2);
    float expected = (float) (2 + Math.log1p(Math.exp(-2)));
    assertClose(new float[] {0, expected}, floats(loss.rows(logits, target)), 1e-6, "rows");
    assertClose(new float[] {0, 1}, floats(loss.weights(target, mask)), 0, "weights");
    assertEquals(expected, floats(loss.mean(logits, target, mask))[0], 1e-6);
  }

  private static void compare(Loss loss, JsonNode test, Tensor target) {
    Tensor output = tensor(test.get("output"));
    Shape example = output.shape().slice(1, output.shape().rank());
    assertEquals(loss.targetType(), target.dtype());
    Shape wanted = Shape.of(output.size(0)).concat(loss.targetShape(example));
    // Boxes may be any number.
    assertEquals(loss instanceof AnchorFree ? target.shape() : wanted, target.shape());
    Tensor mean = loss.mean(output, target, tensor(test.get("mask")));
    assertClose(values(test.get("rows")), floats(loss.rows(output, target)), 1e-5, "rows");
    assertEquals(test.get("mean").floatValue(), floats(mean)[0], 1e-5);
    assertClose(
        values(test.get("gradient")), floats(mean.gradients(output).getFirst()), 1e-5, "gradient");
  }

  @Test
  void crossEntropyTakesLogitsOfClassesOrOfSteps() {
    CrossEntropy loss = new CrossEntropy();
    assertEquals(Shape.SCALAR, loss.targetShape(Shape.of(4)));
    assertEquals(Shape.of(3), loss.targetShape(Shape.of(3, 4)));
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> loss.targetShape(Shape.of(2, 3, 4)));
    assertEquals(
        "[cross-entropy] expected a network with output [classes] or [time, classes] but got"
            + " [2, 3, 4]",
        wrong.getMessage());
    wrong = assertThrows(IllegalArgumentException.class, () -> new CrossEntropy(1));
    assertEquals(
        "[cross-entropy] expected a label smoothing in [0, 1) but got 1.0", wrong.getMessage());
  }
}
