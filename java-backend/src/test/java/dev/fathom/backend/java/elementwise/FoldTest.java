package dev.fathom.backend.java.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.backend.java.loops.Loops;
import dev.fathom.spi.DType;
import dev.fathom.spi.ReduceOp;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static int position(Fold fold, Loops loops, float[] row, int first) {
    fold.begin(ReduceOp.ARG_MAX, DType.F32, loops);
    // In two boxes, as a long row comes.
    fold.row(row, 0, first);
    fold.row(row, first, row.length - first);
    fold.finishRow(0);
    return ((int[]) fold.results())[0];
  }

  /** The first of the largest, of which there are many; or the first NaN. */
  @Test
  void theLargestIsFoundWhereverItIs() {
    SplittableRandom random = new SplittableRandom(1);
    Fold fold = new Fold();
    for (int length = 1; length < 400; length += 1 + length / 16) {
      for (int round = 0; round < 20; round++) {
        float[] row = new float[length];
        int expected = 0;
        for (int i = 0; i < length; i++) {
          row[i] = round % 4 == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(-9, 9);
        }
        if (round % 5 == 0) {
          row[random.nextInt(length)] = Float.NaN;
        }
        for (int i = 1; i < length; i++) {
          boolean known = Float.isNaN(row[expected]);
          expected = !known && (row[i] > row[expected] || Float.isNaN(row[i])) ? i : expected;
        }
        for (Loops loops : new Loops[] {Loops.of(true), Loops.of(false)}) {
          assertEquals(expected, position(fold, loops, row, random.nextInt(length)), "" + length);
        }
      }
    }
  }

  /** As small images lie that are summed for each channel, with another's numbers between them. */
  @Test
  void stretchesAreSummed() {
    SplittableRandom random = new SplittableRandom(2);
    Fold fold = new Fold();
    for (int length : new int[] {1, 3, 4, 7, 8, 9, 15, 16, 17, 25, 33, 49, 64, 196, 256, 300}) {
      for (int count : new int[] {1, 2, 5, 31, 64}) {
        int stride = length + random.nextInt(3);
        float[] values = new float[2 + count * stride];
        Arrays.fill(values, Float.NaN);
        double expected = 0;
        for (int i = 0; i < count; i++) {
          for (int j = 0; j < length; j++) {
            values[2 + i * stride + j] = random.nextInt(-9, 9);
            expected += values[2 + i * stride + j];
          }
        }
        for (Loops loops : new Loops[] {Loops.of(true), Loops.of(false)}) {
          fold.begin(ReduceOp.SUM, DType.F32, loops);
          fold.stretches(values, 2, stride, count, length);
          fold.finishRow(0);
          assertEquals(expected, ((float[]) fold.results())[0], count + " x " + length);
        }
      }
    }
  }
}
