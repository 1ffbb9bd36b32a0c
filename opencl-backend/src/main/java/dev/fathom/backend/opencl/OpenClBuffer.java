package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClBuffer;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;

/** Device memory with its element type. */
record OpenClBuffer(DType dtype, long elements, ClBuffer memory) implements Buffer {
  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "opencl buffer of " + elements + " " + dtype.label();
  }
}
