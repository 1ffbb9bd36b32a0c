package dev.fathom.backend.java.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DepthTest {
  /** The product that an odd depth adds first is in the first part, as it is in the whole. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 95, 96, 97, 100, 193, 256, 2047})
  void partsOfADepthEndWithEvenOnes(int depth) {
    int first = Depth.firstPart(depth, 96);
    assertTrue(first <= 97 && first > 0);
    assertEquals(0, (depth - first) % 2);
    assertEquals(depth, Depth.firstPart(depth, Integer.MAX_VALUE));
  }
}
