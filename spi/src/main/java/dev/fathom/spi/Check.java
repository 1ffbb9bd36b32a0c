package dev.fathom.spi;

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

  /** {@return whether all operands have types of the required core} */
  static boolean coreTypes(KernelSpec spec) {
    return Stream.concat(spec.inputs().stream(), spec.outputs().stream())
        .allMatch(
            view ->
                switch (view.dtype()) {
                  case F32, F64, I32, I64, BOOL -> true;
                  case I8, U8, BF16, F16 -> false;
                });
  }
}
