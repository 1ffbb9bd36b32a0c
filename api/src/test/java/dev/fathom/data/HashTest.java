package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HashTest {
  /** Every byte counts, at each length, and so does the length. */
  @Test
  void whatDiffersHasAnother() {
    Set<Long> seen = new HashSet<>();
    for (int length = 0; length <= 40; length++) {
      byte[] bytes = new byte[40];
      assertTrue(seen.add(Hash.of(0, bytes, 0, length)));
      for (int i = 0; i < length; i++) {
        for (int bit = 0; bit < 8; bit++) {
          bytes[i] = (byte) (1 << bit);
          assertTrue(seen.add(Hash.of(0, bytes, 0, length)), length + " " + i + " " + bit);
        }
        bytes[i] = 0;
      }
      byte[] longer = new byte[41];
      longer[length] = 1;
      assertEquals(Hash.of(0, bytes, 0, length), Hash.of(0, longer, 0, length), "what lies behind");
      longer[0] = 9;
      longer[length] = 0;
      assertEquals(
          Hash.of(0, new byte[40], 0, length), Hash.of(0, longer, 1, length), "what lies in front");
    }
  }
}
