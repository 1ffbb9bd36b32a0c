package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Recurrence;
import dev.fathom.tensor.Tensor;
import java.util.Locale;

/**
 * Recurrent layers, one above the other: {@code [batch, time, features] -> [batch, units]}, the
 * last state, or {@code [batch, time, units]}, all of them; twice as many features where it is
 * bidirectional, forward first (Schuster and Paliwal, 1997). At a step that an {@link Embedding}
 * marks as padding a state stays as it is, and zeros stand among all states.
 *
 * <p>Parameters, as PyTorch has them, for layer k from 0: {@code weight_ih_lk [gates * units, in]},
 * {@code weight_hh_lk [gates * units, units]}, {@code bias_ih_lk}, {@code bias_hh_lk [gates *
 * units]}, and the same with {@code _reverse}; weights start as {@link Initializer#FAN_IN_UNIFORM},
 * biases at zero.
 *
 * @param recurrence the equations and the order of the gates
 * @param units number of features of a state
 * @param layers how many are stacked
 * @param bidirectional whether each layer also goes from the last step to the first
 * @param allSteps whether all states come out, instead of the last one
 * @param dropout between stacked layers, in [0, 1)
 */
public record Recurrent(
    Recurrence recurrence,
    long units,
    long layers,
    boolean bidirectional,
    boolean allSteps,
    double dropout)
    implements Layer {
  /** One layer, forward, the last state. */
  public Recurrent(Recurrence recurrence, long units) {
    this(recurrence, units, 1, false, false, 0);
  }

  public Recurrent {
    String label = recurrence.name().toLowerCase(Locale.ROOT);
    Check.that(units >= 1, label, "1 unit or more", units);
    Check.that(layers >= 1, label, "1 layer or more", layers);
    Check.that(dropout >= 0 && dropout < 1, label, "a dropout in [0, 1)", dropout);
  }

  @Override
  public String label() {
    return recurrence.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    Check.that(input.size(0) >= 1, label(), "a step or more", input);
    Shape features = Shape.of(bidirectional ? 2 * units : units);
    return allSteps ? input.slice(0, 1).concat(features) : features;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor in = x;
    for (int layer = 0; ; layer++) {
      Recurrence.Result forward = run(context, in, "_l" + layer, false);
      Tensor steps = forward.steps();
      Tensor last = forward.last().hidden();
      if (bidirectional) {
        Recurrence.Result backward = run(context, in, "_l" + layer + "_reverse", true);
        steps = Tensor.concat(2, steps, backward.steps());
        last = Tensor.concat(1, last, backward.last().hidden());
      }
      if (layer == layers - 1) {
        return allSteps ? steps : last;
      }
      in = context.dropout(steps, dropout);
    }
  }

  private Recurrence.Result run(Context context, Tensor x, String suffix, boolean reverse) {
    long rows = recurrence.gates() * units;
    Recurrence.Weights weights =
        new Recurrence.Weights(
            context.parameter(
                "weight_ih" + suffix, Shape.of(rows, x.size(2)), Initializer.FAN_IN_UNIFORM),
            context.parameter(
                "weight_hh" + suffix, Shape.of(rows, units), Initializer.FAN_IN_UNIFORM),
            context.parameter("bias_ih" + suffix, Shape.of(rows), Initializer.ZEROS),
            context.parameter("bias_hh" + suffix, Shape.of(rows), Initializer.ZEROS));
    Recurrence.State initial = recurrence.zeros(x.dtype(), x.size(0), units);
    return recurrence.of(x, weights, initial, context.stepMask(), reverse);
  }
}
