package dev.fathom.backend.java.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.CheckedIn;
import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.loops.LoopGenerator;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.JavaQueue;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedLoopsTest {
  /** The vector loops, but without generated ones. */
  private static final Loops TILES =
      (Loops)
          Proxy.newProxyInstance(
              Loops.class.getClassLoader(),
              new Class<?>[] {Loops.class},
              (_, method, arguments) ->
                  method.getName().equals("loop")
                      ? null
                      : method.invoke(Loops.of(true), arguments));

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
      float[][] tiles = run(key, n, TILES);
      float[][] loop = run(key, n, Loops.of(true));
      for (int i = 0; i < tiles.length; i++) {
        assertArrayEquals(bits(tiles[i]), bits(loop[i]), "result " + i + " of " + n);
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  /** The first results are written in place of the first arrays. */
  private static float[][] run(String key, int n, Loops loops) {
    Expression map = LoopGenerator.expression(key);
    Random random = new Random(n);
    Shape shape = Shape.of(n);
    List<View> inputs = new ArrayList<>();
    List<Binding> bindings = new ArrayList<>();
    for (char kind : key.substring(0, key.indexOf('|')).toCharArray()) {
      DType type = LoopGenerator.type(kind);
      boolean isArray = kind == 'x' || kind == 'm';
      int count = isArray ? n : 1;
      inputs.add(View.of(type, shape, isArray ? 1 : 0));
      Binding binding = new Binding(JavaBuffer.allocate(type, count + 2), 2);
      int first = JavaBuffer.offset(binding);
      bindings.add(binding);
      if (type == DType.BOOL) {
        for (int i = 0; i < count; i++) {
          JavaBuffer.bytes(binding)[first + i] = (byte) random.nextInt(2);
        }
      } else {
        for (int i = 0; i < count; i++) {
          boolean special = random.nextInt(40) == 0;
          float[] specials = {0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE};
          JavaBuffer.floats(binding)[first + i] =
              special ? specials[random.nextInt(5)] : (float) random.nextGaussian();
        }
      }
    }
    List<View> outputs = new ArrayList<>();
    float[][] results = new float[map.results().size()][];
    for (int i = 0; i < results.length; i++) {
      View output = View.contiguous(map.resultType(i), shape);
      outputs.add(output);
      boolean inPlace = i < inputs.size() && inputs.get(i).equals(output) && n > 1;
      bindings.add(
          inPlace ? bindings.get(i) : new Binding(JavaBuffer.allocate(output.dtype(), n), 0));
    }
    Fused spec = new Fused(shape, inputs, map, outputs);
    try (Workers workers = new Workers(1)) {
      Kernel kernel = FusedKernels.compile(spec, Plan.Accepted.PLAIN, workers, loops);
      Queue queue = new JavaQueue(Backend.Priority.NORMAL, new AtomicInteger());
      queue.launch(kernel, bindings.toArray(Binding[]::new), new long[0]);
      queue.await();
    }
    for (int i = 0; i < results.length; i++) {
      Binding binding = bindings.get(inputs.size() + i);
      int from = JavaBuffer.offset(binding);
      results[i] = new float[n];
      for (int k = 0; k < n; k++) {
        results[i][k] =
            outputs.get(i).dtype() == DType.BOOL
                ? JavaBuffer.bytes(binding)[from + k]
                : JavaBuffer.floats(binding)[from + k];
      }
    }
    return results;
  }
}
