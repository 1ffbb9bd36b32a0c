package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;

/**
 * Sines and cosines of a number, which tell a diffusion model the time: {@code [batch, 1] ->
 * [batch, features]} (Ho, Jain and Abbeel, 2020). The first half are {@code sin(t * base^(-i /
 * half))}, the second the cosines. No parameters.
 *
 * @param features an even number
 * @param base of the wavelengths; usually 10,000
 */
public record TimestepEmbedding(long features, double base) implements Layer {
  public TimestepEmbedding {
    Check.that(features >= 2 && features % 2 == 0, "timestepembedding", "an even number", features);
    Check.that(base > 1, "timestepembedding", "a base above 1", base);
  }

  @Override
  public Shape output(Shape input) {
    Check.that(input.equals(Shape.of(1)), label(), "one number, [1],", input);
    return Shape.of(features);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    float[] frequencies = new float[Math.toIntExact(features / 2)];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(base, -(double) i / frequencies.length);
    }
    Tensor angles = x.mul(Tensor.of(frequencies, 1, frequencies.length));
    return Tensor.concat(1, angles.sin(), angles.cos());
  }
}
