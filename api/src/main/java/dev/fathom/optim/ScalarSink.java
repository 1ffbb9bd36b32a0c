package dev.fathom.optim;

/** Takes run-time scalars by name, such as a session. */
@FunctionalInterface
public interface ScalarSink {
  /** Sets the floating scalar {@code name} for the next run. */
  void setDouble(String name, double value);
}
