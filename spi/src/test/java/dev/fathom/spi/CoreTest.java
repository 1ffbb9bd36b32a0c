package dev.fathom.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every backend must accept is what SPI 1 asked for, however the SPI grows. */
class CoreTest {
  private static final Shape SHAPE = Shape.of(2, 3);

  private static View view(DType dtype, long... sizes) {
    return View.contiguous(dtype, Shape.of(sizes));
  }

  /** {@return every simple form there is, by what tells it apart} */
  private static List<String> core() {
    List<String> core = new ArrayList<>();
    for (DType dtype : DType.values()) {
      note(core, "fused copy " + dtype.label(), fused(List.of(dtype), dtype, leaf(0, dtype)));
      for (DType stored : DType.values()) {
        if (stored != dtype && stored.valueType() == dtype.valueType()) {
          note(
              core,
              "fused store " + dtype.label() + " as " + stored.label(),
              fused(List.of(dtype), stored, leaf(0, dtype)));
        }
      }
      if (dtype == dtype.valueType()) {
        leaves(core, dtype);
        for (DType target : DType.values()) {
          if (target == target.valueType()) {
            operation(core, ScalarOp.CAST, target, dtype);
          }
        }
      }
    }
    for (ScalarOp op : ScalarOp.values()) {
      operations(core, op);
    }
    for (DType dtype : DType.values()) {
      for (ReduceOp op : ReduceOp.values()) {
        if (dtype.valueType() != DType.BOOL) {
          DType result = op.isPosition() ? DType.I32 : dtype;
          Reduce spec = new Reduce(op, Source.of(view(dtype, 2, 3)), 1, view(result, 2));
          note(core, "reduce " + op + " " + dtype.label(), spec);
        }
      }
      if (dtype.valueType() != DType.BOOL) {
        note(core, "contract " + dtype.label(), contract(dtype, Epilogue.store(view(dtype, 2, 4))));
      }
      for (DType index : List.of(DType.I32, DType.I64)) {
        String types = dtype.label() + " by " + index.label();
        note(
            core,
            "gather " + types,
            new Gather(view(dtype, 5, 3), view(index, 2), view(dtype, 2, 3)));
        for (Scatter.Mode mode : Scatter.Mode.values()) {
          if (dtype != DType.BOOL || mode == Scatter.Mode.SET) {
            note(
                core,
                "scatter " + mode + " " + types,
                new Scatter(mode, view(index, 2), view(dtype, 2, 3), view(dtype, 5, 3)));
          }
        }
      }
    }
    return core;
  }

  private static void note(List<String> core, String name, KernelSpec spec) {
    if (spec.isCore()) {
      core.add(name);
    }
  }

  private static Contract contract(DType dtype, Epilogue epilogue) {
    return new Contract(
        Source.of(view(dtype, 2, 3)),
        Source.of(view(dtype, 4, 3)),
        0,
        1,
        dtype.valueType(),
        epilogue);
  }

  private static Expression leaf(int index, DType dtype) {
    return new Expression(List.of(new Expression.Node.Input(index, dtype.valueType())), List.of(0));
  }

  private static Fused fused(List<DType> inputs, DType output, Expression map) {
    return new Fused(
        SHAPE,
        inputs.stream().map(dtype -> View.contiguous(dtype, SHAPE)).toList(),
        map,
        List.of(View.contiguous(output, SHAPE)));
  }

  private static void leaves(List<String> core, DType dtype) {
    Expression.Node constant = new Expression.Node.Constant(1, dtype);
    Expression.Node scalar = new Expression.Node.Scalar(0, dtype);
    Expression.Node index = new Expression.Node.Index(1, dtype);
    for (Expression.Node node : List.of(constant, scalar, index)) {
      if (node != index || dtype.isInteger()) {
        note(
            core,
            "fused " + node.getClass().getSimpleName().toLowerCase() + " " + dtype.label(),
            fused(List.of(), dtype, new Expression(List.of(node), List.of(0))));
      }
    }
  }

  private static void operations(List<String> core, ScalarOp op) {
    for (DType dtype : DType.values()) {
      DType[] operands = new DType[op.arity()];
      Arrays.fill(operands, dtype);
      if (op == ScalarOp.SELECT) {
        operands[0] = DType.BOOL;
      }
      try {
        if (op != ScalarOp.CAST) {
          operation(core, op, op.resultType(operands), operands);
        }
      } catch (IllegalArgumentException notOfThisType) {
        assertFalse(notOfThisType.getMessage().isEmpty());
      }
    }
  }

  private static void operation(List<String> core, ScalarOp op, DType result, DType... operands) {
    List<Expression.Node> nodes = new ArrayList<>();
    List<Integer> arguments = new ArrayList<>();
    for (DType operand : operands) {
      arguments.add(nodes.size());
      nodes.add(new Expression.Node.Input(nodes.size(), operand.valueType()));
    }
    nodes.add(new Expression.Node.Apply(op, result, arguments));
    Expression map = new Expression(nodes, List.of(nodes.size() - 1));
    String types = Arrays.stream(operands).map(DType::label).collect(Collectors.joining(", "));
    note(
        core,
        "fused " + op.label() + " " + types + " -> " + result.label(),
        fused(List.of(operands), result, map));
  }

  @Test
  void theCoreIsThatOfSpi1() throws IOException {
    List<String> core = core();
    try (var frozen = CoreTest.class.getResourceAsStream("core.txt")) {
      assertEquals(new String(frozen.readAllBytes()), String.join("\n", core) + "\n");
    }
  }

  /** The forms beyond: two operations, two outputs, what is computed on the way in or out. */
  @Test
  void nothingElseIsCore() {
    DType f32 = DType.F32;
    assertFalse(twice(f32).isCore());
    View out = view(f32, 2, 4);
    Expression relu = relu();
    assertFalse(contract(f32, new Epilogue(relu, List.of(), List.of(out))).isCore());
    View x = view(f32, 2, 3);
    assertFalse(new Reduce(ReduceOp.SUM, new Source(List.of(x), relu), 1, view(f32, 2)).isCore());
    Expression both = new Expression(relu.nodes(), List.of(0, 1));
    assertFalse(new Fused(SHAPE, List.of(x), both, List.of(x, x)).isCore());
  }

  private static Expression relu() {
    Expression.Builder builder = new Expression.Builder();
    return builder.build(builder.apply(ScalarOp.RELU, builder.input(0, DType.F32)));
  }

  private static Fused twice(DType dtype) {
    Expression.Builder builder = new Expression.Builder();
    int once = builder.apply(ScalarOp.NEGATE, builder.input(0, dtype));
    return fused(List.of(dtype), dtype, builder.build(builder.apply(ScalarOp.ABS, once)));
  }

  /** Whatever part is the newest decides. */
  @Test
  void aSpecIsAsNewAsItsNewestPart() {
    ToIntFunction<DType> old = dtype -> 1;
    ToIntFunction<ScalarOp> oldOps = op -> 1;
    ToIntFunction<ScalarOp> newRelu = op -> op == ScalarOp.RELU ? 7 : 1;
    ToIntFunction<DType> newHalf = dtype -> dtype == DType.F16 ? 5 : 1;
    Expression relu = relu();
    View x = view(DType.F32, 2, 3);
    View y = view(DType.F32, 2, 4);
    View half = view(DType.F16, 2, 4);
    Source computed = new Source(List.of(x), relu);
    Source plain = Source.of(x);
    Epilogue store = Epilogue.store(y);
    List<KernelSpec> withRelu =
        List.of(
            new Fused(SHAPE, List.of(x), relu, List.of(x)),
            new Reduce(ReduceOp.SUM, computed, 1, view(DType.F32, 2)),
            new Contract(computed, Source.of(view(DType.F32, 4, 3)), 0, 1, DType.F32, store),
            new Contract(
                plain, new Source(List.of(view(DType.F32, 4, 3)), relu), 0, 1, DType.F32, store),
            contract(DType.F32, new Epilogue(relu, List.of(), List.of(y))),
            convolve(new Epilogue(relu, List.of(), List.of(view(DType.F32, 1, 1, 2)))));
    for (KernelSpec spec : withRelu) {
      assertEquals(1, Check.since(spec, old, oldOps), spec.toString());
      assertEquals(7, Check.since(spec, old, newRelu), spec.toString());
      assertEquals(1, spec.since());
    }
    assertEquals(5, Check.since(contract(DType.F32, Epilogue.store(half)), newHalf, oldOps));
    assertEquals(5, Check.since(new Softmax(false, half, half), newHalf, oldOps));
    Pack pack = new Pack(x, new OperandLayout("id", DType.F16, 9));
    assertEquals(5, Check.since(pack, newHalf, oldOps));
    Normalise normalise =
        new Normalise(
            1, x, view(DType.F32, 3), Optional.empty(), x, view(DType.F32, 2), Optional.empty());
    assertEquals(2, Check.since(normalise, old, oldOps));
    assertEquals(2, normalise.since());
    assertEquals(9, Check.since(normalise, dtype -> 9, oldOps));
  }

  private static Convolve convolve(Epilogue epilogue) {
    return new Convolve(
        Convolve.Role.OUTPUT,
        List.of(new Window(2, 1, 0, 0, 1)),
        1,
        DType.F32,
        view(DType.F32, 1, 1, 3),
        view(DType.F32, 1, 1, 2),
        epilogue);
  }
}
