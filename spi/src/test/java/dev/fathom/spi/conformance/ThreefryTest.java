package dev.fathom.spi.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreefryTest {
  /** Known answers for threefry2x32 with 20 rounds of the Random123 distribution. */
  @ParameterizedTest
  @CsvSource({
    "00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
    "ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
    "13198a2e, 03707344, 243f6a88, 85a308d3, c4923a9c, 483df7a0"
  })
  void knownAnswers(
      String key0, String key1, String counter0, String counter1, String word0, String word1) {
    long block = Threefry.block(hex(key0), hex(key1), hex(counter0), hex(counter1));
    assertEquals(hex(word0), Threefry.word0(block));
    assertEquals(hex(word1), Threefry.word1(block));
  }

  private static int hex(String text) {
    return Integer.parseUnsignedInt(text, 16);
  }
}
