package dev.fathom.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SpecTest {
  private static View view(DType dtype, long... sizes) {
    return View.contiguous(dtype, Shape.of(sizes));
  }

  private static Contract contract(DType operand, DType accumulator, DType result) {
    return new Contract(
        Source.of(view(operand, 2, 3)),
        Source.of(view(operand, 4, 3)),
        0,
        1,
        accumulator,
        Epilogue.store(view(result, 2, 4)));
  }

  private static Fused copy(DType dtype) {
    View view = view(dtype, 5);
    return new Fused(view.shape(), List.of(view), Expression.identity(dtype), List.of(view));
  }

  @Test
  void theCoreIsFiveTypes() {
    for (DType dtype : DType.values()) {
      boolean core =
          List.of(DType.F32, DType.F64, DType.I32, DType.I64, DType.BOOL).contains(dtype);
      assertEquals(core, copy(dtype).isCore(), dtype.label());
    }
  }

  @Test
  void aCoreContractHasOneType() {
    assertTrue(contract(DType.F32, DType.F32, DType.F32).isCore());
    assertTrue(contract(DType.I64, DType.I64, DType.I64).isCore());
    assertFalse(contract(DType.F32, DType.F64, DType.F64).isCore());
    assertFalse(contract(DType.BF16, DType.F32, DType.F32).isCore());
    assertFalse(contract(DType.F32, DType.F32, DType.BF16).isCore());
  }

  @Test
  void anExpressionReadsItsOperandsInTheirTypes() {
    View x = view(DType.F32, 5);
    Expression second =
        new Expression(List.of(new Expression.Node.Input(1, DType.F32)), List.of(0));
    Expression wide = Expression.identity(DType.F64);
    View y = view(DType.F64, 5);
    refuses("[fused] C5", () -> new Fused(x.shape(), List.of(x), second, List.of(x)));
    refuses("[fused] C5", () -> new Fused(x.shape(), List.of(x), wide, List.of(y)));
    refuses("[source] C4", () -> new Source(List.of(x), wide));
    refuses("[contract] C6", () -> contract(DType.F32, DType.F32, DType.F64));
  }

  private static void refuses(String beginning, Executable made) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
