package dev.fathom.optim;

import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * LAMB (You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes",
 * 2020), algorithm 2: a step of Adam with decoupled weight decay, which each tensor takes as long
 * as its own norm says: {@code r = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) +
 * weightDecay * p; p = p - rate * |p| / |r| * r}, and without the factor where one of both norms is
 * 0.
 *
 * @param learningRate above 0; usually 1e-3
 * @param beta1 in [0, 1); usually 0.9
 * @param beta2 in [0, 1); usually 0.999
 * @param epsilon above 0; usually 1e-6
 * @param weightDecay 0 or more; usually 0.01
 */
public record Lamb(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  private static final String FIRST_CORRECTION = "first_correction";
  private static final String SECOND_CORRECTION = "second_correction";

  public Lamb {
    AdamStep.check("lamb", learningRate, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public List<String> state() {
    return AdamStep.MOMENTS;
  }

  @Override
  public Update update(Group group, Tensor gradients) {
    Tensor p = group.parameters();
    Tensor m = group.state().get(0).mul(beta1).add(gradients.mul(1 - beta1));
    Tensor v = group.state().get(1).mul(beta2).add(gradients.square().mul(1 - beta2));
    Tensor scale = v.sqrt().mul(group.scalar(SECOND_CORRECTION)).add(epsilon);
    Tensor r = group.decayed(m.mul(group.scalar(FIRST_CORRECTION)).div(scale), weightDecay);
    Tensor size = group.norms(p);
    Tensor length = group.norms(r);
    Tensor zero = Tensor.zeros(DType.F32);
    Tensor usual = zero.less(size).and(zero.less(length));
    Tensor one = Tensor.full(1, DType.F32);
    Tensor ratios = group.spread(usual.select(size.div(length), one));
    return new Update(p.sub(r.mul(ratios).mul(group.scalar(RATE))), List.of(m, v));
  }

  @Override
  public void scalars(double rate, long step, ScalarSink sink) {
    sink.setDouble(RATE, rate);
    sink.setDouble(FIRST_CORRECTION, 1 / (1 - StrictMath.pow(beta1, step)));
    sink.setDouble(SECOND_CORRECTION, 1 / Math.sqrt(1 - StrictMath.pow(beta2, step)));
  }
}
