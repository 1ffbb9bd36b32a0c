package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * One vector for a sequence: {@code [batch, time, features] -> [batch, features]}, or twice as many
 * features for {@link Kind#MEAN_MAX}. Steps that an {@link Embedding} marks as padding do not
 * count.
 *
 * @param kind which vector
 */
public record SequencePool(Kind kind) implements Layer {
  /** How steps become one. */
  public enum Kind {
    /** The mean of the steps that count; zeros if there is none. */
    MEAN,
    /** The greatest of each feature, over the steps that count; zeros if there is none. */
    MAX,
    /**
     * {@link #MEAN}, and behind it {@link #MAX}: the first describes the whole sequence, the second
     * features that occur anywhere in it. The concat pooling of Howard and Ruder, "Universal
     * Language Model Fine-tuning for Text Classification" (2018), without the last step.
     */
    MEAN_MAX,
    /** The first step. */
    FIRST,
    /** The last step that counts; zeros if there is none. */
    LAST
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    Check.that(input.size(0) >= 1, label(), "a step or more", input);
    return kind == Kind.MEAN_MAX ? Shape.of(2 * input.size(1)) : input.slice(1, 2);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor steps = context.stepMask();
    return switch (kind) {
      case FIRST -> x.slice(1, 0, 1).reshape(x.size(0), x.size(2));
      case MEAN -> mean(x, steps);
      case MAX -> max(x, steps);
      case MEAN_MAX -> Tensor.concat(1, mean(x, steps), max(x, steps));
      case LAST -> {
        if (steps == null) {
          yield x.slice(1, x.size(1) - 1, x.size(1)).reshape(x.size(0), x.size(2));
        }
        Tensor place = Tensor.iota(DType.I32, 1, x.size(0), x.size(1));
        Tensor used = steps.select(place, Tensor.full(-1, DType.I32));
        Tensor last = used.equal(used.max(1).unsqueeze(1)).and(steps);
        yield x.mul(last.cast(x.dtype()).unsqueeze(-1)).sum(1);
      }
    };
  }

  private static Tensor mean(Tensor x, Tensor steps) {
    if (steps == null) {
      return x.mean(1);
    }
    Tensor used = steps.cast(x.dtype());
    Tensor count = used.sum(1).maximum(Tensor.full(1, x.dtype()));
    return x.mul(used.unsqueeze(-1)).sum(1).div(count.unsqueeze(-1));
  }

  private static Tensor max(Tensor x, Tensor steps) {
    if (steps == null) {
      return x.max(1);
    }
    Tensor zero = Tensor.zeros(x.dtype());
    Tensor least = Tensor.full(Double.NEGATIVE_INFINITY, x.dtype());
    Tensor any = zero.less(steps.cast(x.dtype()).max(1)).unsqueeze(-1);
    return any.select(steps.unsqueeze(-1).select(x, least).max(1), zero);
  }
}
