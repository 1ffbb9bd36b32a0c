package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Gather;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * The cases that a conforming backend passes. The data of a case are drawn from its id, so they are
 * the same on every machine and at every run.
 */
public final class ConformanceCases {
  private ConformanceCases() {}

  /** {@return all cases; they run in seconds} */
  public static List<ConformanceCase> all() {
    List<ConformanceCase> cases = new ArrayList<>();
    BehaviourCases.add(cases::add);
    new ElementwiseCases(cases::add).add();
    new ReduceCases(cases::add).add();
    new ContractCases(cases::add).add();
    new ConvolveCases(cases::add).add();
    new IndexCases(cases::add).add();
    RandomCases.add(cases::add);
    new CompositeCases(cases::add).add();
    new RecurrentCases(cases::add).add();
    new ScanCases(cases::add).add();
    new NormaliseCases(cases::add).add();
    new AttentionCases(cases::add).add();
    return cases;
  }

  /** {@return a few cases that run in milliseconds: does the device compute at all?} */
  public static List<ConformanceCase> selfTest() {
    View row = View.contiguous(DType.F32, Shape.of(129));
    Fused add =
        new Fused(
            row.shape(),
            List.of(row, row),
            ElementwiseCases.binary(ScalarOp.ADD, DType.F32),
            List.of(row));
    Fused exp =
        new Fused(
            row.shape(),
            List.of(row),
            ElementwiseCases.unary(ScalarOp.EXP, DType.F32),
            List.of(row));
    View table = Layout.TRANSPOSED.of(DType.F32, 5, 7);
    Gather gather =
        new Gather(
            table,
            View.contiguous(DType.I32, Shape.of(9)),
            View.contiguous(DType.F32, Shape.of(9, 7)));
    return List.of(
        new CaseBuilder("self-test.fused.add", add).build(),
        new CaseBuilder("self-test.fused.exp", exp).within(8, 0).build(),
        new CaseBuilder(
                "self-test.reduce.sum",
                ReduceCases.plain(ReduceOp.SUM, Layout.GAPPED.of(DType.F32, 5, 33), 1))
            .whole()
            .build(),
        new CaseBuilder("self-test.contract", ContractCases.matmul(DType.F32, 7, 17, 33))
            .whole()
            .build(),
        new CaseBuilder("self-test.gather", gather).whole(1, -1, 5).build(),
        ConvolveCases.first());
  }
}
