package dev.fathom.backend.java.memory;

import dev.fathom.backend.java.platform.NativeImage;
import dev.fathom.backend.java.platform.VectorSupport;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Converts rows of bytes to ints and rows of ints to bytes. It must be fast, since masks of
 * activations are large: HotSpot vectorises plain loops like these, the compiler of native images
 * does not.
 */
final class ByteRows {
  private ByteRows() {}

  /** {@code to[toAt + k] = from[fromAt + k]}, with its sign. */
  static void widen(byte[] from, int fromAt, int[] to, int toAt, int n) {
    int k =
        NativeImage.RUNNING && VectorSupport.AVAILABLE
            ? Vectors.widen(from, fromAt, to, toAt, n)
            : 0;
    for (; k < n; k++) {
      to[toAt + k] = from[fromAt + k];
    }
  }

  /** {@code to[toAt + k] = (byte) from[fromAt + k]}. */
  static void narrow(int[] from, int fromAt, byte[] to, int toAt, int n) {
    int k =
        NativeImage.RUNNING && VectorSupport.AVAILABLE
            ? Vectors.narrow(from, fromAt, to, toAt, n)
            : 0;
    for (; k < n; k++) {
      to[toAt + k] = (byte) from[fromAt + k];
    }
  }

  /**
   * A class of its own, so that the class around it loads without the module of the Vector API.
   * Both methods return how many elements they have done.
   */
  static final class Vectors {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();

    /**
     * The species of as many bytes as there are lanes, but at least eight: there is none of four. A
     * switch over constants, so that it is known when an image is built.
     */
    private static final VectorSpecies<Byte> BYTES =
        switch (LANES) {
          case 16 -> ByteVector.SPECIES_128;
          default -> ByteVector.SPECIES_64;
        };

    static int widen(byte[] from, int fromAt, int[] to, int toAt, int n) {
      int whole = BYTES.length() == LANES ? NativeImage.end(n - n % LANES) : 0;
      for (int k = 0; k < whole; k += LANES) {
        ByteVector.fromArray(BYTES, from, fromAt + k)
            .convertShape(VectorOperators.B2I, INTS, 0)
            .reinterpretAsInts()
            .intoArray(to, toAt + k);
      }
      return whole;
    }

    static int narrow(int[] from, int fromAt, byte[] to, int toAt, int n) {
      int whole = BYTES.length() == LANES ? NativeImage.end(n - n % LANES) : 0;
      for (int k = 0; k < whole; k += LANES) {
        IntVector.fromArray(INTS, from, fromAt + k)
            .convertShape(VectorOperators.I2B, BYTES, 0)
            .reinterpretAsBytes()
            .intoArray(to, toAt + k);
      }
      return whole;
    }
  }
}
