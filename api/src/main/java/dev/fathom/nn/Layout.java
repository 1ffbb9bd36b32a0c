package dev.fathom.nn;

import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where named tensors lie in one flat f32 buffer, side by side.
 *
 * @param slots in order
 */
public record Layout(List<Slot> slots) {
  /**
   * A named tensor.
   *
   * @param name {@code conv1.weight} for example
   * @param offset the position of the first element in the flat buffer
   * @param initializer of its first values
   */
  public record Slot(String name, Shape shape, long offset, Initializer initializer) {}

  public Layout {
    slots = List.copyOf(slots);
  }

  /** {@return the number of elements of all slots together} */
  public long elements() {
    return slots.isEmpty() ? 0 : slots.getLast().offset() + slots.getLast().shape().elements();
  }

  /** {@return the slot of this name, if there is one} */
  public Optional<Slot> slot(String name) {
    return slots.stream().filter(slot -> slot.name().equals(name)).findFirst();
  }

  /** {@return the first values of the flat buffer} */
  public float[] initial(long seed) {
    float[] flat = new float[Math.toIntExact(elements())];
    for (Slot slot : slots) {
      slot.initializer().fill(seed, slot.name(), slot.shape(), flat, (int) slot.offset());
    }
    return flat;
  }

  /** Collects slots. */
  static final class Builder {
    private final List<Slot> slots = new ArrayList<>();
    private long end;

    void add(String name, Shape shape, Initializer initializer) {
      slots.add(new Slot(name, shape, end, initializer));
      end += shape.elements();
    }

    Layout build() {
      return new Layout(slots);
    }
  }
}
