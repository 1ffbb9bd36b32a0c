package dev.fathom.backend.java.elementwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.Launch;
import dev.fathom.backend.java.loops.HotLoop;
import dev.fathom.backend.java.loops.LoopGenerator;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.RandomLoops;
import dev.fathom.backend.java.loops.TestLoops;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops that are made at run time do what tiles do, bit for bit, whenever they come. */
class EmittedLoopsTest {
  private static final int[] SIZES = {1, 15, 16, 17, 500, 512, 513, 5000};

  /** More work than any loop waits for. */
  private static final long PLENTY = 1L << 40;

  static Stream<String> keys() throws IOException {
    return LoopGenerator.keys().stream();
  }

  /** Masks that are stored as ints, and those that are computed, meet. */
  static Stream<String> loopsOfFlags() {
    return Stream.of(
        "m|not 0|1",
        "mm|and 0 1|2",
        "mbx|or 0 1;select 3 2 2|4 3",
        "xmm|less 0 0;and 3 1;or 2 4;not 5;select 6 0 0|4 5 6 7",
        "xxm|less_equal 0 1;equal 0 1;not_equal 0 1;and 3 4;or 5 6;and 7 2;select 8 0 1|9 8");
  }

  @ParameterizedTest
  @MethodSource({"keys", "loopsOfFlags"})
  void aLoopGivesTheBitsOfTiles(String key) {
    for (int n : SIZES) {
      LoopRun run = new LoopRun(key, n);
      run.assertSame(run.bits(TestLoops.TILES), run.bits(TestLoops.EMITTED));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 20, 60, 96})
  void aLoopOfAnyOperationsGivesTheBitsOfTiles(int operations) {
    Random random = new Random(operations);
    for (int round = 0; round < 60; round++) {
      String text = RandomLoops.text(random, operations);
      LoopRun run = new LoopRun(text, SIZES[round % SIZES.length]);
      run.assertSame(run.bits(TestLoops.TILES), run.bits(TestLoops.EMITTED));
    }
  }

  @Test
  @Timeout(120)
  void aLoopComesWhenThereWasEnoughWorkAndTheBitsStay() {
    String key = "xxu|multiply 0 1;subtract 0 3;abs 4;sqrt 5;subtract 6 2;max 7 1;negate 8|9 5";
    LoopRun run = new LoopRun(key, 5000);
    int[][] expected = run.bits(TestLoops.TILES);
    Kernel kernel = run.kernel(TestLoops.HOT);
    run.assertSame(expected, run.bits(kernel));
    assertTrue(remark(kernel).startsWith("in tiles until it is hot"), remark(kernel));
    await(hot(kernel), () -> run.assertSame(expected, run.bits(kernel)));
    run.assertSame(expected, run.bits(kernel));
    assertTrue(remark(kernel).startsWith("a loop made at run time"), remark(kernel));
    // A kernel that is compiled now has the loop from the beginning.
    run.assertSame(expected, run.bits(TestLoops.HOT));
  }

  @Test
  @Timeout(120)
  void threadsThatRunAKernelWhileItsLoopComesGetTheSameBits() throws Exception {
    String key = "xxuu|multiply 0 1;subtract 2 4;relu 5;multiply 6 3;subtract 7 0;min 8 1|9";
    LoopRun run = new LoopRun(key, 40_000);
    int[][] expected = run.bits(TestLoops.TILES);
    Kernel kernel = run.kernel(TestLoops.HOT);
    HotLoop hot = hot(kernel);
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<Integer> often =
          () -> {
            int behind = 0;
            for (int runs = 1; behind < 50; runs++) {
              behind += hot.loop() == null ? 0 : 1;
              run.assertSame(expected, run.bits(kernel));
              if (runs == 20) {
                hot.count(PLENTY);
              }
            }
            return behind;
          };
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        results.add(threads.submit(often));
      }
      for (Future<Integer> each : results) {
        assertEquals(50, each.get());
      }
    }
  }

  /** In an epilogue, in front of a reduction, and between operations that are no loop. */
  @ParameterizedTest
  @ValueSource(strings = {"contract", "reduce"})
  @Timeout(120)
  void aLoopComesToWhatIsInsideOfOtherKernels(String name) {
    try (Backend backend = Launch.open(2, true)) {
      Launch launch = new Launch(backend, spec(name)).randomise(5);
      double[] expected = launch.run().values(launch.kernel.spec().inputs().size());
      HotLoop hot = hot(launch.kernel);
      assertTrue(hot.loop() == null, "a loop that no other test has made");
      await(
          hot,
          () -> {
            double[] values = launch.run().values(launch.kernel.spec().inputs().size());
            Launch.assertClose(expected, values, 0, launch.kernel);
          });
      double[] values = launch.run().values(launch.kernel.spec().inputs().size());
      Launch.assertClose(expected, values, 0, launch.kernel);
    }
  }

  private static KernelSpec spec(String name) {
    DType f = DType.F32;
    View a = View.contiguous(f, Shape.of(70, 33));
    View b = View.contiguous(f, Shape.of(130, 33));
    View out = View.contiguous(f, Shape.of(70, 130));
    View row = View.of(f, out.shape(), 0, 1);
    return switch (name) {
      case "contract" ->
          new Contract(
              Source.of(a),
              Source.of(b),
              0,
              1,
              f,
              new Epilogue(
                  expression("xxx|subtract 0 1;tanh 3;multiply 4 2;subtract 5 0;abs 6|7"),
                  List.of(row, out),
                  List.of(out)));
      default ->
          new Reduce(
              ReduceOp.SUM,
              new Source(List.of(out, row), expression("xx|subtract 0 1;abs 2;sqrt 3;negate 4|5")),
              1,
              View.contiguous(f, Shape.of(70)));
    };
  }

  private static Expression expression(String text) {
    return LoopGenerator.expression(text);
  }

  @Test
  void equalLoopsAreOne() {
    Loops loops = Loops.of(true);
    assertSame(loops.hotLoop("xu|divide 0 1;abs 2|3"), loops.hotLoop("xu|divide 0 1;abs 2|3"));
  }

  /** As in a native image; without vectors there is nothing to miss. */
  @Test
  void aLoopThatCannotBeMadeIsNamed() {
    LoopRun run = new LoopRun("ux|divide 0 1;abs 2;abs 3|4", 100);
    assertEquals(
        "in tiles, slower than a loop, for want of a line in loops.txt: "
            + "ux|divide 0 1;abs 2;abs 3|4",
        remark(run.kernel(TestLoops.TILES)));
    assertEquals("", remark(run.kernel(Loops.of(false))));
    // Neither is what is generated, or one number, or one operation.
    assertEquals("", remark(new LoopRun("xu|add 0 1;relu 2|3", 100).kernel(Loops.of(true))));
    assertEquals("", remark(new LoopRun("uu|divide 0 1;abs 2|3", 1).kernel(TestLoops.TILES)));
    assertEquals("", remark(new LoopRun("x|abs 0|1", 100).kernel(TestLoops.TILES)));
  }

  @Test
  void littleWorkMakesNoLoop() throws InterruptedException {
    HotLoop hot = Loops.of(true).hotLoop("xu|divide 1 0;abs 2|3");
    hot.count(1_000_000);
    Thread.sleep(200);
    assertTrue(hot.loop() == null);
  }

  private static String remark(Kernel kernel) {
    return String.join("\n", kernel.remarks());
  }

  /** {@return the loop that the kernel's only remark names} */
  private static HotLoop hot(Kernel kernel) {
    assertEquals(1, kernel.remarks().size(), kernel.remarks()::toString);
    String remark = kernel.remarks().getFirst();
    return Loops.of(true).hotLoop(remark.substring(remark.lastIndexOf(": ") + 2));
  }

  /** Counts work as if there had been much, and runs until the loop is there. */
  private static void await(HotLoop hot, Runnable meanwhile) {
    hot.count(PLENTY);
    while (hot.loop() == null) {
      meanwhile.run();
    }
  }
}
