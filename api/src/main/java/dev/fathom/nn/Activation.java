package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Elementwise functions, {@code [...] -> [...]}, and softmax along the last axis. */
public enum Activation implements Layer {
  /** The value itself. */
  NONE(x -> x),
  /** {@code max(x, 0)}. */
  RELU(Tensor::relu),
  /** {@code min(max(x, 0), 6)}: Krizhevsky, "Convolutional Deep Belief Networks" (2010). */
  RELU6(x -> x.relu().minimum(Tensor.full(6, x.dtype()))),
  /** {@code x * (1 + erf(x / sqrt 2)) / 2}: Hendrycks and Gimpel (2016), the exact form. */
  GELU(Tensor::gelu),
  /** {@link #GELU} approximated by the hyperbolic tangent, as in GPT-2. */
  GELU_TANH(Tensor::geluTanh),
  /** {@code x / (1 + exp(-x))}: Ramachandran, Zoph and Le (2017). */
  SILU(Tensor::silu),
  /** The hyperbolic tangent. */
  TANH(Tensor::tanh),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID(Tensor::sigmoid),
  /**
   * {@code exp(x) / sum(exp(x))} along the last axis. The cross-entropy loss takes logits: a
   * network trained with it has no softmax at its end.
   */
  SOFTMAX(Tensor::softmax),
  /** The logarithm of {@link #SOFTMAX}, for the loss {@code klDivergence}. */
  LOGSOFTMAX(Tensor::logSoftmax);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  /** {@return the function of {@code x}} */
  public Tensor of(Tensor x) {
    return function.apply(x);
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return of(x);
  }

  @Override
  public String label() {
    return this == GELU_TANH ? "geluTanh" : name().toLowerCase(Locale.ROOT);
  }
}
