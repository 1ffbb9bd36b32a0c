package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.SelectiveScan;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.OptionalLong;

/**
 * A selective state-space layer (Gu and Dao, "Mamba: Linear-Time Sequence Modeling with Selective
 * State Spaces", 2023): {@code [batch, time, features] -> [batch, time, features]}. Each step sees
 * itself and those before it; time and memory grow as the number of steps does, and a decode step
 * takes the same for each length. It stands in a {@link Residual} behind a norm, as a rule.
 *
 * <p>With {@code inner = expand * features}, a step is projected to inner channels and as many
 * gates. The channels pass a causal depthwise convolution and {@link Activation#SILU}, which gives
 * u. Of u are made how long the step lasts, {@code delta} (through {@code rank} numbers and
 * softplus), what is taken in, B, and what is read, C. The output of {@link SelectiveScan}, with
 * {@code D u} added, is multiplied by silu of the gates and projected back.
 *
 * <p>At a step that an {@link Embedding} marks as padding the state stays as it is, and the
 * convolution sees zeros.
 *
 * <p>Parameters, named as in the authors' {@code mamba_ssm}, with their first values: {@code
 * in_proj.weight [2 * inner, features]}, channels first, {@code conv1d.weight [inner, 1, kernel]},
 * {@code x_proj.weight [rank + 2 * state, inner]}, {@code dt_proj.weight [inner, rank]} and {@code
 * out_proj.weight [features, inner]} as {@link Initializer#FAN_IN_UNIFORM}; {@code conv1d.bias
 * [inner]} zeros; {@code dt_proj.bias [inner]} so that delta is from 0.001 to 0.1, logarithms
 * uniform; {@code A_log [inner, state]}, logarithms of 1, 2, ... in each row, whose negative powers
 * of e are the rates; {@code D [inner]} ones. An optimizer's weight decay would make rates slower
 * or faster, and is best 0.
 *
 * @param state numbers of the state of a channel
 * @param kernel steps that the convolution sees
 * @param expand inner channels of a feature
 * @param rank of the projection to delta; empty for a sixteenth of the features, rounded up
 */
public record Mamba(long state, long kernel, long expand, OptionalLong rank) implements Layer {
  private static final double SHORTEST = 0.001;
  private static final double LONGEST = 0.1;

  /** Logarithms of 1, 2, ... in each row: the rates of S4D-Real (Gu et al., 2022). */
  private static final Initializer RATES =
      (_, _, shape, target, offset) -> {
        int states = Math.toIntExact(shape.size(1));
        for (int i = 0; i < shape.elements(); i++) {
          target[offset + i] = (float) StrictMath.log(1 + i % states);
        }
      };

  /** The inverse of softplus of lengths whose logarithms are uniform. */
  private static final Initializer LENGTHS =
      (seed, name, shape, target, offset) -> {
        Initializer.FAN_IN_UNIFORM.fill(seed, name, shape, target, offset);
        double width = Math.sqrt(shape.elements());
        for (int i = offset; i < offset + shape.elements(); i++) {
          double share = (target[i] * width + 1) / 2;
          double length = SHORTEST * StrictMath.pow(LONGEST / SHORTEST, share);
          target[i] = (float) (length + StrictMath.log(-StrictMath.expm1(-length)));
        }
      };

  /** 16 numbers, a kernel of 4, twice as many channels as features: those of the paper. */
  public Mamba() {
    this(16, 4, 2, OptionalLong.empty());
  }

  public Mamba {
    Check.that(state >= 1, "mamba", "a state of 1 or more", state);
    Check.that(kernel >= 1, "mamba", "a kernel of 1 or more", kernel);
    Check.that(expand >= 1, "mamba", "an expansion of 1 or more", expand);
    Check.that(
        rank.isEmpty() || rank.getAsLong() >= 1, "mamba", "a rank of 1 or more", rank.orElse(0));
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean decodes() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    Check.that(input.size(0) >= 1, label(), "a step or more", input);
    Check.that(input.size(1) >= 1, label(), "a feature or more", input);
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    long features = x.size(2);
    long inner = expand * features;
    long low = rank.orElse(Math.ceilDiv(features, 16));
    Tensor both = projected(context, "in_proj", x, 2 * inner);
    Tensor gates = both.slice(2, inner, 2 * inner);
    Tensor counts = context.countedSteps(x.size(1));
    Tensor counted = counts == null ? null : counts.unsqueeze(-1);
    Tensor u =
        context
            .eachSequence(
                1,
                List.of(orZeros(counted, both.slice(2, 0, inner))),
                each -> convolved(context, each.getFirst()))
            .silu();
    Tensor made = projected(context, "x_proj", u, low + 2 * state);
    Tensor bias =
        context.within("dt_proj", () -> context.parameter("bias", Shape.of(inner), LENGTHS));
    Tensor delta =
        orZeros(
            counted,
            projected(context, "dt_proj", made.slice(2, 0, low), inner).add(bias).softplus());
    Tensor a = context.parameter("A_log", Shape.of(inner, state), RATES).exp().neg();
    Tensor read =
        context.eachSequence(
            1,
            List.of(
                u,
                delta,
                made.slice(2, low, low + state),
                made.slice(2, low + state, made.size(2))),
            each -> scanned(context, a, each));
    Tensor skip = context.parameter("D", Shape.of(inner), Initializer.ONES);
    Tensor y = read.add(u.mul(skip)).mul(gates.silu());
    return projected(context, "out_proj", y, features);
  }

  private static Tensor projected(Context context, String name, Tensor x, long units) {
    Dense dense = new Dense(units, false, Initializer.FAN_IN_UNIFORM, Activation.NONE);
    return context.within(name, () -> dense.apply(context, x));
  }

  private static Tensor orZeros(Tensor counted, Tensor x) {
    return counted == null ? x : counted.select(x, Tensor.zeros(x.dtype()));
  }

  /** The causal depthwise convolution: a sum of as many steps as it sees, each with its weights. */
  private Tensor convolved(Context context, Tensor x) {
    return context.within(
        "conv1d",
        () -> {
          long channels = x.size(2);
          Tensor weight =
              context.parameter(
                  "weight", Shape.of(channels, 1, kernel), Initializer.FAN_IN_UNIFORM);
          Tensor bias = context.parameter("bias", Shape.of(channels), Initializer.ZEROS);
          Tensor seen = context.withStepsBefore("steps", x, kernel - 1);
          Tensor sum = bias;
          for (long tap = 0; tap < kernel; tap++) {
            Tensor own = weight.slice(2, tap, tap + 1).reshape(channels);
            sum = sum.add(seen.slice(1, tap, tap + x.size(1)).mul(own));
          }
          return sum;
        });
  }

  private Tensor scanned(Context context, Tensor a, List<Tensor> in) {
    Tensor u = in.getFirst();
    Tensor before = context.carried("state", u.size(1), u.dtype(), u.size(0), u.size(2), state);
    SelectiveScan.Result result = SelectiveScan.of(u, in.get(1), a, in.get(2), in.get(3), before);
    context.carry("state", result.last());
    return result.steps();
  }
}
