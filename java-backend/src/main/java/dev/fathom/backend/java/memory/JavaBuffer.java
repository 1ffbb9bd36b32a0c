package dev.fathom.backend.java.memory;

import dev.fathom.backend.java.platform.NativeImage;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One primitive array: float[], double[], int[], long[], short[] (bf16, f16) or byte[]. */
public final class JavaBuffer implements Buffer {
  private static final int HEADER_BYTES = 16;

  /**
   * Bytes before the first element. With them and the array's header, the first element begins on a
   * cache line if the array does, as large arrays do with G1. A vector that lies across two lines
   * takes two loads: the kernel of panels ran at 141 GFLOP/s without this, at 158 with it.
   */
  private static final int LEAD_BYTES = 64 - HEADER_BYTES;

  /**
   * Unit of an array's size in a native image. Its collector stores one byte for each 512 bytes of
   * a large array in front of it; with this unit these are whole cache lines. The kernel of panels
   * ran at 120 GFLOP/s without this, at 135 with it.
   */
  private static final int IMAGE_UNIT = 64 * 512;

  /** Size from which on that collector treats an array as large. */
  private static final int IMAGE_LARGE = 1 << 17;

  private static final int MOST = Integer.MAX_VALUE - 8 - LEAD_BYTES;

  private final DType dtype;
  private final int elements;
  private Object array;

  private JavaBuffer(DType dtype, int elements, Object array) {
    this.dtype = dtype;
    this.elements = elements;
    this.array = array;
  }

  public static JavaBuffer allocate(DType dtype, long elements) {
    // HotSpot's longest array is a few elements short of 2^31 - 1.
    if (elements < 0 || elements > MOST) {
      throw new BackendException(
          "[allocate] the java backend holds up to 2^31 - 57 elements in a buffer but was asked for "
              + elements
              + " of "
              + dtype.label());
    }
    int length = length(dtype, (int) elements);
    try {
      Object array =
          switch (dtype) {
            case F32 -> new float[length];
            case F64 -> new double[length];
            case I32 -> new int[length];
            case I64 -> new long[length];
            case BF16, F16 -> new short[length];
            case I8, U8, BOOL -> new byte[length];
          };
      return new JavaBuffer(dtype, (int) elements, array);
    } catch (OutOfMemoryError e) {
      Runtime runtime = Runtime.getRuntime();
      throw new BackendException(
          "[allocate] no heap left for "
              + elements
              + " x "
              + dtype.label()
              + " ("
              + elements * dtype.bytes()
              + " bytes) within the maximum of "
              + runtime.maxMemory()
              + " bytes; raise it with -Xmx",
          e);
    }
  }

  private static int length(DType dtype, int elements) {
    int length = elements + lead(dtype);
    if (!NativeImage.RUNNING) {
      return length;
    }
    long bytes = HEADER_BYTES + (long) length * dtype.bytes();
    long units = Math.ceilDiv(bytes, IMAGE_UNIT);
    long filled = (units * IMAGE_UNIT - HEADER_BYTES) / dtype.bytes();
    return bytes < IMAGE_LARGE || filled > MOST ? length : (int) filled;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public long elements() {
    return elements;
  }

  /** {@return the array behind a binding, a float[] for f32 and so on} */
  public static Object array(Binding binding) {
    Object array = ((JavaBuffer) binding.buffer()).array;
    if (array == null) {
      throw new IllegalStateException("the buffer is closed");
    }
    return array;
  }

  public static float[] floats(Binding binding) {
    return (float[]) array(binding);
  }

  static double[] doubles(Binding binding) {
    return (double[]) array(binding);
  }

  public static int[] ints(Binding binding) {
    return (int[]) array(binding);
  }

  static long[] longs(Binding binding) {
    return (long[]) array(binding);
  }

  public static byte[] bytes(Binding binding) {
    return (byte[]) array(binding);
  }

  /** {@return the binding's offset as an array index} */
  public static int offset(Binding binding) {
    return (int) binding.offset() + lead(binding.buffer().dtype());
  }

  private static int lead(DType dtype) {
    return LEAD_BYTES / dtype.bytes();
  }

  /** Copies all of {@code host} to {@code binding}, or the other way round. */
  public static void transfer(Binding binding, MemorySegment host, boolean toDevice) {
    DType dtype = binding.buffer().dtype();
    long count = host.byteSize() / dtype.bytes();
    if (count * dtype.bytes() != host.byteSize()) {
      throw new IllegalArgumentException(
          "[transfer] expected whole elements of "
              + dtype.label()
              + " but got "
              + host.byteSize()
              + " bytes");
    }
    if (binding.offset() < 0 || binding.offset() + count > binding.buffer().elements()) {
      throw new IllegalArgumentException(
          "[transfer] expected a range inside "
              + binding.buffer().elements()
              + " elements but got "
              + count
              + " from "
              + binding.offset());
    }
    Object array = array(binding);
    ValueLayout layout =
        switch (dtype) {
          case F32 -> ValueLayout.JAVA_FLOAT_UNALIGNED;
          case F64 -> ValueLayout.JAVA_DOUBLE_UNALIGNED;
          case I32 -> ValueLayout.JAVA_INT_UNALIGNED;
          case I64 -> ValueLayout.JAVA_LONG_UNALIGNED;
          case BF16, F16 -> ValueLayout.JAVA_SHORT_UNALIGNED;
          case I8, U8, BOOL -> ValueLayout.JAVA_BYTE;
        };
    if (toDevice) {
      MemorySegment.copy(host, layout, 0, array, offset(binding), (int) count);
    } else {
      MemorySegment.copy(array, offset(binding), host, layout, 0, (int) count);
    }
  }

  public static void copy(Binding source, Binding target, long count) {
    System.arraycopy(
        array(source), offset(source), array(target), offset(target), Math.toIntExact(count));
  }

  @Override
  public void close() {
    array = null;
  }

  @Override
  public String toString() {
    return dtype.label() + "[" + elements + "]" + (array == null ? " closed" : "");
  }
}
