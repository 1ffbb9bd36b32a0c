package dev.fathom.backend.java.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the conformance cases do not say of selective scans. */
class ScanTest {
  private static List<KernelSpec> specs(DType type, long batch, long time, long interval) {
    View values = View.contiguous(type, Shape.of(batch, time, 150));
    View rates = View.contiguous(type, Shape.of(150, 3));
    View shared = View.contiguous(type, Shape.of(batch, time, 3));
    View states = View.contiguous(type, Shape.of(batch, 150, 3));
    View kept = View.contiguous(type, Shape.of(batch, Math.ceilDiv(time, interval), 150, 3));
    return List.of(
        new SelectiveScan(
            interval, values, values, rates, shared, shared, states, values, states, kept),
        new SelectiveScanGradient(
            interval, values, values, rates, shared, shared, kept, values, states, values, values,
            rates, shared, shared, states));
  }

  /** Blocks of channels of a row are tasks. */
  @Test
  void bitsDoNotDependOnTheNumberOfThreads() {
    for (KernelSpec spec : specs(DType.F32, 5, 20, 8)) {
      List<double[]> first = new ArrayList<>();
      for (int threads = 1; threads <= 3; threads++) {
        try (Backend backend = Launch.open(threads, true)) {
          Launch launch = new Launch(backend, spec).randomise(5).run();
          for (int i = 0; i < spec.outputs().size(); i++) {
            double[] values = launch.values(spec.inputs().size() + i);
            if (threads == 1) {
              first.add(values);
            } else {
              assertArrayEquals(first.get(i), values, spec.name() + " output " + i);
            }
          }
        }
      }
    }
  }

  /** Only what is kept and, in the gradient, shared by channels grows with the steps. */
  @Test
  void memoryGrowsAsTheStepsDo() {
    try (Backend backend = Launch.open(1, true)) {
      for (int i = 0; i < 2; i++) {
        long[] elements = new long[3];
        for (int k = 0; k < 3; k++) {
          KernelSpec spec = specs(DType.F32, 1, 1024L << k, 32).get(i);
          Plan.Accepted plan = assertInstanceOf(Plan.Accepted.class, backend.plan(spec));
          elements[k] = plan.workspaceElements();
        }
        assertEquals(2 * (elements[1] - elements[0]), elements[2] - elements[1]);
        assertTrue(elements[1] - elements[0] < 1024 * 150, "less than one operand");
      }
    }
  }

  @Test
  void declinesDoubles() {
    try (Backend backend = Launch.open(1, true)) {
      for (KernelSpec spec : specs(DType.F64, 2, 3, 2)) {
        assertEquals(
            "selective scans are computed in f32",
            assertInstanceOf(Plan.Declined.class, backend.plan(spec)).reason());
      }
    }
  }
}
