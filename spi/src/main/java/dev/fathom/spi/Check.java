package dev.fathom.spi;

import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Checks the constraints of specs, and reports a broken one. */
final class Check {
  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return type.getSimpleName()
              .replaceAll("([a-z])([A-Z])", "$1-$2")
              .toLowerCase(java.util.Locale.ROOT);
        }
      };

  private Check() {}

  /** {@return the name of a spec for messages, {@code max-pool} for {@link MaxPool}} */
  static String name(Class<?> spec) {
    return NAMES.get(spec);
  }

  /** Throws unless {@code holds}: "[contract] C2: expected ... but got ...". */
  static void that(boolean holds, String spec, String constraint, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + spec + "] " + constraint + ": expected " + expected + " but got " + actual);
    }
  }

  /** {@return the greatest version of the spec's parts, see {@link KernelSpec#since}} */
  static int since(
      KernelSpec spec, ToIntFunction<DType> types, ToIntFunction<ScalarOp> operations) {
    int since = spec.recordSince();
    for (View view : spec.inputs()) {
      since = Math.max(since, types.applyAsInt(view.dtype()));
    }
    for (View view : spec.outputs()) {
      since = Math.max(since, types.applyAsInt(view.dtype()));
    }
    for (Expression expression : spec.expressions()) {
      for (Expression.Node node : expression.nodes()) {
        since = Math.max(since, types.applyAsInt(node.type()));
        if (node instanceof Expression.Node.Apply apply) {
          since = Math.max(since, operations.applyAsInt(apply.op()));
        }
      }
    }
    return since;
  }

  /** {@return whether all types and operations are of the required core, which SPI 1 fixed} */
  static boolean coreParts(KernelSpec spec) {
    return spec.since() == 1
        && Stream.concat(spec.inputs().stream(), spec.outputs().stream())
            .allMatch(
                view ->
                    switch (view.dtype()) {
                      case F32, F64, I32, I64, BOOL -> true;
                      case I8, U8, BF16, F16 -> false;
                    });
  }
}
