package dev.fathom.model;

import dev.fathom.format.Safetensors;
import dev.fathom.nn.Layout;
import dev.fathom.spi.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named f32 tensors in one flat array.
 *
 * @param layout the tensors and their places
 * @param values {@code layout.elements()} numbers; do not change them
 */
public record Weights(Layout layout, float[] values) {
  public Weights {
    if (values.length != layout.elements()) {
      throw new IllegalArgumentException(
          "[weights] expected %d values but got %d".formatted(layout.elements(), values.length));
    }
  }

  /** {@return the initial values of the tensors} */
  public static Weights initial(Layout layout, long seed) {
    return new Weights(layout, layout.initial(seed));
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
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    for (Weights group : groups) {
      for (Layout.Slot slot : group.layout.slots()) {
        boolean narrow = type(slot, type) == DType.BF16;
        tensors.put(
            slot.name(),
            new Safetensors.Source(
                type(slot, type),
                slot.shape(),
                () -> narrow ? group.narrow(slot) : group.segment(slot)));
      }
    }
    Safetensors.write(file, Map.of(), tensors);
  }

  /** {@return the stored type of a tensor, where matrices are stored as {@code matrices}} */
  static DType type(Layout.Slot slot, DType matrices) {
    return slot.shape().rank() == 2 ? matrices : DType.F32;
  }

  /** {@return these with the values that they have after being stored, matrices as {@code type}} */
  public Weights stored(DType type) {
    float[] rounded = values.clone();
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
    // Only now, that the file was seen to hold as many, is there memory for them.
    Weights weights = new Weights(layout, new float[count(layout)]);
    for (Layout.Slot slot : layout.slots()) {
      Safetensors.Entry entry = file.entries().get(slot.name());
      if (entry.dtype() == DType.F32) {
        file.read(slot.name(), weights.segment(slot));
      } else {
        short[] bits = new short[Math.toIntExact(slot.shape().elements())];
        file.read(slot.name(), MemorySegment.ofArray(bits));
        for (int i = 0; i < bits.length; i++) {
          weights.values[(int) slot.offset() + i] = BFloat16.toFloat(bits[i]);
        }
      }
    }
    return weights;
  }

  private static int count(Layout layout) {
    if (layout.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "[weights] expected fewer than 2^31 values but got " + layout.elements());
    }
    return (int) layout.elements();
  }

  private MemorySegment narrow(Layout.Slot slot) {
    short[] bits = new short[Math.toIntExact(slot.shape().elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = BFloat16.of(values[(int) slot.offset() + i]);
    }
    return MemorySegment.ofArray(bits);
  }

  private MemorySegment segment(Layout.Slot slot) {
    return MemorySegment.ofArray(values)
        .asSlice(slot.offset() * Float.BYTES, slot.shape().elements() * Float.BYTES);
  }
}
