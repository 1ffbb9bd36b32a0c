package dev.fathom.spi;

import java.util.List;

/** A compiled {@link KernelSpec}. Immutable and thread-safe. */
public interface Kernel {
  /** {@return the spec that was compiled} */
  KernelSpec spec();

  /**
   * {@return what there is to say about how it is computed, a clause each, for people: for example
   * why it is slower than it could be. Nothing by default}
   */
  default List<String> remarks() {
    return List.of();
  }
}
