package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Layers one behind the other. Their names make the names of the parameters.
 *
 * @param entries the layers; none is the identity
 */
public record Sequential(List<Entry> entries) implements Layer {
  /** A layer and its name, unique among its neighbours. */
  public record Entry(String name, Layer layer) {}

  public Sequential {
    entries = List.copyOf(entries);
    Set<String> names = new HashSet<>();
    for (Entry entry : entries) {
      Check.that(names.add(entry.name()), "sequential", "different names", entry.name() + " twice");
    }
  }

  /** {@return the layers under the names {@code conv1}, {@code conv2}, {@code dense1}, ...} */
  public static Sequential of(Layer... layers) {
    List<Entry> entries = new ArrayList<>();
    Names names = new Names();
    for (Layer layer : layers) {
      entries.add(new Entry(names.next(layer.label()), layer));
    }
    return new Sequential(entries);
  }

  /** Counts the layers of each kind. */
  public static final class Names {
    private final Map<String, Integer> counts = new HashMap<>();

    /** {@return {@code conv1} for the first {@code conv2d}, and so on} */
    public String next(String label) {
      String stem = label.endsWith("2d") ? label.substring(0, label.length() - 2) : label;
      return stem + counts.merge(stem, 1, Integer::sum);
    }
  }

  @Override
  public boolean sequence() {
    return entries.stream().anyMatch(entry -> entry.layer().sequence());
  }

  @Override
  public boolean decodes() {
    return entries.stream().allMatch(entry -> entry.layer().decodes());
  }

  @Override
  public long vocabulary() {
    return entries.isEmpty() ? 0 : entries.getFirst().layer().vocabulary();
  }

  /** {@return the token id that fills short sequences, if the first layer has one} */
  public OptionalLong padding() {
    return switch (entries.isEmpty() ? null : entries.getFirst().layer()) {
      case Embedding embedding -> embedding.padding();
      case BagOfWords bag -> bag.padding();
      case null, default -> OptionalLong.empty();
    };
  }

  @Override
  public Shape output(Shape input) {
    Shape shape = input;
    for (Entry entry : entries) {
      Shape before = shape;
      if (entry != entries.getFirst() && entry.layer().vocabulary() > 0) {
        throw new LayerException(
            entry.name(),
            "[%s] expected token ids, which only the first layer has"
                .formatted(entry.layer().label()));
      }
      shape = LayerException.in(entry.name(), () -> entry.layer().output(before));
    }
    return shape;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor y = x;
    for (Entry entry : entries) {
      Tensor input = y;
      y = context.within(entry.name(), () -> context.passed(entry.layer().apply(context, input)));
    }
    return y;
  }
}
