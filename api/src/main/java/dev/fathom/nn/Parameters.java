package dev.fathom.nn;

import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * The weights of one network in a graph: parameters and states by name, slices of one flat tensor
 * each, and the streams of its random numbers. {@link Network#bind} makes one.
 *
 * <p>A network that is traced twice with the same {@code Parameters} shares its weights: gradients
 * of both traces add up, each trace draws random numbers of its own, and the second begins with the
 * states that the first left. For one thread.
 */
public final class Parameters {
  /**
   * Distance of the random streams of networks in one program, so large that they never overlap.
   */
  private static final int STREAMS = 1 << 20;

  private final Optional<Layout.Builder> declared;
  private final Optional<Layout.Builder> declaredStates;
  private final SequencedMap<String, Tensor> parameters;
  private final SequencedMap<String, Tensor> states;
  private final Tensor flatStates;
  private final Optional<Lora> lora;

  /** Matrices as they are used, with their adapters. */
  private final Map<String, Tensor> adapted = new HashMap<>();

  private Predicate<String> frozen = _ -> false;
  private boolean statesChanged;
  private final int firstStream;
  private int streams;

  private Parameters(Layout.Builder declared, Layout.Builder declaredStates, Optional<Lora> lora) {
    this.lora = lora;
    this.declared = Optional.of(declared);
    this.declaredStates = Optional.of(declaredStates);
    this.parameters = new LinkedHashMap<>();
    this.states = new LinkedHashMap<>();
    this.flatStates = null;
    this.firstStream = 0;
  }

  private Parameters(
      SequencedMap<String, Tensor> parameters,
      SequencedMap<String, Tensor> states,
      Tensor flatStates,
      Optional<Lora> lora,
      int firstStream) {
    this.lora = lora;
    this.declared = Optional.empty();
    this.declaredStates = Optional.empty();
    this.parameters = parameters;
    this.states = states;
    this.flatStates = flatStates;
    this.firstStream = firstStream;
    this.streams = firstStream;
  }

  /** {@return parameters that are made as they are asked for, to find a network's layout} */
  static Parameters declaring(
      Layout.Builder parameters, Layout.Builder states, Optional<Lora> lora) {
    return new Parameters(parameters, states, lora);
  }

  /**
   * {@return parameters for the graph of a single layer, each an input of its name} For tests of
   * layers; {@link Network#bind} is for all else.
   */
  public static Parameters ofInputs() {
    return declaring(new Layout.Builder(), new Layout.Builder(), Optional.empty());
  }

  /**
   * @param number of the network in its program, from 0: keeps its random numbers apart
   */
  static Parameters of(
      Layout parameters,
      Tensor flat,
      Layout states,
      Tensor flatStates,
      Optional<Lora> lora,
      int number) {
    return new Parameters(
        slices(parameters, flat),
        slices(states, flatStates),
        flatStates,
        lora,
        Math.multiplyExact(number, STREAMS));
  }

  private static SequencedMap<String, Tensor> slices(Layout layout, Tensor flat) {
    SequencedMap<String, Tensor> slices = new LinkedHashMap<>();
    for (Layout.Slot slot : layout.slots()) {
      long end = slot.offset() + slot.shape().elements();
      slices.put(slot.name(), flat.slice(0, slot.offset(), end).reshape(slot.shape().toArray()));
    }
    return slices;
  }

  Tensor parameter(String name, Shape shape, Initializer initializer) {
    Tensor own = plain(name, shape, initializer);
    return lora.filter(adapters -> adapters.adapts(name, shape))
        .map(adapters -> adapted.computeIfAbsent(name, _ -> adapters.adapted(this, name, own)))
        .orElse(own);
  }

  /** {@return a parameter without its adapter} */
  Tensor plain(String name, Shape shape, Initializer initializer) {
    return get(declared, parameters, name, shape, initializer);
  }

  /**
   * Freezes parameters: their gradients are 0, without being computed, and normalisation takes the
   * running statistics of a layer whose parameters are frozen.
   *
   * @param names tells which
   * @return this
   */
  public Parameters freeze(Predicate<String> names) {
    frozen = names;
    return this;
  }

  boolean isFrozen(String name) {
    return frozen.test(name);
  }

  Tensor state(String name, Shape shape, Initializer initializer) {
    return get(declaredStates, states, name, shape, initializer);
  }

  private static Tensor get(
      Optional<Layout.Builder> declared,
      SequencedMap<String, Tensor> known,
      String name,
      Shape shape,
      Initializer initializer) {
    if (declared.isPresent() && !known.containsKey(name)) {
      declared.get().add(name, shape, initializer);
      known.put(name, Tensor.input(name, new Type(DType.F32, shape)));
    }
    Tensor tensor = known.get(name);
    if (tensor == null || !tensor.shape().equals(shape)) {
      throw new IllegalStateException(
          "[parameters] expected '%s' of shape %s, as the layer asked for it before, but got %s"
              .formatted(name, shape, tensor == null ? "none" : tensor.shape()));
    }
    return tensor;
  }

  /** {@return a parameter that was asked for before} */
  Optional<Tensor> known(String name) {
    return Optional.ofNullable(adapted.getOrDefault(name, parameters.get(name)));
  }

  void update(String state, Tensor value) {
    states.put(state, value);
    statesChanged = true;
  }

  int nextStream() {
    return streams++;
  }

  /** {@return whether random numbers were drawn, which take seed and step} */
  public boolean random() {
    return streams > firstStream;
  }

  /** {@return the parameters in the order of the layout, to take gradients of} */
  public List<Tensor> slices() {
    return List.copyOf(parameters.values());
  }

  /**
   * {@return the flat states as the traces so far leave them, {@code [states]}; the old ones where
   * nothing updates them, null where there are none}
   */
  public Tensor newStates() {
    return statesChanged ? flat(List.copyOf(states.values())) : flatStates;
  }

  /** {@return the gradients of {@code loss}, a scalar, flat, laid out as the parameters are} */
  public Tensor gradients(Tensor loss) {
    List<Tensor> learned =
        parameters.entrySet().stream()
            .filter(entry -> !isFrozen(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    Iterator<Tensor> gradients = loss.gradients(learned.toArray(Tensor[]::new)).iterator();
    List<Tensor> all = new ArrayList<>();
    parameters.forEach(
        (name, value) ->
            all.add(
                isFrozen(name)
                    ? Tensor.zeros(DType.F32, value.shape().toArray())
                    : gradients.next()));
    return flat(all);
  }

  /** {@return the tensors one behind the other, {@code [elements of all]}} */
  static Tensor flat(List<Tensor> tensors) {
    return Tensor.concat(
        0, tensors.stream().map(t -> t.reshape(t.shape().elements())).toArray(Tensor[]::new));
  }

  /** {@return a view for tests and tools: every parameter by its name} */
  public Map<String, Tensor> byName() {
    return Map.copyOf(parameters);
  }
}
