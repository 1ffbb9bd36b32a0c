package dev.fathom.tensor;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * Recurrent layers over all steps of a sequence, as PyTorch defines them; states start at zero. The
 * input goes through its weights for all steps at once, the rest step by step.
 */
public enum Recurrence {
  /** {@code h' = tanh(x + h)}: Elman, "Finding Structure in Time" (1990). */
  RNN(1),
  /**
   * {@code c' = sigmoid(f) * c + sigmoid(i) * tanh(g); h' = sigmoid(o) * tanh(c')}, gates in the
   * order i, f, g, o: Hochreiter and Schmidhuber (1997), Gers et al. (2000).
   */
  LSTM(4),
  /**
   * {@code n = tanh(xn + sigmoid(r) * hn); h' = (1 - sigmoid(z)) * n + sigmoid(z) * h}, gates in
   * the order r, z, n: Cho et al. (2014).
   */
  GRU(3);

  private final int gates;

  Recurrence(int gates) {
    this.gates = gates;
  }

  /** {@return how many rows of the weights belong to each unit} */
  public int gates() {
    return gates;
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
   * What comes out.
   *
   * @param steps {@code [batch, time, units]}; zeros where the mask is false
   * @param last {@code [batch, units]}: the state behind the step that is computed last
   */
  public record Result(Tensor steps, Tensor last) {}

  /** The state between steps, {@code [batch, units]}; {@code cell} is null except for LSTM. */
  private record State(Tensor hidden, Tensor cell) {}

  /**
   * {@return the states of all steps}
   *
   * @param x {@code [batch, time, features]}
   * @param mask {@code [batch, time]}, bool: a state stays as it is at a step where it is false;
   *     null if every step counts
   * @param reverse whether to go from the last step to the first
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Result of(Tensor x, Weights weights, Tensor mask, boolean reverse) {
    check(x, weights, mask);
    int time = Math.toIntExact(x.size(1));
    long units = weights.hidden().size(1);
    Tensor inputs = x.matmul(weights.input().transpose()).add(weights.inputBias());
    Tensor hiddenWeight = weights.hidden().transpose();
    Tensor zero = Tensor.zeros(x.dtype(), x.size(0), units);
    State state = new State(zero, this == LSTM ? zero : null);
    Tensor[] steps = new Tensor[time];
    for (int i = 0; i < time; i++) {
      int t = reverse ? time - 1 - i : i;
      Tensor input = inputs.slice(1, t, t + 1L).reshape(x.size(0), gates * units);
      Tensor hidden = state.hidden().matmul(hiddenWeight).add(weights.hiddenBias());
      State next = step(input, hidden, state, units);
      steps[t] = next.hidden();
      if (mask != null) {
        Tensor valid = mask.slice(1, t, t + 1L);
        next =
            new State(
                valid.select(next.hidden(), state.hidden()),
                this == LSTM ? valid.select(next.cell(), state.cell()) : null);
        steps[t] = valid.select(next.hidden(), Tensor.zeros(x.dtype()));
      }
      state = next;
    }
    return new Result(
        Tensor.concat(1, Arrays.stream(steps).map(h -> h.unsqueeze(1)).toArray(Tensor[]::new)),
        state.hidden());
  }

  /** The equations; {@code x} and {@code h} are {@code [batch, gates * units]}. */
  private State step(Tensor x, Tensor h, State state, long units) {
    return switch (this) {
      case RNN -> new State(x.add(h).tanh(), null);
      case LSTM -> {
        Tensor sums = x.add(h);
        Tensor in = gate(sums, 0, units).sigmoid();
        Tensor forget = gate(sums, 1, units).sigmoid();
        Tensor out = gate(sums, 3, units).sigmoid();
        Tensor cell = forget.mul(state.cell()).add(in.mul(gate(sums, 2, units).tanh()));
        yield new State(out.mul(cell.tanh()), cell);
      }
      case GRU -> {
        Tensor reset = gate(x, 0, units).add(gate(h, 0, units)).sigmoid();
        Tensor keep = gate(x, 1, units).add(gate(h, 1, units)).sigmoid();
        Tensor fresh = gate(x, 2, units).add(reset.mul(gate(h, 2, units))).tanh();
        yield new State(fresh.add(keep.mul(state.hidden().sub(fresh))), null);
      }
    };
  }

  private static Tensor gate(Tensor all, int index, long units) {
    return all.slice(1, index * units, (index + 1) * units);
  }

  private void check(Tensor x, Weights weights, Tensor mask) {
    Shape shape = x.shape();
    require(
        shape.rank() == 3 && shape.size(1) >= 1,
        "values [batch, time, features], a step or more",
        shape);
    long units = weights.hidden().size(-1);
    Shape rows = Shape.of(gates * units);
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
