package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BF16;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;

import dev.fathom.spi.DType;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.View;
import java.util.List;
import java.util.function.Consumer;

/** Cases for {@link SelectiveScan} and {@link SelectiveScanGradient}. */
final class ScanCases {
  private final Consumer<ConformanceCase> cases;

  ScanCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  void add() {
    for (DType type : List.of(F32, F64)) {
      for (Sizes sizes :
          List.of(
              new Sizes(0, 2, 3, 2, 1),
              new Sizes(2, 3, 0, 2, 2),
              new Sizes(1, 1, 1, 1, 1),
              new Sizes(2, 1, 5, 16, 32),
              new Sizes(3, 8, 17, 16, 4),
              new Sizes(2, 9, 64, 3, 4),
              new Sizes(1, 7, 130, 5, 1),
              new Sizes(2, 40, 33, 2, 32))) {
        both("C1.", new Scan(type, Layout.CONTIGUOUS), sizes);
      }
      for (Layout layout : Layout.WRITABLE) {
        both("C1." + layout.label() + ".", new Scan(type, layout), new Sizes(2, 5, 3, 4, 2));
      }
    }
    both("C2.", new Scan(BF16, Layout.CONTIGUOUS), new Sizes(2, 5, 7, 3, 2));
    broadcast();
    unchanged();
    notANumber();
  }

  /**
   * The sizes of a case.
   *
   * @param interval of the spec
   */
  private record Sizes(long batch, long time, long channels, long state, long interval) {
    @Override
    public String toString() {
      return batch + "x" + time + "x" + channels + "x" + state + "-" + interval;
    }
  }

  /** The operands that the specs of one case have in common. */
  private record Scan(DType type, Layout layout) {
    SelectiveScan forward(Sizes s) {
      View values = view(s.batch, s.time, s.channels);
      View shared = view(s.batch, s.time, s.state);
      View states = view(s.batch, s.channels, s.state);
      return new SelectiveScan(
          s.interval,
          values,
          values,
          view(s.channels, s.state),
          shared,
          shared,
          states,
          values,
          states,
          kept(s));
    }

    SelectiveScanGradient backward(Sizes s) {
      View values = view(s.batch, s.time, s.channels);
      View shared = view(s.batch, s.time, s.state);
      View states = view(s.batch, s.channels, s.state);
      View rates = view(s.channels, s.state);
      return new SelectiveScanGradient(
          s.interval,
          values,
          values,
          rates,
          shared,
          shared,
          kept(s),
          values,
          states,
          values,
          values,
          rates,
          shared,
          shared,
          states);
    }

    private View kept(Sizes s) {
      return view(s.batch, Math.ceilDiv(s.time, s.interval), s.channels, s.state);
    }

    private View view(long... sizes) {
      return layout.of(type, sizes);
    }

    /** Errors grow from step to step. */
    Tolerance tolerance() {
      return switch (type) {
        case F64 -> new Tolerance(256, 1e-13);
        case F32 -> new Tolerance(64, 4e-5);
        default -> new Tolerance(1, 4e-5);
      };
    }
  }

  private void both(String constraint, Scan scan, Sizes sizes) {
    String id = constraint + scan.type.label() + "." + sizes;
    CaseBuilder forward = new CaseBuilder("selective-scan." + id, scan.forward(sizes));
    cases.accept(stable(forward).within(scan.tolerance()).build());
    CaseBuilder backward = new CaseBuilder("selective-scan-gradient." + id, scan.backward(sizes));
    cases.accept(stable(backward).within(scan.tolerance()).build());
  }

  /** Steps that last, and rates that decay, as a layer gives them. */
  private static CaseBuilder stable(CaseBuilder builder) {
    return builder.range(1, 0, 0.7).range(2, -4, -0.1);
  }

  /** A state that is one number everywhere, and one gradient for all steps. */
  private void broadcast() {
    Scan scan = new Scan(F32, Layout.CONTIGUOUS);
    SelectiveScan forward = scan.forward(new Sizes(3, 6, 20, 4, 4));
    View zero = View.of(F32, forward.initial().shape(), 0, 0, 0);
    SelectiveScan fromZero =
        new SelectiveScan(
            4,
            forward.x(),
            forward.delta(),
            forward.a(),
            forward.b(),
            forward.c(),
            zero,
            forward.y(),
            forward.last(),
            forward.kept());
    CaseBuilder builder = new CaseBuilder("selective-scan.C1.broadcast", fromZero);
    cases.accept(stable(builder).within(scan.tolerance()).build());
    SelectiveScanGradient made = scan.backward(new Sizes(3, 6, 20, 4, 4));
    SelectiveScanGradient gradient =
        new SelectiveScanGradient(
            4,
            made.x(),
            made.delta(),
            made.a(),
            made.b(),
            made.c(),
            made.kept(),
            View.of(F32, made.dY().shape(), 0, 0, 0),
            View.of(F32, made.dLast().shape(), 0, 0, 0),
            made.dX(),
            made.dDelta(),
            made.dA(),
            made.dB(),
            made.dC(),
            made.dInitial());
    builder = new CaseBuilder("selective-scan-gradient.C1.broadcast", gradient);
    cases.accept(stable(builder).within(scan.tolerance()).build());
  }

  /** Steps of length 0 pass the state on as it is, bit for bit; a state may grow, too. */
  private void unchanged() {
    Scan scan = new Scan(F32, Layout.CONTIGUOUS);
    Sizes sizes = new Sizes(2, 5, 3, 2, 2);
    cases.accept(
        new CaseBuilder("selective-scan.C1.length-0", scan.forward(sizes))
            .data(1, 0)
            .whole(4, -4, 4)
            .whole(5, -4, 4)
            .build());
    cases.accept(
        new CaseBuilder("selective-scan.C1.growing", scan.forward(sizes))
            .range(1, -0.5, 0.5)
            .range(2, -1, 1)
            .within(scan.tolerance())
            .build());
  }

  /** A NaN stays in its row and channel, but for what all channels of a row share. */
  private void notANumber() {
    Scan scan = new Scan(F32, Layout.CONTIGUOUS);
    Sizes sizes = new Sizes(2, 4, 3, 2, 2);
    double[] x = new double[2 * 4 * 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = i == 4 ? Double.NaN : i % 5 / 4.0;
    }
    CaseBuilder forward =
        new CaseBuilder("selective-scan.C2.not-a-number", scan.forward(sizes)).data(0, x);
    cases.accept(stable(forward).within(scan.tolerance()).build());
    CaseBuilder backward =
        new CaseBuilder("selective-scan-gradient.C2.not-a-number", scan.backward(sizes)).data(6, x);
    cases.accept(stable(backward).within(scan.tolerance()).build());
  }
}
