package dev.fathom.spi;

/**
 * A block of device memory. A buffer that nothing refers to is freed some time later; {@link
 * #close()} frees it at once.
 */
public interface Buffer extends AutoCloseable {
  /** {@return the element type} */
  DType dtype();

  /** {@return the number of elements} */
  long elements();

  /**
   * Frees the memory. A second call does nothing. No launch that uses the buffer may be under way.
   */
  @Override
  void close();
}
