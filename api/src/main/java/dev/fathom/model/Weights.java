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
 * @param layout what lies where
 * @param values {@code layout.elements()} numbers; do not change them
 */
public record Weights(Layout layout, float[] values) {
  public Weights {
    if (values.length != layout.elements()) {
      throw new IllegalArgumentException(
          "[weights] expected %d values but got %d".formatted(layout.elements(), values.length));
    }
  }

  /** {@return what the tensors start as} */
  public static Weights initial(Layout layout, long seed) {
    return new Weights(layout, layout.initial(seed));
  }

  /** Writes all tensors of some groups to one safetensors file; their names differ. */
  public static void write(Path file, Weights... groups) throws IOException {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    for (Weights group : groups) {
      for (Layout.Slot slot : group.layout.slots()) {
        tensors.put(
            slot.name(),
            new Safetensors.Source(DType.F32, slot.shape(), () -> group.segment(slot)));
      }
    }
    Safetensors.write(file, Map.of(), tensors);
  }

  /**
   * {@return the tensors of {@code layout} from an open file}
   *
   * @throws IllegalArgumentException if one is missing or of another type or shape, naming it
   */
  public static Weights read(Safetensors file, Layout layout) throws IOException {
    Weights weights = new Weights(layout, new float[Math.toIntExact(layout.elements())]);
    for (Layout.Slot slot : layout.slots()) {
      Safetensors.Entry entry = file.entries().get(slot.name());
      if (entry == null || entry.dtype() != DType.F32 || !entry.shape().equals(slot.shape())) {
        throw new IllegalArgumentException(
            "[weights] expected a tensor '%s' f32%s but got %s"
                .formatted(
                    slot.name(),
                    slot.shape(),
                    entry == null ? "none" : entry.dtype().label() + entry.shape()));
      }
      file.read(slot.name(), weights.segment(slot));
    }
    return weights;
  }

  private MemorySegment segment(Layout.Slot slot) {
    return MemorySegment.ofArray(values)
        .asSlice(slot.offset() * Float.BYTES, slot.shape().elements() * Float.BYTES);
  }
}
