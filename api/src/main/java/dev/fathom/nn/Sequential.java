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
      String stem = label.replaceFirst("[12]d$", "");
      return stem + counts.merge(stem, 1, Integer::sum);
    }
  }

  @Override
  public Map<String, Block> children() {
    return Graph.of(this).children();
  }

  @Override
  public Takes takes() {
    return Graph.of(this).takes();
  }

  @Override
  public boolean stepwise() {
    return Graph.of(this).stepwise();
  }

  @Override
  public boolean decodes() {
    return Graph.of(this).decodes();
  }

  @Override
  public long vocabulary() {
    return Graph.of(this).vocabulary();
  }

  @Override
  public OptionalLong paddingToken() {
    return Graph.of(this).paddingToken();
  }

  @Override
  public Shape output(Shape input) {
    return Graph.of(this).outputs(List.of(input)).getFirst();
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return Graph.of(this).apply(context, List.of(x)).getFirst();
  }

  /** A second input, {@code [time, features]}, is the memory of cross-attention in the layers. */
  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Memory.check(label(), inputs);
    return List.of(output(inputs.getFirst()));
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    return List.of(Memory.with(context, inputs, x -> apply(context, x)));
  }
}
