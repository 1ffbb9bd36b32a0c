package dev.fathom.backend.java.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.CheckedIn;
import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.loops.LoopGenerator;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.TestLoops;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedLoopsTest {
  static Stream<String> keys() throws IOException {
    return LoopGenerator.keys().stream();
  }

  @Test
  void theCodeIsWhatTheGeneratorWrites() throws IOException {
    String code = LoopGenerator.generate(LoopGenerator.keys());
    CheckedIn.check(getClass(), LoopGenerator.TARGET, code);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyIsThatOfItsExpression(String key) {
    Expression map = LoopGenerator.expression(key);
    String kinds = key.substring(0, key.indexOf('|'));
    Access[] access = new Access[kinds.length() + map.results().size()];
    Arrays.fill(access, Access.DIRECT);
    for (int i = 0; i < kinds.length(); i++) {
      char kind = kinds.charAt(i);
      access[i] = kind == 'x' ? Access.DIRECT : kind == 'm' ? Access.STAGED : Access.SPLAT;
    }
    for (int i = 0; i < map.results().size(); i++) {
      if (map.resultType(i) == DType.BOOL) {
        access[kinds.length() + i] = Access.STAGED;
      }
    }
    boolean[][] alias = new boolean[map.results().size()][kinds.length()];
    Loops loops = Loops.of(true);
    assertTrue(TileProgram.compile(map, kinds.length(), access, alias, loops).isLoop);
  }

  /** gelu(x + bias) and its derivative: loops before, between and behind erf and exp. */
  @Test
  void loopsBetweenOtherInstructionsGiveTheSameBits() {
    String key =
        "xxuuuu|add 0 1;multiply 6 2;multiply 6 3;erf 8;add 9 4;multiply 7 10;multiply 7 5;"
            + "multiply 8 8;negate 13;exp 14;multiply 12 15;multiply 16 3;multiply 10 2;add 17 18"
            + "|11 19";
    Access[] access = new Access[8];
    Arrays.fill(access, Access.DIRECT);
    Arrays.fill(access, 2, 6, Access.SPLAT);
    TileProgram program =
        TileProgram.compile(
            LoopGenerator.expression(key), 6, access, new boolean[2][6], Loops.of(true));
    assertEquals(
        3, Arrays.stream(program.steps).filter(TileProgram.Segment.class::isInstance).count());
    assertEquals(5, program.steps.length);
    loopAndTilesGiveTheSameBits(key);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void loopAndTilesGiveTheSameBits(String key) {
    for (int n : new int[] {1, 15, 16, 17, 500, 512, 513, 5000}) {
      LoopRun run = new LoopRun(key, n);
      run.assertSame(run.bits(TestLoops.TILES), run.bits(Loops.of(true)));
    }
  }
}
