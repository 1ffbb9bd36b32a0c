package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.device.DecoratedBackend;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The cache of programs behind single values. */
class EvaluatorTest {
  private final Counting backend = new Counting(Backends.select("java").backend());

  /** Counts what is compiled. */
  private static final class Counting extends DecoratedBackend {
    private final AtomicInteger compiled = new AtomicInteger();

    Counting(Backend inner) {
      super(inner, inner.device());
    }

    @Override
    public Kernel compile(KernelSpec spec) {
      compiled.incrementAndGet();
      return super.compile(spec);
    }
  }

  private float[] read(Tensor tensor) {
    return Evaluator.evaluate(tensor.value(), backend).toArray(ValueLayout.JAVA_FLOAT);
  }

  @Test
  void aFormulaOnOtherNumbersCompilesOnce() {
    assertEquals(3, read(Tensor.of(new float[] {1, 2}, 2).sum())[0]);
    int once = backend.compiled.get();
    assertTrue(once > 0);
    assertEquals(7, read(Tensor.of(new float[] {3, 4}, 2).sum())[0]);
    assertEquals(once, backend.compiled.get());
    assertEquals(12, read(Tensor.of(new float[] {3, 4, 5}, 3).sum())[0]);
    assertTrue(backend.compiled.get() > once, "another shape is another program");
  }

  /** Neither equal arrays nor arrays of one number are told apart from others. */
  @Test
  void contentIsNoPartOfAFormula() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2);
    assertArrayEquals(new float[] {3, 10}, read(x.mul(Tensor.of(new float[] {3, 5}, 2))));
    int once = backend.compiled.get();
    assertArrayEquals(new float[] {1, 4}, read(x.mul(Tensor.of(new float[] {1, 2}, 2))));
    assertArrayEquals(new float[] {7, 14}, read(x.mul(Tensor.of(new float[] {7, 7}, 2))));
    assertEquals(once, backend.compiled.get());
  }

  @Test
  void theCacheForgetsWhatWasNotUsedForLong() {
    for (int k = 1; k <= 4; k++) {
      assertEquals(k, large(k)[0]);
    }
    int four = backend.compiled.get();
    large(4);
    assertEquals(four, backend.compiled.get(), "the newest is kept");
    large(1);
    assertTrue(backend.compiled.get() > four, "the oldest made room");
  }

  /** A program of 80 MB. */
  private float[] large(int k) {
    return read(Tensor.iota(DType.I32, 0, 20_000_000).cast(DType.F32).add(k));
  }

  @Test
  void severalValuesAreOneProgram() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2);
    Tensor product = x.mul(Tensor.of(new float[] {3, 5}, 2));
    List<MemorySegment> both =
        Evaluator.evaluate(
            List.of(product.sum().value(), x.value(), product.max().value()), backend);
    assertArrayEquals(new float[] {13}, both.get(0).toArray(ValueLayout.JAVA_FLOAT));
    assertArrayEquals(new float[] {1, 2}, both.get(1).toArray(ValueLayout.JAVA_FLOAT));
    assertArrayEquals(new float[] {10}, both.get(2).toArray(ValueLayout.JAVA_FLOAT));
    int once = backend.compiled.get();
    Tensor y = Tensor.of(new float[] {-1, 2}, 2);
    Tensor other = y.mul(Tensor.of(new float[] {3, 5}, 2));
    Evaluator.evaluate(List.of(other.sum().value(), y.value(), other.max().value()), backend);
    assertEquals(once, backend.compiled.get());
  }

  @Test
  void evaluatedTensorsAreNotComputedAgain() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2);
    Tensor square = x.square();
    Tensor sum = square.sum();
    Tensor.evaluate(square, x, sum, sum);
    Tensor.evaluate();
    Tensor.evaluate(sum);
    assertArrayEquals(new float[] {1, 4}, square.toFloats());
    assertEquals(5, sum.toFloats()[0]);
    // What is known is not computed, so this backend is asked for nothing.
    assertEquals(5, read(sum)[0]);
    assertEquals(0, backend.compiled.get());
  }
}
