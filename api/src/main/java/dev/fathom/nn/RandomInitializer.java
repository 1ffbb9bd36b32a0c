package dev.fathom.nn;

import dev.fathom.spi.Shape;
import java.nio.charset.StandardCharsets;

/**
 * Numbers from SplitMix64 (Steele, Lea and Flood, 2014), started from the seed and the parameter's
 * name: they are the same on every machine, and adding a layer does not change the others. Normals
 * are made by Box and Muller. The distributions are described at {@link Initializer}.
 */
enum RandomInitializer implements Initializer {
  HE_NORMAL,
  HE_UNIFORM,
  XAVIER_NORMAL,
  XAVIER_UNIFORM,
  FAN_IN_UNIFORM,
  NORMAL,
  SMALL_NORMAL;

  private static final long INCREMENT = 0x9e3779b97f4a7c15L;

  @Override
  public void fill(long seed, String name, Shape shape, float[] target, int offset) {
    int count = Math.toIntExact(shape.elements());
    long kernel = shape.rank() < 2 ? 1 : shape.slice(2, shape.rank()).elements();
    double fanIn = Math.max(1, shape.rank() < 2 ? shape.elements() : shape.size(1) * kernel);
    double fanOut = Math.max(1, shape.rank() < 1 ? 1 : shape.size(0) * kernel);
    long key = key(seed, name);
    for (int i = 0; i < count; i++) {
      target[offset + i] =
          (float)
              switch (this) {
                case HE_NORMAL -> Math.sqrt(2 / fanIn) * normal(key, i);
                case HE_UNIFORM -> Math.sqrt(6 / fanIn) * (2 * uniform(key, i) - 1);
                case XAVIER_NORMAL -> Math.sqrt(2 / (fanIn + fanOut)) * normal(key, i);
                case XAVIER_UNIFORM -> Math.sqrt(6 / (fanIn + fanOut)) * (2 * uniform(key, i) - 1);
                case FAN_IN_UNIFORM -> Math.sqrt(1 / fanIn) * (2 * uniform(key, i) - 1);
                case NORMAL -> normal(key, i);
                case SMALL_NORMAL -> 0.02 * normal(key, i);
              };
    }
  }

  private static long key(long seed, String name) {
    long key = mix(seed + INCREMENT);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      key = mix(key + INCREMENT ^ b);
    }
    return key;
  }

  /** In [0, 1). */
  private static double uniform(long key, long index) {
    return (mix(key + (index + 1) * INCREMENT) >>> 11) * 0x1p-53;
  }

  private static double normal(long key, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(key, 2 * index)));
    return radius * StrictMath.cos(2 * Math.PI * uniform(key, 2 * index + 1));
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
