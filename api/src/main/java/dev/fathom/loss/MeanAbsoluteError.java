package dev.fathom.loss;

import dev.fathom.tensor.Tensor;

/**
 * The mean of the absolute differences, over the elements of an example and the examples: it is
 * least at the median, so that outliers draw less than by {@link MeanSquaredError}. PyTorch's
 * {@code L1Loss}.
 */
public record MeanAbsoluteError() implements Loss {
  @Override
  public Tensor rows(Tensor output, Tensor target) {
    return Loss.meanOfExamples(output.sub(target).abs());
  }
}
