package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.OptionalLong;

/**
 * A learned vector for each token: {@code i32 [batch, time] -> [batch, time, features]}. The first
 * layer of a network, which then takes token ids. Parameter {@code weight [vocabulary, features]}.
 *
 * @param vocabulary how many tokens there are; ids are {@code 0 .. vocabulary - 1}
 * @param features the size of a vector
 * @param padding the id that fills short sequences: it gives zeros, learns nothing, and the layers
 *     behind leave its steps out
 * @param initializer of the vectors
 * @param scale factor of the vectors, usually 1; in Vaswani et al. (2017, section 3.4) the square
 *     root of the features. As optimizers like Adam move every number by about the learning rate,
 *     with a larger scale the vectors learn faster than the layers behind them
 */
public record Embedding(
    long vocabulary, long features, OptionalLong padding, Initializer initializer, double scale)
    implements Layer {
  /** Without padding, {@link Initializer#SMALL_NORMAL}, scale 1. */
  public Embedding(long vocabulary, long features) {
    this(vocabulary, features, OptionalLong.empty(), Initializer.SMALL_NORMAL, 1);
  }

  public Embedding {
    Check.vocabulary("embedding", vocabulary, padding);
    Check.that(features >= 1, "embedding", "1 feature or more", features);
    Check.that(scale > 0, "embedding", "a scale above 0", scale);
  }

  @Override
  public OptionalLong paddingToken() {
    return padding;
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
    Check.that(input.rank() == 1, label(), "an input of token ids [time]", input);
    return input.concat(Shape.of(features));
  }

  @Override
  public Tensor apply(Context context, Tensor ids) {
    Tensor weight = context.parameter("weight", Shape.of(vocabulary, features), initializer);
    Tensor rows = weight.gather(ids.reshape(-1)).reshape(ids.size(0), ids.size(1), features);
    Tensor vectors = scale == 1 ? rows : rows.mul(scale);
    if (padding.isEmpty()) {
      return vectors;
    }
    Tensor used = ids.equal(Tensor.full(padding.getAsLong(), ids.dtype())).not();
    context.stepMask(used);
    return used.unsqueeze(-1).select(vectors, Tensor.zeros(DType.F32));
  }
}
