package dev.fathom.spi.conformance;

/**
 * One thing that a backend must do right, see {@link ConformanceCases}. A kernel case executes one
 * spec on known data; a behaviour case tries what buffers and queues promise.
 */
public sealed interface ConformanceCase permits KernelCase, BehaviourCase {
  /**
   * {@return {@code spec.property.detail}: the spec's name, the numbered constraint or the property
   * that is tried, and with what, for example {@code contract.C3.inner-257}}
   */
  String id();
}
