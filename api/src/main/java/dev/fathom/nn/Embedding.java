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
 * @param initializer what the vectors start as
 */
public record Embedding(
    long vocabulary, long features, OptionalLong padding, Initializer initializer)
    implements Layer {
  /** Without padding, {@link Initializer#SMALL_NORMAL}. */
  public Embedding(long vocabulary, long features) {
    this(vocabulary, features, OptionalLong.empty(), Initializer.SMALL_NORMAL);
  }

  public Embedding {
    Check.vocabulary("embedding", vocabulary, padding);
    Check.that(features >= 1, "embedding", "1 feature or more", features);
  }

  @Override
  public boolean sequence() {
    return true;
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
    Tensor vectors = weight.gather(ids.reshape(-1)).reshape(ids.size(0), ids.size(1), features);
    if (padding.isEmpty()) {
      return vectors;
    }
    Tensor used = ids.equal(Tensor.full(padding.getAsLong(), ids.dtype())).not();
    context.steps(used);
    return used.unsqueeze(-1).select(vectors, Tensor.zeros(DType.F32));
  }
}
