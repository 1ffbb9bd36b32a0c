package dev.fathom.optim;

/** Takes run-time scalars by name, such as a session. */
@FunctionalInterface
public interface ScalarSink {
  /** Sets the f32 scalar {@code name} for the next run. */
  void setFloat(String name, float value);
}
