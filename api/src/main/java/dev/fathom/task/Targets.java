package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.Optional;

/** Checks of targets, and answers of plain numbers, that several tasks share. */
final class Targets {
  private Targets() {}

  /** {@return the column; integers have no normalisation} */
  static Column required(Optional<Column> target, Normalisation normalisation, Task task) {
    if (task.loss().targetType() == DType.I32 && !normalisation.equals(Normalisation.NONE)) {
      throw new SpecException(
          "/data/targetMean", "expected no mean and deviation of a target of classes");
    }
    return target.orElseThrow(
        () ->
            new SpecException(
                "/data/target", "expected a column as target of the task '" + task.name() + "'"));
  }

  /** {@return the shape of the target that the loss compares with outputs of that shape} */
  static Shape shape(Loss loss, Shape output) {
    try {
      return loss.targetShape(output);
    } catch (IllegalArgumentException e) {
      throw new SpecException("/training/loss", e.getMessage());
    }
  }

  static void requireIntegers(Column target) {
    if (target.dtype().isFloating()) {
      throw new SpecException(
          "/data/target",
          "expected a column of integers for cross-entropy but '%s' holds %s"
              .formatted(target.name(), target.dtype().label()));
    }
  }

  /**
   * Checks that the target has the shape that the loss compares.
   *
   * @param wanted the output that would fit
   */
  static void requireShape(Column target, Shape expected, Shape wanted, Shape output) {
    if (!target.shape().equals(expected)) {
      throw new SpecException(
          "/model",
          "expected a last layer with output %s, the shape of column '%s', but it gives %s"
              .formatted(wanted, target.name(), output));
    }
  }

  /**
   * {@return numbers in the units of the input}
   *
   * @param values {@code [batch, ...example]}, normalised
   */
  static Numbers inUnits(Normalisation normalisation, Shape example, float[] values) {
    return Numbers.of(Numbers.cut(normalisation.invert(values, example)));
  }

  /** {@return the answer that is numbers as they are} */
  static Answer numbers(String name, Numbers values) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode array = json.putArray(name);
    for (int i = 0; i < values.size(); i++) {
      array.add(values.json(i));
    }
    return Answer.of(values.text(), json);
  }
}
