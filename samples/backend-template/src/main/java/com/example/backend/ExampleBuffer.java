package com.example.backend;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.fathom.spi.BackendException;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory outside the Java heap, zeroed, freed when nothing refers to it any more. Whatever the
 * element type, an element can be read as {@code double} or {@code long} and written as either:
 * {@code set} converts as {@link dev.fathom.spi.ScalarOp#CAST} does, which is how Java casts.
 */
final class ExampleBuffer implements Buffer {
  private static final int ALIGNMENT = 64;

  private final DType dtype;
  private final long elements;
  final MemorySegment memory;

  ExampleBuffer(DType dtype, long elements) {
    this.dtype = dtype;
    this.elements = elements;
    try {
      memory = Arena.ofAuto().allocate(Math.multiplyExact(elements, dtype.bytes()), ALIGNMENT);
    } catch (OutOfMemoryError full) {
      throw new BackendException("[allocate] no room for " + elements + " x " + dtype, full);
    }
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public long elements() {
    return elements;
  }

  @Override
  public void close() {}

  double getDouble(long at) {
    return switch (dtype) {
      case F32 -> memory.getAtIndex(JAVA_FLOAT, at);
      case F64 -> memory.getAtIndex(JAVA_DOUBLE, at);
      default -> getLong(at);
    };
  }

  long getLong(long at) {
    return switch (dtype) {
      case I32 -> memory.getAtIndex(JAVA_INT, at);
      case I64 -> memory.getAtIndex(JAVA_LONG, at);
      case BOOL -> memory.get(JAVA_BYTE, at);
      default -> throw new IllegalStateException("no integers in " + dtype);
    };
  }

  void set(long at, double value) {
    switch (dtype) {
      case F32 -> memory.setAtIndex(JAVA_FLOAT, at, (float) value);
      case F64 -> memory.setAtIndex(JAVA_DOUBLE, at, value);
      case I32 -> memory.setAtIndex(JAVA_INT, at, (int) value);
      case I64 -> memory.setAtIndex(JAVA_LONG, at, (long) value);
      case BOOL -> memory.set(JAVA_BYTE, at, (byte) (value != 0 ? 1 : 0));
      default -> throw new IllegalStateException("no arithmetic in " + dtype);
    }
  }

  void set(long at, long value) {
    switch (dtype) {
      case F32 -> memory.setAtIndex(JAVA_FLOAT, at, (float) value);
      case F64 -> memory.setAtIndex(JAVA_DOUBLE, at, (double) value);
      case I32 -> memory.setAtIndex(JAVA_INT, at, (int) value);
      case I64 -> memory.setAtIndex(JAVA_LONG, at, value);
      case BOOL -> memory.set(JAVA_BYTE, at, (byte) (value != 0 ? 1 : 0));
      default -> throw new IllegalStateException("no arithmetic in " + dtype);
    }
  }

  /** Writes element {@code from} of {@code source} to element {@code at}, converted. */
  void copy(long at, ExampleBuffer source, long from) {
    if (source.dtype.isFloating()) {
      set(at, source.getDouble(from));
    } else {
      set(at, source.getLong(from));
    }
  }
}
