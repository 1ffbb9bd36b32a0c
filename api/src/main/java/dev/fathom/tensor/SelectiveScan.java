package dev.fathom.tensor;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.spi.Shape;
import java.util.List;

/**
 * The scan of selective state spaces (Gu and Dao, "Mamba: Linear-Time Sequence Modeling with
 * Selective State Spaces", 2023): one operation, which a backend may compute without ever having
 * the states of all steps in memory.
 */
public final class SelectiveScan {
  /** Steps between the states that are kept for the gradient, which computes the others again. */
  private static final long INTERVAL = 32;

  private SelectiveScan() {}

  /**
   * The result.
   *
   * @param steps {@code [batch, time, channels]}
   * @param last {@code [batch, channels, state]}: the state behind the last step
   */
  public record Result(Tensor steps, Tensor last) {}

  /**
   * {@return {@code y[t, d] = sum over n of c[t, n] h[t, d, n]}, where {@code h[t, d, n] =
   * exp(delta[t, d] a[d, n]) h[t - 1, d, n] + delta[t, d] x[t, d] b[t, n]}} A step whose delta is 0
   * leaves the state as it was.
   *
   * @param x {@code [batch, time, channels]}, a step or more
   * @param delta {@code [batch, time, channels]}: how long a step lasts, 0 or more
   * @param a {@code [channels, state]}: rates, negative where a state decays
   * @param b {@code [batch, time, state]}: what is taken in
   * @param c {@code [batch, time, state]}: what is read
   * @param initial {@code [batch, channels, state]}: the state before the first step
   * @throws IllegalArgumentException if the shapes or types do not fit
   */
  public static Result of(Tensor x, Tensor delta, Tensor a, Tensor b, Tensor c, Tensor initial) {
    Node node =
        new Node(
            new Op.SelectiveScan(INTERVAL),
            List.of(x.value(), delta.value(), a.value(), b.value(), c.value(), initial.value()));
    return new Result(Tensor.of(node.output(0)), Tensor.of(node.output(1)));
  }

  /** {@return a state of zeros for that many sequences} */
  public static Tensor zeros(Tensor a, long batch) {
    return Tensor.zeros(a.dtype(), Shape.of(batch).concat(a.shape()).toArray());
  }
}
