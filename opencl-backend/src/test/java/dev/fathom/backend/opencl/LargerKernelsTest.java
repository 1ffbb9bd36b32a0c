package dev.fathom.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Gather;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Sort;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import dev.fathom.spi.conformance.HostArray;
import dev.fathom.spi.conformance.Oracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Specs that are larger than those of the conformance cases: several vectors a row, several work
 * items, several groups. The results must equal those of the oracle.
 */
class LargerKernelsTest {
  private static final Window TILE = new Window(2, 2, 0, 0, 1);

  private Backend backend;

  private void open(String kernels) {
    backend =
        Devices.open(Map.of("kernels", kernels, "cache", Path.of("target/opencl").toString()));
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  private static View view(DType type, long... sizes) {
    return View.contiguous(type, Shape.of(sizes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void poolsOfTilesOfAnyWidth(String kernels) {
    open(kernels);
    for (long width : new long[] {2, 3, 7, 8, 9, 15, 16, 17, 18, 23, 31, 32, 35, 65}) {
      long height = 2 + width % 4;
      View x = view(DType.F32, 3, 5, height, width);
      long[] out = {3, 5, height / 2, width / 2};
      List<Window> windows = List.of(TILE, TILE);
      check(new MaxPool(windows, x, view(DType.F32, out), view(DType.I32, out)), 3);
      check(new MaxPoolGradient(windows, view(DType.F32, out), view(DType.I32, out), x), 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void poolsOfManyPlanes(String kernels) {
    open(kernels);
    View x = view(DType.F32, 7, 16, 28, 28);
    for (Window window :
        List.of(
            TILE,
            new Window(3, 2, 1, 1, 1),
            new Window(3, 1, 1, 1, 1),
            new Window(2, 1, 0, 3, 2),
            new Window(2, 3, 1, 0, 1))) {
      long size = window.outputs(28);
      View y = view(DType.F32, 7, 16, size, size);
      View indices = view(DType.I32, 7, 16, size, size);
      int last = (int) (window.size() * window.size() - 1);
      check(new MaxPool(List.of(window, window), x, y, indices), last);
      check(new MaxPoolGradient(List.of(window, window), y, indices, x), last);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void rowsByManyIndices(String kernels) {
    open(kernels);
    View table = view(DType.F32, 301, 67);
    View indices = view(DType.I32, 1501);
    View rows = view(DType.F32, 1501, 67);
    check(new Gather(table, indices, rows), 320);
    check(new Scatter(Scatter.Mode.ADD, indices, rows, table), 320);
    check(new Scatter(Scatter.Mode.SET, indices, rows, table), 320);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void longBlocks(String kernels) {
    open(kernels);
    View whole = view(DType.F32, 50_021);
    View block = view(DType.F32, 40_009);
    check(new DynamicSlice(whole, block), 0);
    check(new DynamicSliceUpdate(block, whole), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void manyLines(String kernels) {
    open(kernels);
    View x = view(DType.F32, 130, 57);
    check(new Sort(true, x, x, view(DType.I32, 130, 57)), 0);
  }

  /** Runs a spec on whole numbers, with a few NaNs, and indices from -1 (unless few) to a last. */
  private void check(KernelSpec spec, int lastIndex) {
    SplittableRandom random = new SplittableRandom(7);
    List<View> views = new ArrayList<>(spec.inputs());
    views.addAll(spec.outputs());
    List<HostArray> arrays = new ArrayList<>();
    for (View view : views) {
      HostArray array = new HostArray(view.dtype(), view.shape().elements());
      for (long i = 0; i < array.elements(); i++) {
        if (view.dtype() == DType.I32) {
          array.setWord(i, random.nextInt(lastIndex < 9 ? 0 : -1, lastIndex + 1));
        } else {
          boolean nan = spec instanceof MaxPool && random.nextInt(20) == 0;
          array.setNumber(i, nan ? Double.NaN : random.nextInt(-9, 10));
        }
      }
      arrays.add(array);
    }
    long[] scalars = {5};
    Plan.Accepted plan = (Plan.Accepted) backend.plan(spec);
    List<Buffer> buffers = new ArrayList<>();
    try (Queue queue = backend.openQueue(Priority.NORMAL)) {
      for (HostArray array : arrays) {
        buffers.add(backend.allocate(array.dtype(), array.elements()));
        queue.write(new Binding(buffers.getLast(), 0), array.memory());
      }
      if (plan.workspaceElements() > 0) {
        buffers.add(backend.allocate(plan.workspaceType(), plan.workspaceElements()));
      }
      Binding[] bindings = buffers.stream().map(b -> new Binding(b, 0)).toArray(Binding[]::new);
      queue.launch(backend.compile(spec), bindings, scalars);
      Oracle.run(spec, arrays.stream().map(a -> new Oracle.Operand(a, 0)).toList(), scalars);
      for (int output = spec.inputs().size(); output < arrays.size(); output++) {
        HostArray expected = arrays.get(output);
        HostArray actual = new HostArray(expected.dtype(), expected.elements());
        queue.read(bindings[output], actual.memory());
        for (long i = 0; i < expected.elements(); i++) {
          assertEquals(0.0 + expected.number(i), 0.0 + actual.number(i), spec + " at " + i);
        }
      }
    } finally {
      buffers.forEach(Buffer::close);
    }
  }
}
