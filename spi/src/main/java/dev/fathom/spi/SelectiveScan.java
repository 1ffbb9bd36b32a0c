package dev.fathom.spi;

import java.util.List;
import java.util.stream.Stream;

/**
 * The scan of a selective state-space layer over all steps of a sequence (Gu and Dao, "Mamba:
 * Linear-Time Sequence Modeling with Selective State Spaces", 2023). Each channel d has a state of
 * several numbers n, which decays and takes in as much as the step itself says:
 *
 * <pre>
 * h[t, d, n] = exp(delta[t, d] * a[d, n]) * h[t - 1, d, n] + delta[t, d] * x[t, d] * b[t, n]
 * y[t, d]    = sum over n of c[t, n] * h[t, d, n]
 * </pre>
 *
 * A step whose {@code delta} is 0 leaves the state as it was. Time and memory are to grow as the
 * number of steps does: no state is kept but one before every {@code interval} steps, from which
 * the gradient computes the others again.
 *
 * @param interval steps from one state in {@code kept} to the next
 * @param x {@code [batch, time, channels]}
 * @param delta {@code [batch, time, channels]}: how long a step lasts
 * @param a {@code [channels, state]}: rates, negative where a state decays
 * @param b {@code [batch, time, state]}: what is taken in
 * @param c {@code [batch, time, state]}: what is read
 * @param initial {@code [batch, channels, state]}: the state before the first step
 * @param y {@code [batch, time, channels]}
 * @param last {@code [batch, channels, state]}: the state behind the last step
 * @param kept {@code [batch, ceil(time / interval), channels, state]}, for the gradient: the states
 *     before the steps 0, interval, 2 interval and so on
 */
public record SelectiveScan(
    long interval,
    View x,
    View delta,
    View a,
    View b,
    View c,
    View initial,
    View y,
    View last,
    View kept)
    implements KernelSpec {
  /** C1: shapes agree, a step or more, a number or more in a state. C2: one floating type. */
  public SelectiveScan {
    check("selective-scan", interval, List.of(x, delta, y), a, List.of(b, c), kept);
    states("selective-scan", x, a, List.of(initial, last));
  }

  /**
   * Checks the constraints that a scan and its gradient have in common.
   *
   * @param values {@code [batch, time, channels]}
   * @param shared {@code [batch, time, state]}
   */
  static void check(
      String name, long interval, List<View> values, View a, List<View> shared, View kept) {
    View x = values.getFirst();
    Check.that(interval >= 1, name, "C1", "an interval of 1 step or more", interval);
    Check.that(
        x.rank() == 3 && x.size(1) >= 1,
        name,
        "C1",
        "values [batch, time, channels], a step or more",
        x);
    Check.that(
        a.rank() == 2 && a.size(0) == x.size(2) && a.size(1) >= 1,
        name,
        "C1",
        "rates [" + x.size(2) + ", state], 1 or more of each channel",
        a);
    Shape steps = x.shape().slice(0, 2);
    values.forEach(view -> shape(name, view, x.shape()));
    shared.forEach(view -> shape(name, view, steps.concat(a.shape().slice(1, 2))));
    long count = Math.ceilDiv(x.size(1), interval);
    shape(name, kept, Shape.of(x.size(0), count).concat(a.shape()));
    Check.that(
        x.dtype().isFloating()
            && Stream.of(values, List.of(a), shared, List.of(kept))
                .flatMap(List::stream)
                .allMatch(view -> view.dtype() == x.dtype()),
        name,
        "C2",
        "one floating type",
        values + ", " + a + ", " + shared + ", " + kept);
  }

  /** Checks states {@code [batch, channels, state]}. */
  static void states(String name, View x, View a, List<View> states) {
    for (View view : states) {
      shape(name, view, x.shape().slice(0, 1).concat(a.shape()));
      Check.that(view.dtype() == x.dtype(), name, "C2", "one floating type", view);
    }
  }

  static void shape(String name, View view, Shape expected) {
    Check.that(view.shape().equals(expected), name, "C1", expected.toString(), view);
  }

  @Override
  public List<View> inputs() {
    return List.of(x, delta, a, b, c, initial);
  }

  @Override
  public List<View> outputs() {
    return List.of(y, last, kept);
  }

  @Override
  public int recordSince() {
    return 4;
  }
}
