package dev.fathom.nn;

import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
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
  private static final Tensor ZERO = Tensor.full(0, DType.I64);

  private final Values parameters;
  private final Values states;
  private final Training training;
  private final Decoding decoding;
  private final SequencedMap<String, Cache> caches = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> updates = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
  private String scope = "";
  private Tensor steps;
  private Memory memory;
  private int streams;

  /**
   * What a trace for training needs beside its input.
   *
   * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
   * @param seed i64 scalar of the whole run
   * @param step i64 scalar, different in each step
   */
  public record Training(Tensor mask, Tensor seed, Tensor step) {}

  /**
   * What a trace needs beside its input to go on with a sequence, of which layers keep what they
   * want to see again. The input is the first steps, two or more, with anything behind the last
   * that counts; or it is the one step behind those that are known.
   *
   * @param position i64 scalar: the place of the last step that counts, from 0
   * @param length i64 scalar: {@code position + 1}
   * @param capacity the longest sequence
   */
  public record Decoding(Tensor position, Tensor length, long capacity) {}

  /**
   * What a layer keeps of a sequence.
   *
   * @param before the input with what was kept so far
   * @param after what is kept when the steps of the trace are known
   */
  public record Cache(Tensor before, Tensor after) {}

  /**
   * What an encoder gave.
   *
   * @param values {@code [batch, time, features]}
   * @param steps {@code [batch, time]}, bool: the steps that are not padding; null if all count
   */
  public record Memory(Tensor values, Tensor steps) {}

  Context(Values parameters, Values states, Training training, Decoding decoding) {
    this.parameters = parameters;
    this.states = states;
    this.training = training;
    this.decoding = decoding;
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

  /** Sets which steps of the input, {@code [batch, time]}, count, for the layers behind. */
  public void steps(Tensor mask) {
    steps = known("steps", mask, 1);
  }

  /**
   * {@return what the encoder gave}
   *
   * @throws LayerException if this layer is not in the decoder of an {@link EncoderDecoder}
   */
  public Memory memory() {
    if (memory == null) {
      throw new LayerException(
          layer(),
          "expected to be in the decoder of a layer 'encoderdecoder', whose encoder it sees");
    }
    return memory;
  }

  /**
   * {@return what {@code body} gives with {@code encoded} as memory, and no step known as padding}
   */
  Tensor remembering(Tensor encoded, Supplier<Tensor> body) {
    Memory outer = memory;
    memory = new Memory(encoded, steps);
    steps = null;
    try {
      return body.get();
    } finally {
      memory = outer;
    }
  }

  /** {@return where the steps of an input of that length stand, {@code [length]}, i32} */
  public Tensor positions(long length) {
    return goesOn(length)
        ? decoding.position().cast(DType.I32).reshape(1)
        : Positions.first(length);
  }

  /** {@return the rows of {@code table} at the {@link #positions} of an input of that length} */
  public Tensor rows(Tensor table, long length) {
    return goesOn(length)
        ? table.dynamicSlice(
            Shape.of(1).concat(table.shape().slice(1, 2)), decoding.position(), ZERO)
        : table.slice(0, 0, length);
  }

  /**
   * {@return all steps that are known with those of {@code x}} That is {@code x}, unless the trace
   * goes on with a sequence: then its steps join those before in a cache, {@link Decoding#capacity}
   * long, of which the first {@link Decoding#length} count.
   *
   * @param name of the cache, one of its own in the layer
   * @param axis of the steps
   */
  public Tensor known(String name, Tensor x, int axis) {
    if (decoding == null) {
      return x;
    }
    long[] sizes = x.shape().toArray();
    sizes[axis] = decoding.capacity();
    Tensor before = Tensor.of(Ops.input(scope + name, Type.of(x.dtype(), sizes)));
    boolean goesOn = goesOn(x.size(axis));
    Tensor[] starts = new Tensor[sizes.length];
    Arrays.fill(starts, ZERO);
    starts[axis] = goesOn ? decoding.position() : ZERO;
    Tensor after = before.dynamicSliceUpdate(x, starts);
    caches.put(scope + name, new Cache(before, after));
    return goesOn ? after : x;
  }

  /**
   * {@return how many of the steps that {@link #known} gives for an input of that length count, an
   * i64 scalar; null for all}
   */
  public Tensor valid(long length) {
    return goesOn(length) ? decoding.length() : null;
  }

  /** Whether an input of that length is the step behind those that are known. */
  private boolean goesOn(long length) {
    return decoding != null && length == 1;
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

  SequencedMap<String, Cache> caches() {
    return caches;
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
