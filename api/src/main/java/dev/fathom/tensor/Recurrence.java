package dev.fathom.tensor;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Recurrent layers over all steps of a sequence, as PyTorch defines them. The input goes through
 * its weights for all steps at once; the rest is one operation of the graph.
 */
public enum Recurrence {
  /** {@code h' = tanh(x + h)}: Elman, "Finding Structure in Time" (1990). */
  RNN(Cell.RNN),
  /**
   * {@code c' = sigmoid(f) * c + sigmoid(i) * tanh(g); h' = sigmoid(o) * tanh(c')}, gates in the
   * order i, f, g, o: Hochreiter and Schmidhuber (1997), Gers et al. (2000).
   */
  LSTM(Cell.LSTM),
  /**
   * {@code n = tanh(xn + sigmoid(r) * hn); h' = (1 - sigmoid(z)) * n + sigmoid(z) * h}, gates in
   * the order r, z, n: Cho et al. (2014).
   */
  GRU(Cell.GRU);

  private final Cell cell;

  Recurrence(Cell cell) {
    this.cell = cell;
  }

  /** {@return how many rows of the weights belong to each unit} */
  public int gates() {
    return cell.gates();
  }

  /**
   * The weights of one layer and direction.
   *
   * @param input {@code [gates * units, features]}
   * @param hidden {@code [gates * units, units]}
   * @param inputBias {@code [gates * units]}
   * @param hiddenBias {@code [gates * units]}
   */
  public record Weights(Tensor input, Tensor hidden, Tensor inputBias, Tensor hiddenBias) {}

  /**
   * The state between steps.
   *
   * @param hidden {@code [batch, units]}: the output
   * @param cell {@code [batch, units]}, null except for an LSTM
   */
  public record State(Tensor hidden, Tensor cell) {}

  /**
   * The states that a layer gives.
   *
   * @param steps {@code [batch, time, units]}; zeros where the mask is false
   * @param last the state behind the step that is computed last
   */
  public record Result(Tensor steps, State last) {}

  /** {@return the state that sequences start with if nothing is known of them: zeros} */
  public State zeros(DType dtype, long batch, long units) {
    Tensor zero = Tensor.zeros(dtype, batch, units);
    return new State(zero, cell.hasCell() ? zero : null);
  }

  /**
   * {@return the states of all steps}
   *
   * @param x {@code [batch, time, features]}
   * @param initial the state before the step that is computed first
   * @param mask {@code [batch, time]}, bool: a state stays as it is at a step where it is false;
   *     null if every step counts
   * @param reverse whether to go from the last step to the first
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Result of(Tensor x, Weights weights, State initial, Tensor mask, boolean reverse) {
    check(x, weights, initial, mask);
    long time = x.size(1);
    long units = weights.hidden().size(1);
    Tensor inputs = x.matmul(weights.input().transpose());
    Tensor bias = weights.hiddenBias();
    // Where both biases are added to the same sum, they are one.
    if (cell == Cell.GRU) {
      inputs = inputs.add(weights.inputBias());
    } else {
      bias = bias.add(weights.inputBias());
    }
    List<Value> operands = new ArrayList<>();
    operands.add(inputs.reshape(x.size(0), time, gates(), units).value());
    operands.add(weights.hidden().reshape(gates(), units, units).value());
    operands.add(bias.reshape(gates(), units).value());
    operands.add(initial.hidden().value());
    if (cell.hasCell()) {
      operands.add(initial.cell().value());
    }
    if (mask != null) {
      operands.add(mask.value());
    }
    Node node = new Node(new Op.Recurrent(cell, reverse, mask != null), operands);
    Tensor states = Tensor.of(node.output(0));
    long end = reverse ? 0 : time - 1;
    State last =
        new State(at(states, end), cell.hasCell() ? at(Tensor.of(node.output(1)), end) : null);
    Tensor steps =
        mask == null ? states : mask.unsqueeze(2).select(states, Tensor.zeros(x.dtype()));
    return new Result(steps, last);
  }

  private static Tensor at(Tensor states, long step) {
    return states.slice(1, step, step + 1).reshape(states.size(0), states.size(2));
  }

  private void check(Tensor x, Weights weights, State initial, Tensor mask) {
    Shape shape = x.shape();
    require(
        shape.rank() == 3 && shape.size(1) >= 1,
        "values [batch, time, features], a step or more",
        shape);
    long units = weights.hidden().size(-1);
    Shape rows = Shape.of(gates() * units);
    require(
        weights.input().shape().equals(rows.concat(Shape.of(shape.size(2))))
            && weights.hidden().shape().equals(rows.concat(Shape.of(units)))
            && weights.inputBias().shape().equals(rows)
            && weights.hiddenBias().shape().equals(rows),
        "weights [%d, %d], [%d, %d] and biases [%d]"
            .formatted(rows.size(0), shape.size(2), rows.size(0), units, rows.size(0)),
        "%s, %s, %s, %s"
            .formatted(
                weights.input().shape(),
                weights.hidden().shape(),
                weights.inputBias().shape(),
                weights.hiddenBias().shape()));
    Shape single = Shape.of(shape.size(0), units);
    require(
        initial.hidden().shape().equals(single)
            && (initial.cell() != null) == cell.hasCell()
            && (initial.cell() == null || initial.cell().shape().equals(single)),
        "a state " + single + (cell.hasCell() ? " with a cell" : " without a cell"),
        initial.hidden().shape()
            + ", "
            + (initial.cell() == null ? "no cell" : initial.cell().shape()));
    if (mask != null) {
      require(
          mask.dtype() == DType.BOOL && mask.shape().equals(shape.slice(0, 2)),
          "a bool mask [batch, time] " + shape.slice(0, 2),
          mask.value().type());
    }
  }

  private void require(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + name().toLowerCase(Locale.ROOT) + "] expected " + expected + " but got " + actual);
    }
  }
}
