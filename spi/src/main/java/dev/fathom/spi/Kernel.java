package dev.fathom.spi;

/** A compiled {@link KernelSpec}. Immutable and thread-safe. */
public interface Kernel {
  /** {@return the spec that was compiled} */
  KernelSpec spec();
}
