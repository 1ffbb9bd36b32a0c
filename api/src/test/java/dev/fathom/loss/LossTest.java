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
  void crossEntropyTakesOneLogitPerClass() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class, () -> new CrossEntropy().targetShape(Shape.of(3, 4)));
    assertEquals(
        "[cross-entropy] expected a network with output [classes] but got [3, 4]",
        wrong.getMessage());
  }
}
