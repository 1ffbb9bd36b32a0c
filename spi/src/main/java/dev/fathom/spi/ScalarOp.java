package dev.fathom.spi;

/**
 * The operations on single elements. Unless said otherwise operands and result have one type, any
 * of the value types {@code f32, f64, i32, i64}; integers wrap around; a NaN operand gives NaN.
 *
 * <p>Accuracy that conformance asks for: {@link #SQRT} and {@link #DIVIDE} 3 ulp, {@link #RSQRT} 4;
 * {@link #EXP}, {@link #LOG}, {@link #TANH}, {@link #SIGMOID}, {@link #ERF} 8 ulp in f32 and 64 in
 * f64; {@link #SIN} and {@link #COS} the same for |x| up to 100, or 2^-23 (f64: 2^-50) absolute;
 * {@link #POWER} 128 ulp. All else is exact or correctly rounded. Results below the least normal
 * number may be flushed to 0.
 */
public enum ScalarOp {
  /** {@code -x}. */
  NEGATE(1, Domain.NUMBER),
  /** {@code |x|}. */
  ABS(1, Domain.NUMBER),
  /** -1, 0 or 1 by the sign of x. */
  SIGN(1, Domain.NUMBER),
  /** {@code max(x, 0)}. */
  RELU(1, Domain.NUMBER),
  /** Square root. */
  SQRT(1, Domain.FLOATING),
  /** {@code 1 / sqrt(x)}. */
  RSQRT(1, Domain.FLOATING),
  /** e to the x. */
  EXP(1, Domain.FLOATING),
  /** Natural logarithm. */
  LOG(1, Domain.FLOATING),
  /** Sine of x in radians. */
  SIN(1, Domain.FLOATING),
  /** Cosine of x in radians. */
  COS(1, Domain.FLOATING),
  /** Hyperbolic tangent. */
  TANH(1, Domain.FLOATING),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID(1, Domain.FLOATING),
  /** The error function. */
  ERF(1, Domain.FLOATING),
  /** Largest integer not above x. */
  FLOOR(1, Domain.FLOATING),
  /** Nearest integer, ties to even. */
  ROUND(1, Domain.FLOATING),
  /** {@code x + y}. */
  ADD(2, Domain.NUMBER),
  /** {@code x - y}. */
  SUBTRACT(2, Domain.NUMBER),
  /** {@code x * y}. */
  MULTIPLY(2, Domain.NUMBER),
  /** {@code x / y}; integers truncate towards zero and division by zero gives 0. */
  DIVIDE(2, Domain.NUMBER),
  /** Remainder with the sign of x, as Java's {@code %}; integers by zero give 0. */
  REMAINDER(2, Domain.NUMBER),
  /** x to the y as {@link Math#pow}; x to the 0 is 1. */
  POWER(2, Domain.FLOATING),
  /** The smaller. */
  MIN(2, Domain.NUMBER),
  /** The larger. */
  MAX(2, Domain.NUMBER),
  /** {@code x == y} as {@code bool}; false with NaN. Also on {@code bool}. */
  EQUAL(2, Domain.COMPARE),
  /** {@code x != y} as {@code bool}; true with NaN. Also on {@code bool}. */
  NOT_EQUAL(2, Domain.COMPARE),
  /** {@code x < y} as {@code bool}; false with NaN. */
  LESS(2, Domain.COMPARE),
  /** {@code x <= y} as {@code bool}; false with NaN. */
  LESS_EQUAL(2, Domain.COMPARE),
  /** Bitwise not of an integer, logical not of a {@code bool}. */
  NOT(1, Domain.BITS),
  /** Bitwise or logical and. */
  AND(2, Domain.BITS),
  /** Bitwise or logical or. */
  OR(2, Domain.BITS),
  /** Bitwise or logical exclusive or. */
  XOR(2, Domain.BITS),
  /** {@code x << y}, y in 0 .. width - 1; integers only. */
  SHIFT_LEFT(2, Domain.BITS),
  /** {@code x >>> y}, zeros come in from the left; integers only. */
  SHIFT_RIGHT(2, Domain.BITS),
  /** {@code condition ? x : y}: a {@code bool} and two of any one type. */
  SELECT(3, Domain.SELECT),
  /**
   * Conversion from any value type to any value type. Floating to integer truncates, NaN gives 0,
   * what is too large saturates (as Java's casts); anything to {@code bool} is {@code x != 0}.
   */
  CAST(1, Domain.CAST);

  /** Which operand types an operation takes, and which type it gives. */
  public enum Domain {
    /** Any number type, gives the same. */
    NUMBER,
    /** A floating type, gives the same. */
    FLOATING,
    /** Any type, gives bool. */
    COMPARE,
    /** An integer or bool, gives the same. */
    BITS,
    /** Bool and two of one type, gives that. */
    SELECT,
    /** Any type, gives any. */
    CAST
  }

  private final int arity;
  private final Domain domain;

  ScalarOp(int arity, Domain domain) {
    this.arity = arity;
    this.domain = domain;
  }

  /** {@return the lower-case name that messages use} */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** {@return the number of operands} */
  public int arity() {
    return arity;
  }

  /** {@return the SPI version that brought it; a backend is offered none that it cannot know} */
  public int since() {
    return 1;
  }

  /** {@return which types the operation takes and gives} */
  public Domain domain() {
    return domain;
  }

  /**
   * {@return the type of the result for operands of these value types; for {@link #CAST} the
   * operand's own type}
   *
   * @throws IllegalArgumentException naming the operation, what it takes and what it got
   */
  public DType resultType(DType... operands) {
    boolean fits =
        operands.length == arity
            && switch (domain) {
              case NUMBER -> same(operands, 0) && operands[0] != DType.BOOL;
              case FLOATING -> same(operands, 0) && operands[0].isFloating();
              case COMPARE -> same(operands, 0);
              case BITS -> same(operands, 0) && !operands[0].isFloating();
              case SELECT -> operands[0] == DType.BOOL && same(operands, 1);
              case CAST -> true;
            };
    if (!fits) {
      throw new IllegalArgumentException(
          "["
              + label()
              + "] expected "
              + arity
              + " operand(s) of domain "
              + domain.name().toLowerCase(java.util.Locale.ROOT)
              + " but got "
              + java.util.Arrays.toString(operands));
    }
    return switch (domain) {
      case COMPARE -> DType.BOOL;
      case SELECT -> operands[1];
      default -> operands[0];
    };
  }

  private static boolean same(DType[] operands, int from) {
    for (int i = from; i < operands.length; i++) {
      if (operands[i] != operands[from] || operands[i] != operands[i].valueType()) {
        return false;
      }
    }
    return true;
  }
}
