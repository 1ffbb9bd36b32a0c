package dev.fathom.spi;

/** A block of device memory. What is dropped is freed in time; {@link #close()} frees it now. */
public interface Buffer extends AutoCloseable {
  /** {@return the element type} */
  DType dtype();

  /** {@return the number of elements} */
  long elements();

  /** Frees the memory; twice is once. No launch that uses the buffer may be under way. */
  @Override
  void close();
}
