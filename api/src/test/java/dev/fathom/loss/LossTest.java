package dev.fathom.loss;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.floats;
import static dev.fathom.PyTorch.integers;
import static dev.fathom.PyTorch.shape;
import static dev.fathom.PyTorch.tensor;
import static dev.fathom.PyTorch.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.PyTorch;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LossTest {
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
    assertEquals(shape(test.get("target")), Shape.of(5).concat(loss.targetShape(example)));
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
