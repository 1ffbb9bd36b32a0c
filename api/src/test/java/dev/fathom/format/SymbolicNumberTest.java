package dev.fathom.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolicNumberTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0, batch",
    "-1, 0, -batch",
    "2, 3, 2*batch+3",
    "1, -1, batch-1",
    "-3, 7, -3*batch+7",
    "9223372036854775807, -9223372036854775808, 9223372036854775807*batch-9223372036854775808",
  })
  void isSpelledInOneWay(long perBatch, long constant, String text) {
    SymbolicNumber number = new SymbolicNumber(perBatch, constant);
    assertEquals(text, number.toString());
    assertEquals(TextNode.valueOf(text), number.json());
    assertEquals(Optional.of(number), SymbolicNumber.of(TextNode.valueOf(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "28",
        "+batch",
        "1*batch",
        "-1*batch",
        "0*batch",
        "batch+0",
        "batch+03",
        "02*batch",
        "batch*2",
        "batch+batch",
        " batch",
        "batch ",
        "2batch",
        "Batch",
        "3+batch",
        "--batch",
        "9223372036854775808*batch",
        "batch+9223372036854775808",
        "batch+3\n",
      })
  void anyOtherTextIsNoNumber(String text) {
    assertEquals(Optional.empty(), SymbolicNumber.of(TextNode.valueOf(text)));
  }

  @Test
  void wholeNumbersOfJsonAreNumbers() {
    assertEquals(Optional.of(new SymbolicNumber(0, -28)), SymbolicNumber.of(LongNode.valueOf(-28)));
    assertEquals(LongNode.valueOf(-28), new SymbolicNumber(0, -28).json());
    assertEquals(Optional.empty(), SymbolicNumber.of(DoubleNode.valueOf(28)));
    assertEquals(
        Optional.empty(),
        SymbolicNumber.of(GraphFiles.JSON.getNodeFactory().numberNode(BigInteger.TWO.pow(63))));
  }

  @Test
  void goesThroughTwoPoints() {
    assertEquals(Optional.of(new SymbolicNumber(2, 3)), SymbolicNumber.through(5, 13, 9, 21));
    assertEquals(Optional.of(new SymbolicNumber(-1, 4)), SymbolicNumber.through(5, -1, 9, -5));
    assertEquals(Optional.empty(), SymbolicNumber.through(5, 13, 9, 20));
    assertEquals(13, new SymbolicNumber(2, 3).at(5));
    assertThrows(ArithmeticException.class, () -> SymbolicNumber.through(1, Long.MIN_VALUE, 2, 1));
    assertThrows(ArithmeticException.class, () -> new SymbolicNumber(Long.MAX_VALUE, 0).at(2));
  }
}
