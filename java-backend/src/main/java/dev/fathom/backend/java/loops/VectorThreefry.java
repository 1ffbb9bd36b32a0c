package dev.fathom.backend.java.loops;

import dev.fathom.backend.java.platform.NativeImage;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link Threefry} of many counters at once, with the Vector API. */
public final class VectorThreefry {
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int W = I.length();

  /** The number of each lane. */
  public static final int[] LANES = numbers();

  private static int[] numbers() {
    int[] numbers = new int[W];
    for (int lane = 0; lane < W; lane++) {
      numbers[lane] = lane;
    }
    return numbers;
  }

  private VectorThreefry() {}

  /** As {@link Loops#threefry}. */
  static void words(int k0, int k1, int first, int[] w0, int[] w1, int n) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector.fromArray(I, LANES, 0).add(first + i).intoArray(w0, i);
    }
    rounds(k0, k1, w0, w1, n);
  }

  /** {@link Threefry} of the blocks whose counters are in {@code w0}. */
  public static void rounds(int k0, int k1, int[] w0, int[] w1, int n) {
    int k2 = 0x1BD11BDA ^ k0 ^ k1;
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector.fromArray(I, w0, i).add(k0).intoArray(w0, i);
      IntVector.broadcast(I, k1).intoArray(w1, i);
    }
    evenRounds(w0, w1, n, k1, k2 + 1);
    oddRounds(w0, w1, n, k2, k0 + 2);
    evenRounds(w0, w1, n, k0, k1 + 3);
    oddRounds(w0, w1, n, k1, k2 + 4);
    evenRounds(w0, w1, n, k2, k0 + 5);
  }

  /**
   * Four rounds and a key. The shifts are constants in the code, since the compiler of native
   * images must know them; with more than four rounds in a method it would not use vectors.
   */
  private static void evenRounds(int[] w0, int[] w1, int n, int left, int right) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector x = IntVector.fromArray(I, w0, i);
      IntVector y = IntVector.fromArray(I, w1, i);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 13).or(y.lanewise(VectorOperators.LSHR, 19));
      y = y.lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 15).or(y.lanewise(VectorOperators.LSHR, 17));
      y = y.lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 26).or(y.lanewise(VectorOperators.LSHR, 6));
      y = y.lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 6).or(y.lanewise(VectorOperators.LSHR, 26));
      y = y.lanewise(VectorOperators.XOR, x);
      x.add(left).intoArray(w0, i);
      y.add(right).intoArray(w1, i);
    }
  }

  /** The four rounds after those. */
  private static void oddRounds(int[] w0, int[] w1, int n, int left, int right) {
    for (int i = 0; i < NativeImage.end(n); i += W) {
      IntVector x = IntVector.fromArray(I, w0, i);
      IntVector y = IntVector.fromArray(I, w1, i);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 17).or(y.lanewise(VectorOperators.LSHR, 15));
      y = y.lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 29).or(y.lanewise(VectorOperators.LSHR, 3));
      y = y.lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 16).or(y.lanewise(VectorOperators.LSHR, 16));
      y = y.lanewise(VectorOperators.XOR, x);
      x = x.add(y);
      y = y.lanewise(VectorOperators.LSHL, 24).or(y.lanewise(VectorOperators.LSHR, 8));
      y = y.lanewise(VectorOperators.XOR, x);
      x.add(left).intoArray(w0, i);
      y.add(right).intoArray(w1, i);
    }
  }
}
