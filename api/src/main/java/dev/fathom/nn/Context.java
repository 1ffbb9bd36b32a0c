package dev.fathom.nn;

import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * What layers see while a network is traced: it gives them their parameters and states by name,
 * random numbers, and the mask of the rows that are examples. For one thread, for one trace.
 */
public final class Context {
  private final Values parameters;
  private final Values states;
  private final Training training;
  private final SequencedMap<String, Tensor> updates = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
  private String scope = "";
  private Tensor steps;
  private int streams;

  /**
   * What a trace for training needs beside its input.
   *
   * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
   * @param seed i64 scalar of the whole run
   * @param step i64 scalar, different in each step
   */
  public record Training(Tensor mask, Tensor seed, Tensor step) {}

  Context(Values parameters, Values states, Training training) {
    this.parameters = parameters;
    this.states = states;
    this.training = training;
  }

  /** {@return whether the trace is for training} */
  public boolean training() {
    return training != null;
  }

  /** {@return {@code [batch]}: 1 for an example, 0 for padding; only while training} */
  public Tensor mask() {
    return training.mask();
  }

  /** {@return the parameter of this layer with this name} */
  public Tensor parameter(String name, Shape shape, Initializer initializer) {
    return parameters.get(scope + name, shape, initializer);
  }

  /** {@return the state of this layer with this name, as it was before the step} */
  public Tensor state(String name, Shape shape, Initializer initializer) {
    return states.get(scope + name, shape, initializer);
  }

  /** Sets what a state becomes at the end of the step. */
  public void update(String name, Tensor value) {
    updates.put(scope + name, value);
  }

  /**
   * {@return the parameter of another layer, by its full name}
   *
   * @throws LayerException if no layer before this one has it, with this shape
   */
  public Tensor shared(String name, Shape shape) {
    return parameters
        .shared(name)
        .filter(tensor -> tensor.shape().equals(shape))
        .orElseThrow(
            () ->
                new LayerException(
                    layer(),
                    "expected a layer before it with a parameter '%s' of shape %s"
                        .formatted(name, shape)));
  }

  /** {@return {@code [batch, time]}, bool: the steps that are not padding; null if all count} */
  public Tensor steps() {
    return steps;
  }

  /** Sets which steps count, for the layers behind. */
  public void steps(Tensor mask) {
    steps = mask;
  }

  /**
   * {@return what dropout keeps; null if that is all} The n-th call of a trace has stream n, so the
   * numbers are a matter of the network and not of the process.
   */
  public DropMask dropMask(double rate) {
    return training == null || rate == 0
        ? null
        : new DropMask(rate, training.seed(), training.step(), streams++);
  }

  /** {@return {@code x} after dropout while training, otherwise {@code x}} */
  public Tensor dropout(Tensor x, double rate) {
    DropMask mask = dropMask(rate);
    return mask == null ? x : mask.apply(x);
  }

  /** {@return what {@code body} gives, its names preceded by {@code name}} */
  Tensor within(String name, Supplier<Tensor> body) {
    String outer = scope;
    scope = outer + name + ".";
    try {
      return body.get();
    } finally {
      scope = outer;
    }
  }

  /** Notes the output of the layer whose scope this is. */
  Tensor passed(Tensor output) {
    outputs.put(layer(), output);
    return output;
  }

  private String layer() {
    return scope.substring(0, scope.length() - 1);
  }

  boolean random() {
    return streams > 0;
  }

  SequencedMap<String, Tensor> updates() {
    return updates;
  }

  SequencedMap<String, Tensor> outputs() {
    return outputs;
  }

  /** Named tensors: declared by a first trace, slices of a flat buffer in all others. */
  sealed interface Values {
    Tensor get(String name, Shape shape, Initializer initializer);

    /** One that was asked for before. */
    Optional<Tensor> shared(String name);
  }

  /** Notes what is asked for. */
  record Declared(Layout.Builder layout, Map<String, Tensor> inputs) implements Values {
    Declared(Layout.Builder layout) {
      this(layout, new HashMap<>());
    }

    @Override
    public Tensor get(String name, Shape shape, Initializer initializer) {
      layout.add(name, shape, initializer);
      inputs.put(name, Tensor.of(Ops.input(name, new Type(DType.F32, shape))));
      return inputs.get(name);
    }

    @Override
    public Optional<Tensor> shared(String name) {
      return Optional.ofNullable(inputs.get(name));
    }
  }

  /** Gives what was asked for. */
  record Bound(Map<String, Tensor> slices) implements Values {
    static Bound of(Layout layout, Tensor flat) {
      Map<String, Tensor> slices = new LinkedHashMap<>();
      for (Layout.Slot slot : layout.slots()) {
        long end = slot.offset() + slot.shape().elements();
        slices.put(slot.name(), flat.slice(0, slot.offset(), end).reshape(slot.shape().toArray()));
      }
      return new Bound(slices);
    }

    @Override
    public Tensor get(String name, Shape shape, Initializer initializer) {
      return slices.get(name);
    }

    @Override
    public Optional<Tensor> shared(String name) {
      return Optional.ofNullable(slices.get(name));
    }
  }
}
