package dev.fathom.nn;

import dev.fathom.spi.Shape;
import java.util.Arrays;

/** The same value everywhere. */
record ConstantInitializer(double value) implements Initializer {
  @Override
  public void fill(long seed, String name, Shape shape, float[] target, int offset) {
    Arrays.fill(target, offset, offset + Math.toIntExact(shape.elements()), (float) value);
  }
}
