package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Low-rank adapters (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021): a
 * chosen matrix {@code W [rows, columns]} is used as {@code W + alpha / rank * B A}, with {@code A
 * [rank, columns]} and {@code B [rows, rank]}, which are learned in place of it. {@code B} starts
 * at 0, so that training starts with {@code W}. They are parameters named after the matrix, {@code
 * dense1.weight.lora_a}.
 *
 * @param rank 1 or more
 * @param alpha above 0
 * @param weights the matrices
 */
public record Lora(int rank, double alpha, NamePatterns weights) {
  private static final String A = ".lora_a";
  private static final String B = ".lora_b";

  public Lora {
    Check.that(rank >= 1, "lora", "a rank of 1 or more", rank);
    Check.that(alpha > 0, "lora", "an alpha above 0", alpha);
  }

  /** {@return whether a parameter is a part of an adapter} */
  public static boolean isAdapter(String name) {
    return name.endsWith(A) || name.endsWith(B);
  }

  /** {@return whether a parameter has an adapter} */
  public boolean adapts(String name, Shape shape) {
    return shape.rank() == 2 && weights.matches(name);
  }

  /** {@return the matrix as it is used} */
  Tensor adapted(Parameters parameters, String name, Tensor matrix) {
    Shape shape = matrix.shape();
    Shape down = Shape.of(rank, shape.size(1));
    Tensor a = parameters.plain(name + A, down, Initializer.FAN_IN_UNIFORM);
    Tensor b = parameters.plain(name + B, Shape.of(shape.size(0), rank), Initializer.ZEROS);
    return matrix.add(b.matmul(a).mul(alpha / rank));
  }

  /**
   * {@return the parameters of a network without adapters that gives the same}
   *
   * @param plain the network
   * @param adapted the layout of the same network with adapters
   * @param values of that
   */
  public float[] merged(Layout plain, Layout adapted, float[] values) {
    float[] merged = new float[Math.toIntExact(plain.elements())];
    for (Layout.Slot slot : plain.slots()) {
      int to = (int) slot.offset();
      int from = (int) adapted.slot(slot.name()).orElseThrow().offset();
      int count = (int) slot.shape().elements();
      System.arraycopy(values, from, merged, to, count);
      if (adapts(slot.name(), slot.shape())) {
        int a = (int) adapted.slot(slot.name() + A).orElseThrow().offset();
        int b = (int) adapted.slot(slot.name() + B).orElseThrow().offset();
        int columns = (int) slot.shape().size(1);
        for (int i = 0; i < count; i++) {
          double sum = 0;
          for (int k = 0; k < rank; k++) {
            sum +=
                (double) values[b + i / columns * rank + k] * values[a + k * columns + i % columns];
          }
          merged[to + i] = (float) (values[from + i] + alpha / rank * sum);
        }
      }
    }
    return merged;
  }
}
