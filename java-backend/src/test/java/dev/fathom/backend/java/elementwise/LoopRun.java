package dev.fathom.backend.java.elementwise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A loop as a kernel over {@code n} elements, on numbers of which some are special. */
final class LoopRun {
  private static final float[] SPECIALS = {0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, 1e-45f};

  private final int n;
  private final String kinds;
  private final Fused spec;

  /**
   * A run.
   *
   * @param text the loop, spelled like a key
   */
  LoopRun(String text, int n) {
    this.n = n;
    this.kinds = text.substring(0, text.indexOf('|'));
    Expression map = LoopGenerator.expression(text);
    Shape shape = Shape.of(n);
    List<View> inputs = new ArrayList<>();
    for (char kind : kinds.toCharArray()) {
      inputs.add(View.of(LoopGenerator.type(kind), shape, isArray(kind) ? 1 : 0));
    }
    List<View> outputs = new ArrayList<>();
    for (int i = 0; i < map.results().size(); i++) {
      outputs.add(View.contiguous(map.resultType(i), shape));
    }
    this.spec = new Fused(shape, inputs, map, outputs);
  }

  private static boolean isArray(char kind) {
    return kind == 'x' || kind == 'm';
  }

  Kernel kernel(Loops loops) {
    return FusedKernels.compile(spec, Plan.Accepted.PLAIN, new Workers(1), loops);
  }

  /** {@return the bits of the results, of a kernel that is used once} */
  int[][] bits(Loops loops) {
    return bits(kernel(loops));
  }

  /** {@return the bits of the results; the first are written in place of the first arrays} */
  int[][] bits(Kernel kernel) {
    Random random = new Random(n);
    List<Binding> bindings = new ArrayList<>();
    for (char kind : kinds.toCharArray()) {
      bindings.add(input(kind, random));
    }
    for (int i = 0; i < spec.outputs().size(); i++) {
      View output = spec.outputs().get(i);
      boolean inPlace = n > 1 && i < kinds.length() && spec.inputs().get(i).equals(output);
      bindings.add(
          inPlace ? bindings.get(i) : new Binding(JavaBuffer.allocate(output.dtype(), n), 0));
    }
    Queue queue = new JavaQueue(Backend.Priority.NORMAL, new AtomicInteger());
    queue.launch(kernel, bindings.toArray(Binding[]::new), new long[0]);
    queue.await();
    int[][] results = new int[spec.outputs().size()][n];
    for (int i = 0; i < results.length; i++) {
      Binding binding = bindings.get(kinds.length() + i);
      int from = JavaBuffer.offset(binding);
      boolean flags = spec.outputs().get(i).dtype() == DType.BOOL;
      Arrays.setAll(
          results[i],
          k ->
              flags
                  ? JavaBuffer.bytes(binding)[from + k]
                  : Float.floatToIntBits(JavaBuffer.floats(binding)[from + k]));
    }
    return results;
  }

  private Binding input(char kind, Random random) {
    int count = isArray(kind) ? n : 1;
    DType type = LoopGenerator.type(kind);
    Binding binding = new Binding(JavaBuffer.allocate(type, count + 2), 2);
    int first = JavaBuffer.offset(binding);
    for (int i = first; i < first + count; i++) {
      if (type == DType.BOOL) {
        JavaBuffer.bytes(binding)[i] = (byte) random.nextInt(2);
      } else {
        JavaBuffer.floats(binding)[i] =
            random.nextInt(40) == 0
                ? SPECIALS[random.nextInt(SPECIALS.length)]
                : (float) random.nextGaussian();
      }
    }
    return binding;
  }

  void assertSame(int[][] expected, int[][] actual) {
    for (int i = 0; i < expected.length; i++) {
      int result = i;
      assertArrayEquals(expected[i], actual[i], () -> spec.map() + ", result " + result);
    }
  }
}
