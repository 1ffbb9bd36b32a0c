package dev.fathom.loss;

import dev.fathom.tensor.Tensor;

/**
 * The Kullback-Leibler divergence of log-probabilities {@code [batch, ..., classes]}, which a layer
 * {@code logsoftmax} gives, from probabilities of the same shape: {@code sum(t * (log(t) - x))}
 * over the classes, the mean over the other elements of an example. PyTorch's {@code kl_div} with
 * {@code reduction="batchmean"}.
 */
public record KlDivergence() implements Loss {
  @Override
  public Tensor rows(Tensor output, Tensor target) {
    // t * log(t) is 0 where t is.
    Tensor one = Tensor.full(1, target.dtype());
    Tensor logarithm = Tensor.zeros(target.dtype()).less(target).select(target, one).log();
    return Loss.meanOfExamples(target.mul(logarithm.sub(output)).sum(-1));
  }

  /**
   * {@return the divergence of normal distributions from the standard normal one, {@code [batch]}:
   * the sum of {@code (mean^2 + exp(logVariance) - 1 - logVariance) / 2} over the elements of an
   * example} Kingma and Welling, "Auto-Encoding Variational Bayes" (2014), appendix B.
   *
   * @param mean {@code [batch, ...]}
   * @param logVariance as the mean
   */
  public static Tensor ofNormal(Tensor mean, Tensor logVariance) {
    Tensor each = mean.square().add(logVariance.exp()).sub(1).sub(logVariance).mul(0.5);
    return each.shape().rank() == 1 ? each : each.flatten(1).sum(1);
  }
}
