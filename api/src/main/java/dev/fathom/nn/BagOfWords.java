package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.OptionalLong;

/**
 * How often each token comes, whatever their order: {@code i32 [batch, time] -> [batch,
 * vocabulary]}. The first layer of a network, which then takes token ids; with a {@link Dense}
 * behind it, logistic regression on a bag of words. No parameters.
 *
 * @param vocabulary how many tokens there are; ids are {@code 0 .. vocabulary - 1}
 * @param padding the id that fills short sequences, which is not counted
 * @param presence whether a token counts once, however often it comes
 */
public record BagOfWords(long vocabulary, OptionalLong padding, boolean presence) implements Layer {
  public BagOfWords {
    Check.vocabulary("bagofwords", vocabulary, padding);
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
  public Shape output(Shape input) {
    Check.that(input.rank() == 1, label(), "an input of token ids [time]", input);
    return Shape.of(vocabulary);
  }

  @Override
  public Tensor apply(Context context, Tensor ids) {
    long batch = ids.size(0);
    Check.that(
        batch * vocabulary <= Integer.MAX_VALUE,
        label(),
        "at most " + Integer.MAX_VALUE + " counts in a batch",
        batch * vocabulary);
    Tensor row = Tensor.iota(DType.I32, 0, batch, ids.size(1));
    Tensor place = row.mul(Tensor.full(vocabulary, DType.I32)).add(ids).reshape(-1);
    Tensor ones = Tensor.full(1, DType.F32, place.size(0));
    if (padding.isPresent()) {
      Tensor unused = ids.equal(Tensor.full(padding.getAsLong(), DType.I32)).reshape(-1);
      ones = unused.select(Tensor.zeros(DType.F32), ones);
    }
    Tensor counts =
        Tensor.zeros(DType.F32, batch * vocabulary).scatterAdd(place, ones).reshape(batch, -1);
    return presence ? counts.minimum(Tensor.full(1, DType.F32)) : counts;
  }
}
