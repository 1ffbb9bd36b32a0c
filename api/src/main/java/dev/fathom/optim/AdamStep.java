package dev.fathom.optim;

import dev.fathom.tensor.Tensor;
import java.util.List;

/** The step that Adam and AdamW share. */
record AdamStep(double beta1, double beta2, double epsilon) {
  static final List<String> MOMENTS = List.of("first_moment", "second_moment");

  private static final String STEP_SIZE = "step_size";
  private static final String SECOND_CORRECTION = "second_correction";

  static void check(
      String name, double learningRate, double beta1, double beta2, double epsilon, double decay) {
    Optimizer.check(learningRate > 0, name, "a learning rate above 0", learningRate);
    Optimizer.check(beta1 >= 0 && beta1 < 1, name, "a beta1 in [0, 1)", beta1);
    Optimizer.check(beta2 >= 0 && beta2 < 1, name, "a beta2 in [0, 1)", beta2);
    Optimizer.check(epsilon > 0, name, "an epsilon above 0", epsilon);
    Optimizer.check(decay >= 0, name, "a weight decay of 0 or more", decay);
  }

  Optimizer.Update update(Optimizer.Group group, Tensor g) {
    Tensor m = group.state().get(0).mul(beta1).add(g.mul(1 - beta1));
    Tensor v = group.state().get(1).mul(beta2).add(g.square().mul(1 - beta2));
    Tensor scale = v.sqrt().mul(group.scalar(SECOND_CORRECTION)).add(epsilon);
    Tensor moved = group.parameters().sub(m.mul(group.scalar(STEP_SIZE)).div(scale));
    return new Optimizer.Update(moved, List.of(m, v));
  }

  void scalars(double rate, long step, ScalarSink sink) {
    sink.setDouble(STEP_SIZE, rate / (1 - StrictMath.pow(beta1, step)));
    sink.setDouble(SECOND_CORRECTION, 1 / Math.sqrt(1 - StrictMath.pow(beta2, step)));
  }
}
