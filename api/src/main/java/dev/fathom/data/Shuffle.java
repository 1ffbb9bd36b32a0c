package dev.fathom.data;

/**
 * Orders that depend on nothing but size, seed and epoch: a resumed run needs only these numbers,
 * and every JVM gives the same.
 *
 * <p>The algorithm is Fisher and Yates' shuffle of {@code 0 .. n - 1}: for i from n - 1 down to 1,
 * swap elements i and j, where j is the upper 64 bits of the 128-bit product {@code random(i) * (i
 * + 1)}. With {@code mix} the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014) and G its increment 0x9e3779b97f4a7c15, {@code random(i) =
 * mix(key + i * G)} and {@code key = mix(mix(seed + G) ^ (epoch + 1) * G)}.
 */
public final class Shuffle {
  private static final long INCREMENT = 0x9e3779b97f4a7c15L;

  private Shuffle() {}

  /** {@return the numbers 0 to {@code size - 1} in the order of this seed and epoch} */
  public static int[] order(int size, long seed, long epoch) {
    int[] order = new int[size];
    fill(order, seed, epoch);
    return order;
  }

  /** Fills {@code order} with {@code 0 .. order.length - 1} in the order of this seed and epoch. */
  public static void fill(int[] order, long seed, long epoch) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    shuffle(order, seed, epoch);
  }

  static void shuffle(int[] values, long seed, long epoch) {
    long key = mix(mix(seed + INCREMENT) ^ (epoch + 1) * INCREMENT);
    for (int i = values.length - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(mix(key + i * INCREMENT), i + 1L);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
