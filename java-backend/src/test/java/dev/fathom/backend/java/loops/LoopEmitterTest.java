package dev.fathom.backend.java.loops;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopEmitterTest {
  private static final String WORST_STEP = "select 1 0 0";

  /** {@return a loop of 24 operands, and of the operation with the most code, so many times} */
  private static String loop(int operations) {
    String steps =
        IntStream.range(0, operations)
            .mapToObj(i -> i % 2 == 0 ? "or 1 2" : WORST_STEP)
            .collect(Collectors.joining(";"));
    String results =
        IntStream.range(12, 24).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    return "xmm" + "m".repeat(9) + "|" + steps + "|" + results;
  }

  /** 96 operations are the most that are fused, 24 operands too. */
  @Test
  void theLongestLoopIsShortEnoughToBeCompiled() {
    int length = LoopEmitter.length(loop(96));
    assertTrue(length > 1000 && length < LoopEmitter.MOST_BYTES, length + " bytes");
  }

  @Test
  void aLoopThatIsTooLongIsNotMade() {
    assertTrue(LoopEmitter.length(loop(700)) > LoopEmitter.MOST_BYTES);
    assertNull(LoopEmitter.emit(loop(700)));
  }
}
