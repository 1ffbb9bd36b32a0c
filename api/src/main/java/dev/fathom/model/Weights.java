package dev.fathom.model;

import dev.fathom.format.Safetensors;
import dev.fathom.nn.Layout;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors of f32, in one flat array or where a file has them. Those of a file are read when
 * they are used, and may be stored as bf16, or as i8 with a factor for each row of a matrix. Safe
 * for several threads.
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
    /** {@return the type of a tensor, f32, bf16 or i8} */
    DType type(Layout.Slot slot);

    /** {@return the elements of a tensor in its type, row-major, little-endian; read-only} */
    MemorySegment elements(Layout.Slot slot);

    /** {@return what the elements of a tensor of i8 are multiplied by, f32 {@code [rows]}} */
    default MemorySegment factors(Layout.Slot slot) {
      throw new IllegalStateException("[weights] '" + slot.name() + "' is not i8");
    }
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
   * @param type f32 or bf16, to which they are rounded, or i8, which {@link #factors} belong to
   * @throws IllegalArgumentException if one that is not finite is to be i8
   */
  public MemorySegment elements(Layout.Slot slot, DType type) {
    MemorySegment elements =
        switch (type) {
          case F32 -> f32(slot);
          case BF16 -> bf16(slot);
          case I8 ->
              holds(slot, DType.I8)
                  ? tensors.elements(slot)
                  : new Int8(slot).elements(f32(slot), factors(slot));
          default -> throw new IllegalArgumentException("[weights] no weights are " + type);
        };
    return elements.asReadOnly();
  }

  /**
   * {@return what the i8 elements of a matrix are multiplied by: f32 {@code [rows]}; read-only}
   *
   * @throws IllegalArgumentException if an element is not finite
   */
  public MemorySegment factors(Layout.Slot slot) {
    return (holds(slot, DType.I8) ? tensors.factors(slot) : new Int8(slot).factors(f32(slot)))
        .asReadOnly();
  }

  private boolean holds(Layout.Slot slot, DType type) {
    return tensors != null && tensors.type(slot) == type;
  }

  private MemorySegment f32(Layout.Slot slot) {
    return tensors == null ? segment(values, slot) : widened(slot);
  }

  private MemorySegment bf16(Layout.Slot slot) {
    if (holds(slot, DType.BF16)) {
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
    if (tensors.type(slot) == DType.I8) {
      return new Int8(slot).widened(elements, tensors.factors(slot));
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
   * @param type of matrices, f32, bf16 or i8; all else is f32
   */
  static void write(Path file, DType type, Weights... groups) throws IOException {
    Map<String, Safetensors.Source> written = new LinkedHashMap<>();
    for (Weights group : groups) {
      for (Layout.Slot slot : group.layout.slots()) {
        DType stored = type(slot, type);
        written.put(
            slot.name(),
            new Safetensors.Source(stored, slot.shape(), () -> group.elements(slot, stored)));
        if (stored == DType.I8) {
          written.put(
              factorsName(slot),
              new Safetensors.Source(DType.F32, factorsShape(slot), () -> group.factors(slot)));
        }
      }
    }
    Safetensors.write(file, Map.of(), written);
  }

  /** {@return the stored type of a tensor, where matrices are stored as {@code matrices}} */
  static DType type(Layout.Slot slot, DType matrices) {
    return slot.shape().rank() == 2 ? matrices : DType.F32;
  }

  /** {@return the name of the factors of a matrix of i8 in a file} */
  private static String factorsName(Layout.Slot slot) {
    return slot.name() + ".scale";
  }

  static Shape factorsShape(Layout.Slot slot) {
    return slot.shape().slice(0, 1);
  }

  /** {@return these with the values that they have after being stored, matrices as {@code type}} */
  public Weights stored(DType type) {
    Weights whole = this;
    return new Weights(
        layout,
        new Tensors() {
          @Override
          public DType type(Layout.Slot slot) {
            return Weights.type(slot, type);
          }

          @Override
          public MemorySegment elements(Layout.Slot slot) {
            return whole.elements(slot, type(slot));
          }

          @Override
          public MemorySegment factors(Layout.Slot slot) {
            return whole.factors(slot);
          }
        });
  }

  /**
   * {@return how far these are from others of the same layout: the root of the mean square of the
   * differences, as a share of that of these; 0 for the same}
   */
  public double distance(Weights other) {
    double squares = 0;
    double differences = 0;
    for (Layout.Slot slot : layout.slots()) {
      MemorySegment mine = f32(slot);
      MemorySegment theirs = other.f32(slot);
      for (long at = 0; at < bytes(slot, 4); at += Float.BYTES) {
        double value = mine.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
        double difference = value - theirs.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
        squares += value * value;
        differences += difference * difference;
      }
    }
    return differences == 0 ? 0 : Math.sqrt(differences / squares);
  }

  /**
   * {@return the tensors of {@code layout} from an open file, where they are f32, bf16 or i8}
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
      } else if (entry.dtype() == DType.I8) {
        MemorySegment.copy(
            new Int8(slot).widened(file.map(slot.name()), file.map(factorsName(slot))),
            0,
            segment(values, slot),
            0,
            bytes(slot, 4));
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
      if (types.get(slot.name()) == DType.I8) {
        segments.put(factorsName(slot), file.map(factorsName(slot)));
      }
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

          @Override
          public MemorySegment factors(Layout.Slot slot) {
            return segments.get(factorsName(slot));
          }
        });
  }

  private static void check(Safetensors file, Layout layout) {
    for (Layout.Slot slot : layout.slots()) {
      Safetensors.Entry entry = file.entries().get(slot.name());
      boolean quantised = entry != null && entry.dtype() == DType.I8 && slot.shape().rank() == 2;
      boolean known =
          entry != null && (entry.dtype() == DType.F32 || entry.dtype() == DType.BF16 || quantised);
      require(known && entry.shape().equals(slot.shape()), slot.name(), slot.shape(), entry);
      if (quantised) {
        Safetensors.Entry factors = file.entries().get(factorsName(slot));
        Shape rows = factorsShape(slot);
        require(
            factors != null && factors.dtype() == DType.F32 && factors.shape().equals(rows),
            factorsName(slot),
            rows,
            factors);
      }
    }
  }

  private static void require(boolean holds, String name, Shape shape, Safetensors.Entry entry) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[weights] expected a tensor '%s' f32%s but got %s"
              .formatted(
                  name, shape, entry == null ? "none" : entry.dtype().label() + entry.shape()));
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
