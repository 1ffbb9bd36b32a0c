package dev.fathom.compile;

import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.DType;
import java.util.Optional;

/** Where a launch takes a run-time scalar from. */
sealed interface ScalarSource {
  /** The program's scalar of that name. */
  record Named(String name, DType dtype) implements ScalarSource {}

  /** A number known when the program was compiled, as raw bits. */
  record Fixed(long bits) implements ScalarSource {}

  /** {@return the source of a rank-0 value that travels with the launch, if it is one} */
  static Optional<ScalarSource> of(Value value) {
    return switch (value.node().op()) {
      case Op.Scalar(String name, DType dtype) -> Optional.of(new Named(name, dtype));
      case Op.Constant constant when value.shape().rank() == 0 ->
          Optional.of(new Fixed(constant.bits()));
      case Op.Barrier _ -> of(value.node().inputs().getFirst());
      default -> Optional.empty();
    };
  }
}
