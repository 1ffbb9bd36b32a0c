package dev.fathom.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
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

  @Test
  void attentionChecksShapesTypesAndRates() {
    View x = view(DType.F32, 2, 4, 5, 8);
    refuses("[attention] C1", () -> attention(x, view(DType.F32, 2, 3, 7, 8), x, 0));
    refuses("[attention] C1", () -> attention(x, view(DType.F32, 2, 2, 7, 6), x, 0));
    refuses("[attention] C2", () -> attention(x, x, view(DType.F64, 2, 4, 5, 8), 0));
    refuses("[attention] C3", () -> attention(x, x, x, 1));
    assertEquals(2, attention(x, x, x, 0.5).since());
    assertEquals(3, attention(x, x, x, 0.5).scalarCount());
  }

  private static Attention attention(View queries, View keys, View values, double rate) {
    return new Attention(
        false,
        1,
        true,
        Optional.of(new Attention.Dropout(rate, 0)),
        queries,
        keys,
        values,
        Optional.empty(),
        queries,
        view(DType.F32, 2, 4, 5));
  }

  @Test
  void normaliseChecksShapesAndTypes() {
    View x = view(DType.F32, 3, 4);
    View row = view(DType.F32, 3);
    refuses("[normalise] C1", () -> normalise(x, view(DType.F32, 3), row));
    refuses("[normalise] C1", () -> normalise(x, view(DType.F32, 4), view(DType.F32, 4)));
    refuses("[normalise] C1", () -> normalise(view(DType.F32, 3, 0), view(DType.F32, 0), row));
    refuses("[normalise] C2", () -> normalise(x, view(DType.BF16, 4), row));
    assertEquals(2, normalise(x, view(DType.F32, 4), row).since());
  }

  private static Normalise normalise(View x, View weight, View rstd) {
    return new Normalise(1, x, weight, Optional.empty(), x, rstd, Optional.empty());
  }

  private static void refuses(String beginning, Executable made) {
    String message = assertThrows(IllegalArgumentException.class, made).getMessage();
    assertTrue(message.startsWith(beginning), message);
  }
}
