package dev.fathom.backend.java.arithmetic;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of {@link DoubleVectors}: runs, rows and transposes.
 *
 * <p>One of twins, as {@link DoubleVectors} says.
 */
final class DoubleCopies {
  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int COLUMNS = 2 * LANES;
  private static final VectorShuffle<Double> SWAP_8 = DoubleVectors.swap(8);
  private static final VectorShuffle<Double> SWAP_4 = DoubleVectors.swap(4);
  private static final VectorShuffle<Double> SWAP_2 = DoubleVectors.swap(2);
  private static final VectorShuffle<Double> SWAP_1 = DoubleVectors.swap(1);

  /** Above zero in the lanes whose number has bit 8 set; those below are for bits 4, 2 and 1. */
  private static final double[] BIT_8 = bit(8);

  private static final double[] BIT_4 = bit(4);
  private static final double[] BIT_2 = bit(2);
  private static final double[] BIT_1 = bit(1);

  private DoubleCopies() {}

  private static double[] bit(int bit) {
    double[] lanes = new double[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = lane & bit;
    }
    return lanes;
  }

  static void packRuns(
      double[] from, int sourceAt, int stride, int depth, int width, double[] to, int targetAt) {
    int end = targetAt + depth * width;
    int k = 0;
    if (width <= LANES && stride > 0) {
      // The vector writes past the end of its run, into the next run, which is written later.
      int readable = Math.floorDiv(from.length - LANES - sourceAt, stride) + 1;
      int writable = Math.floorDiv(depth * width - LANES, width) + 1;
      for (int runs = Math.min(readable, writable); k < runs; k++) {
        DoubleVector.fromArray(SPECIES, from, sourceAt + k * stride)
            .intoArray(to, targetAt + k * width);
      }
    } else if (width == COLUMNS) {
      for (; k < depth; k++) {
        int in = sourceAt + k * stride;
        int out = targetAt + k * COLUMNS;
        DoubleVector.fromArray(SPECIES, from, in).intoArray(to, out);
        DoubleVector.fromArray(SPECIES, from, in + LANES).intoArray(to, out + LANES);
      }
    }
    for (; k < depth; k++) {
      int in = sourceAt + k * stride;
      int out = targetAt + k * width;
      int j = 0;
      // A vector may write past the end of its run, into the next run, which is written later.
      for (; j < width && in + j + LANES <= from.length && out + j + LANES <= end; j += LANES) {
        DoubleVector.fromArray(SPECIES, from, in + j).intoArray(to, out + j);
      }
      for (; j < width; j++) {
        to[out + j] = from[in + j];
      }
    }
  }

  static void transpose(
      double[] in, int fromAt, int stride, int depth, int width, double[] out, int toAt) {
    int k = 0;
    // A block writes 16 elements for each k. With 8 to 15 rows it writes past the end of one k,
    // into the next k, which is written later; it never writes behind the last.
    int rows = width < 16 ? width : width / 16 * 16;
    int end = width < 16 ? depth - 1 : depth;
    for (; LANES == 16 && width >= 8 && k + 16 <= end; k += 16) {
      for (int r = 0; r < rows; r += 16) {
        int at = fromAt + r * stride + k;
        transpose16(in, at, stride, rows - r, out, toAt + k * width + r, width);
      }
      for (int r = rows; r < width; r++) {
        for (int i = k; i < k + 16; i++) {
          out[toAt + i * width + r] = in[fromAt + r * stride + i];
        }
      }
    }
    Transpose.plain(in, fromAt + k, stride, depth - k, width, out, toAt + k * width);
  }

  /**
   * A block of up to 16 rows and 16 columns, in four rounds that exchange elements 8, 4, 2 and 1
   * apart between rows as far apart.
   */
  static void transpose16(
      double[] from, int at, int stride, int rows, double[] to, int toAt, int width) {
    // A mask in a static field would keep a native image from knowing what the fields hold.
    VectorMask<Double> set8 =
        DoubleVector.fromArray(SPECIES, BIT_8, 0).compare(VectorOperators.GT, 0);
    VectorMask<Double> set4 =
        DoubleVector.fromArray(SPECIES, BIT_4, 0).compare(VectorOperators.GT, 0);
    VectorMask<Double> set2 =
        DoubleVector.fromArray(SPECIES, BIT_2, 0).compare(VectorOperators.GT, 0);
    VectorMask<Double> set1 =
        DoubleVector.fromArray(SPECIES, BIT_1, 0).compare(VectorOperators.GT, 0);
    DoubleVector r0 = DoubleVector.fromArray(SPECIES, from, at);
    DoubleVector r1 = DoubleVector.fromArray(SPECIES, from, at + Math.min(1, rows - 1) * stride);
    DoubleVector r2 = DoubleVector.fromArray(SPECIES, from, at + Math.min(2, rows - 1) * stride);
    DoubleVector r3 = DoubleVector.fromArray(SPECIES, from, at + Math.min(3, rows - 1) * stride);
    DoubleVector r4 = DoubleVector.fromArray(SPECIES, from, at + Math.min(4, rows - 1) * stride);
    DoubleVector r5 = DoubleVector.fromArray(SPECIES, from, at + Math.min(5, rows - 1) * stride);
    DoubleVector r6 = DoubleVector.fromArray(SPECIES, from, at + Math.min(6, rows - 1) * stride);
    DoubleVector r7 = DoubleVector.fromArray(SPECIES, from, at + Math.min(7, rows - 1) * stride);
    DoubleVector r8 = DoubleVector.fromArray(SPECIES, from, at + Math.min(8, rows - 1) * stride);
    DoubleVector r9 = DoubleVector.fromArray(SPECIES, from, at + Math.min(9, rows - 1) * stride);
    DoubleVector r10 = DoubleVector.fromArray(SPECIES, from, at + Math.min(10, rows - 1) * stride);
    DoubleVector r11 = DoubleVector.fromArray(SPECIES, from, at + Math.min(11, rows - 1) * stride);
    DoubleVector r12 = DoubleVector.fromArray(SPECIES, from, at + Math.min(12, rows - 1) * stride);
    DoubleVector r13 = DoubleVector.fromArray(SPECIES, from, at + Math.min(13, rows - 1) * stride);
    DoubleVector r14 = DoubleVector.fromArray(SPECIES, from, at + Math.min(14, rows - 1) * stride);
    DoubleVector r15 = DoubleVector.fromArray(SPECIES, from, at + Math.min(15, rows - 1) * stride);
    DoubleVector kept;
    kept = r0.blend(r8.rearrange(SWAP_8), set8);
    r8 = r0.rearrange(SWAP_8).blend(r8, set8);
    r0 = kept;
    kept = r1.blend(r9.rearrange(SWAP_8), set8);
    r9 = r1.rearrange(SWAP_8).blend(r9, set8);
    r1 = kept;
    kept = r2.blend(r10.rearrange(SWAP_8), set8);
    r10 = r2.rearrange(SWAP_8).blend(r10, set8);
    r2 = kept;
    kept = r3.blend(r11.rearrange(SWAP_8), set8);
    r11 = r3.rearrange(SWAP_8).blend(r11, set8);
    r3 = kept;
    kept = r4.blend(r12.rearrange(SWAP_8), set8);
    r12 = r4.rearrange(SWAP_8).blend(r12, set8);
    r4 = kept;
    kept = r5.blend(r13.rearrange(SWAP_8), set8);
    r13 = r5.rearrange(SWAP_8).blend(r13, set8);
    r5 = kept;
    kept = r6.blend(r14.rearrange(SWAP_8), set8);
    r14 = r6.rearrange(SWAP_8).blend(r14, set8);
    r6 = kept;
    kept = r7.blend(r15.rearrange(SWAP_8), set8);
    r15 = r7.rearrange(SWAP_8).blend(r15, set8);
    r7 = kept;
    kept = r0.blend(r4.rearrange(SWAP_4), set4);
    r4 = r0.rearrange(SWAP_4).blend(r4, set4);
    r0 = kept;
    kept = r1.blend(r5.rearrange(SWAP_4), set4);
    r5 = r1.rearrange(SWAP_4).blend(r5, set4);
    r1 = kept;
    kept = r2.blend(r6.rearrange(SWAP_4), set4);
    r6 = r2.rearrange(SWAP_4).blend(r6, set4);
    r2 = kept;
    kept = r3.blend(r7.rearrange(SWAP_4), set4);
    r7 = r3.rearrange(SWAP_4).blend(r7, set4);
    r3 = kept;
    kept = r8.blend(r12.rearrange(SWAP_4), set4);
    r12 = r8.rearrange(SWAP_4).blend(r12, set4);
    r8 = kept;
    kept = r9.blend(r13.rearrange(SWAP_4), set4);
    r13 = r9.rearrange(SWAP_4).blend(r13, set4);
    r9 = kept;
    kept = r10.blend(r14.rearrange(SWAP_4), set4);
    r14 = r10.rearrange(SWAP_4).blend(r14, set4);
    r10 = kept;
    kept = r11.blend(r15.rearrange(SWAP_4), set4);
    r15 = r11.rearrange(SWAP_4).blend(r15, set4);
    r11 = kept;
    kept = r0.blend(r2.rearrange(SWAP_2), set2);
    r2 = r0.rearrange(SWAP_2).blend(r2, set2);
    r0 = kept;
    kept = r1.blend(r3.rearrange(SWAP_2), set2);
    r3 = r1.rearrange(SWAP_2).blend(r3, set2);
    r1 = kept;
    kept = r4.blend(r6.rearrange(SWAP_2), set2);
    r6 = r4.rearrange(SWAP_2).blend(r6, set2);
    r4 = kept;
    kept = r5.blend(r7.rearrange(SWAP_2), set2);
    r7 = r5.rearrange(SWAP_2).blend(r7, set2);
    r5 = kept;
    kept = r8.blend(r10.rearrange(SWAP_2), set2);
    r10 = r8.rearrange(SWAP_2).blend(r10, set2);
    r8 = kept;
    kept = r9.blend(r11.rearrange(SWAP_2), set2);
    r11 = r9.rearrange(SWAP_2).blend(r11, set2);
    r9 = kept;
    kept = r12.blend(r14.rearrange(SWAP_2), set2);
    r14 = r12.rearrange(SWAP_2).blend(r14, set2);
    r12 = kept;
    kept = r13.blend(r15.rearrange(SWAP_2), set2);
    r15 = r13.rearrange(SWAP_2).blend(r15, set2);
    r13 = kept;
    kept = r0.blend(r1.rearrange(SWAP_1), set1);
    r1 = r0.rearrange(SWAP_1).blend(r1, set1);
    r0 = kept;
    kept = r2.blend(r3.rearrange(SWAP_1), set1);
    r3 = r2.rearrange(SWAP_1).blend(r3, set1);
    r2 = kept;
    kept = r4.blend(r5.rearrange(SWAP_1), set1);
    r5 = r4.rearrange(SWAP_1).blend(r5, set1);
    r4 = kept;
    kept = r6.blend(r7.rearrange(SWAP_1), set1);
    r7 = r6.rearrange(SWAP_1).blend(r7, set1);
    r6 = kept;
    kept = r8.blend(r9.rearrange(SWAP_1), set1);
    r9 = r8.rearrange(SWAP_1).blend(r9, set1);
    r8 = kept;
    kept = r10.blend(r11.rearrange(SWAP_1), set1);
    r11 = r10.rearrange(SWAP_1).blend(r11, set1);
    r10 = kept;
    kept = r12.blend(r13.rearrange(SWAP_1), set1);
    r13 = r12.rearrange(SWAP_1).blend(r13, set1);
    r12 = kept;
    kept = r14.blend(r15.rearrange(SWAP_1), set1);
    r15 = r14.rearrange(SWAP_1).blend(r15, set1);
    r14 = kept;
    r0.intoArray(to, toAt);
    r1.intoArray(to, toAt + width);
    r2.intoArray(to, toAt + 2 * width);
    r3.intoArray(to, toAt + 3 * width);
    r4.intoArray(to, toAt + 4 * width);
    r5.intoArray(to, toAt + 5 * width);
    r6.intoArray(to, toAt + 6 * width);
    r7.intoArray(to, toAt + 7 * width);
    r8.intoArray(to, toAt + 8 * width);
    r9.intoArray(to, toAt + 9 * width);
    r10.intoArray(to, toAt + 10 * width);
    r11.intoArray(to, toAt + 11 * width);
    r12.intoArray(to, toAt + 12 * width);
    r13.intoArray(to, toAt + 13 * width);
    r14.intoArray(to, toAt + 14 * width);
    r15.intoArray(to, toAt + 15 * width);
  }

  static void spreadRows(
      double[] in,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      double[] out,
      int toAt,
      int toPitch) {
    for (int r = 0; r < rows; r++) {
      int at = fromAt + r * fromPitch;
      int target = toAt + r * toPitch;
      int j = 0;
      for (; j < width && at + j + LANES <= in.length; j += LANES) {
        DoubleVector.fromArray(SPECIES, in, at + j).intoArray(out, target + j);
      }
      for (; j < width; j++) {
        out[target + j] = in[at + j];
      }
      for (j = width; j < toPitch; j++) {
        out[target + j] = 0;
      }
    }
  }

  static void copyRows(
      double[] in,
      int fromAt,
      int fromPitch,
      int rows,
      int width,
      double[] out,
      int toAt,
      int toPitch,
      int limit) {
    for (int r = 0; r < rows; r++) {
      int at = fromAt + r * fromPitch;
      int target = toAt + r * toPitch;
      int end = Math.min(limit - target, in.length - at) - LANES;
      int j = 0;
      for (; j < width && j <= end; j += LANES) {
        DoubleVector.fromArray(SPECIES, in, at + j).intoArray(out, target + j);
      }
      for (; j < width; j++) {
        out[target + j] = in[at + j];
      }
    }
  }
}
