package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * One vector for a sequence: {@code [batch, time, features] -> [batch, features]}. Steps that an
 * {@link Embedding} marks as padding do not count.
 *
 * @param kind which vector
 */
public record SequencePool(Kind kind) implements Layer {
  /** How steps become one. */
  public enum Kind {
    /** The mean of the steps that count; zeros if there is none. */
    MEAN,
    /** The first step. */
    FIRST,
    /** The last step that counts; zeros if there is none. */
    LAST
  }

  @Override
  public boolean sequence() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    Check.that(input.size(0) >= 1, label(), "a step or more", input);
    return input.slice(1, 2);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor steps = context.steps();
    return switch (kind) {
      case FIRST -> x.slice(1, 0, 1).reshape(x.size(0), x.size(2));
      case MEAN -> {
        if (steps == null) {
          yield x.mean(1);
        }
        Tensor used = steps.cast(x.dtype());
        Tensor count = used.sum(1).maximum(Tensor.full(1, x.dtype()));
        yield x.mul(used.unsqueeze(-1)).sum(1).div(count.unsqueeze(-1));
      }
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
}
