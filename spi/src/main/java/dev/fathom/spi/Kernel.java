package dev.fathom.spi;

/** A compiled {@link KernelSpec}. Immutable and thread-safe. */
public interface Kernel {
  /** {@return what was compiled} */
  KernelSpec spec();
}
