package dev.fathom.model;

import dev.fathom.format.Safetensors;
import dev.fathom.nn.Layout;
import dev.fathom.spi.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors of f32, in one flat array or where a file has them. Those of a file are read when
 * they are used, and may be stored as bf16. Safe for several threads.
 */
public final class Weights {
  private final Layout layout;
  private final Tensors tensors;
  private volatile float[] values;

  /**
   * Tensors where they lie. Immutable; anybody may write one.
   *
   * @see Weights#Weights(Layout, Tensors)
   */
  public interface Tensors {
    /** {@return the type of a tensor, f32 or bf16} */
    DType type(Layout.Slot slot);

    /** {@return the elements of a tensor in its type, row-major, little-endian; read-only} */
    MemorySegment elements(Layout.Slot slot);
  }

  /**
   * Tensors in one flat array.
   *
   * @param values {@code layout.elements()} numbers; do not change them
   */
  public Weights(Layout layout, float[] values) {
    if (values.length != layout.elements()) {
      throw new IllegalArgumentException(
          "[weights] expected %d values but got %d".formatted(layout.elements(), values.length));
    }
    this.layout = layout;
    this.tensors = null;
    this.values = values;
  }

  /** Tensors elsewhere. */
  public Weights(Layout layout, Tensors tensors) {
    this.layout = layout;
    this.tensors = tensors;
  }

  /** {@return the initial values of the tensors} */
  public static Weights initial(Layout layout, long seed) {
    return new Weights(layout, layout.initial(seed));
  }

  /** {@return the tensors and their places in the flat array} */
  public Layout layout() {
    return layout;
  }

  /**
   * {@return {@code layout.elements()} numbers; do not change them} Those of a file become an array
   * now.
   *
   * @throws IllegalArgumentException if they are too many for an array
   */
  public float[] values() {
    if (values == null) {
      synchronized (this) {
        if (values == null) {
          float[] read = new float[count(layout)];
          for (Layout.Slot slot : layout.slots()) {
            MemorySegment.copy(
                widened(slot), 0, MemorySegment.ofArray(read), 4 * slot.offset(), bytes(slot, 4));
          }
          values = read;
        }
      }
    }
    return values;
  }

  /**
   * {@return the elements of a tensor, row-major, little-endian; read-only}
   *
   * @param type f32 or bf16, to which they are rounded
   */
  public MemorySegment elements(Layout.Slot slot, DType type) {
    return (type == DType.BF16 ? bf16(slot) : f32(slot)).asReadOnly();
  }

  private MemorySegment f32(Layout.Slot slot) {
    return tensors == null ? segment(values, slot) : widened(slot);
  }

  private MemorySegment bf16(Layout.Slot slot) {
    if (tensors != null && tensors.type(slot) == DType.BF16) {
      return tensors.elements(slot);
    }
    MemorySegment wide = f32(slot);
    short[] bits = new short[Math.toIntExact(slot.shape().elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = BFloat16.of(wide.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i));
    }
    return MemorySegment.ofArray(bits);
  }

  private MemorySegment widened(Layout.Slot slot) {
    MemorySegment elements = tensors.elements(slot);
    if (tensors.type(slot) == DType.F32) {
      return elements;
    }
    float[] wide = new float[Math.toIntExact(slot.shape().elements())];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = BFloat16.toFloat(elements.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i));
    }
    return MemorySegment.ofArray(wide);
  }

  /** Writes all tensors of some groups to one safetensors file, as f32; their names differ. */
  public static void write(Path file, Weights... groups) throws IOException {
    write(file, DType.F32, groups);
  }

  /**
   * Writes all tensors of some groups to one safetensors file; their names differ.
   *
   * @param type of matrices, f32 or bf16; all else is f32
   */
  static void write(Path file, DType type, Weights... groups) throws IOException {
    Map<String, Safetensors.Source> written = new LinkedHashMap<>();
    for (Weights group : groups) {
      for (Layout.Slot slot : group.layout.slots()) {
        DType stored = type(slot, type);
        written.put(
            slot.name(),
            new Safetensors.Source(stored, slot.shape(), () -> group.elements(slot, stored)));
      }
    }
    Safetensors.write(file, Map.of(), written);
  }

  /** {@return the stored type of a tensor, where matrices are stored as {@code matrices}} */
  static DType type(Layout.Slot slot, DType matrices) {
    return slot.shape().rank() == 2 ? matrices : DType.F32;
  }

  /** {@return these with the values that they have after being stored, matrices as {@code type}} */
  public Weights stored(DType type) {
    float[] rounded = values().clone();
    for (Layout.Slot slot : layout.slots()) {
      if (type(slot, type) == DType.BF16) {
        int end = (int) (slot.offset() + slot.shape().elements());
        for (int i = (int) slot.offset(); i < end; i++) {
          rounded[i] = BFloat16.toFloat(BFloat16.of(rounded[i]));
        }
      }
    }
    return new Weights(layout, rounded);
  }

  /**
   * {@return the tensors of {@code layout} from an open file, where they are f32 or bf16}
   *
   * @throws IllegalArgumentException if one is missing or of another type or shape, naming it
   */
  public static Weights read(Safetensors file, Layout layout) throws IOException {
    check(file, layout);
    // Only now, that the file was seen to hold as many, is there memory for them.
    float[] values = new float[count(layout)];
    for (Layout.Slot slot : layout.slots()) {
      Safetensors.Entry entry = file.entries().get(slot.name());
      if (entry.dtype() == DType.F32) {
        file.read(slot.name(), segment(values, slot));
      } else {
        short[] bits = new short[Math.toIntExact(slot.shape().elements())];
        file.read(slot.name(), MemorySegment.ofArray(bits));
        for (int i = 0; i < bits.length; i++) {
          values[(int) slot.offset() + i] = BFloat16.toFloat(bits[i]);
        }
      }
    }
    return new Weights(layout, values);
  }

  /**
   * {@return the same without copying them: they stay in the file, which is mapped and must not
   * change}
   *
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Weights mapped(Safetensors file, Layout layout) throws IOException {
    check(file, layout);
    Map<String, MemorySegment> segments = new LinkedHashMap<>();
    Map<String, DType> types = new LinkedHashMap<>();
    for (Layout.Slot slot : layout.slots()) {
      segments.put(slot.name(), file.map(slot.name()));
      types.put(slot.name(), file.entries().get(slot.name()).dtype());
    }
    return new Weights(
        layout,
        new Tensors() {
          @Override
          public DType type(Layout.Slot slot) {
            return types.get(slot.name());
          }

          @Override
          public MemorySegment elements(Layout.Slot slot) {
            return segments.get(slot.name());
          }
        });
  }

  private static void check(Safetensors file, Layout layout) {
    for (Layout.Slot slot : layout.slots()) {
      Safetensors.Entry entry = file.entries().get(slot.name());
      if (entry == null
          || entry.dtype() != DType.F32 && entry.dtype() != DType.BF16
          || !entry.shape().equals(slot.shape())) {
        throw new IllegalArgumentException(
            "[weights] expected a tensor '%s' f32%s but got %s"
                .formatted(
                    slot.name(),
                    slot.shape(),
                    entry == null ? "none" : entry.dtype().label() + entry.shape()));
      }
    }
  }

  private static int count(Layout layout) {
    if (layout.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "[weights] expected fewer than 2^31 values but got " + layout.elements());
    }
    return (int) layout.elements();
  }

  private static MemorySegment segment(float[] values, Layout.Slot slot) {
    return MemorySegment.ofArray(values).asSlice(slot.offset() * Float.BYTES, bytes(slot, 4));
  }

  private static long bytes(Layout.Slot slot, int each) {
    return slot.shape().elements() * each;
  }
}
