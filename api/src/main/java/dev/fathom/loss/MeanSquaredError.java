package dev.fathom.loss;

import dev.fathom.tensor.Tensor;

/** The mean of the squared differences, over the elements of an example and the examples. */
public record MeanSquaredError() implements Loss {
  @Override
  public Tensor rows(Tensor output, Tensor target) {
    return Loss.meanOfExamples(output.sub(target).square());
  }
}
