package dev.fathom.nn;

import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Layers for inputs of one shape: the layout of all parameters and states in flat buffers, and the
 * graph of the layers on such buffers. Immutable.
 */
public final class Network {
  private final Sequential layers;
  private final Shape input;
  private final Shape output;
  private final Layout parameters;
  private final Layout states;

  /**
   * @param input shape of an example, without the batch axis
   * @throws LayerException if a layer does not fit, naming it
   */
  public Network(Sequential layers, Shape input) {
    this.layers = layers;
    this.input = input;
    this.output = layers.output(input);
    Layout.Builder declaredParameters = new Layout.Builder();
    Layout.Builder declaredStates = new Layout.Builder();
    Context context =
        new Context(
            new Context.Declared(declaredParameters),
            new Context.Declared(declaredStates),
            null,
            null);
    Type batch = new Type(inputType(), Shape.of(1).concat(input));
    layers.apply(context, Tensor.of(Ops.input("x", batch)));
    this.parameters = declaredParameters.build();
    this.states = declaredStates.build();
  }

  /** {@return the layers} */
  public Sequential layers() {
    return layers;
  }

  /** {@return the shape of an example, without the batch axis} */
  public Shape input() {
    return input;
  }

  /** {@return how many token ids the input is made of; 0 if it is numbers} */
  public long vocabulary() {
    return layers.vocabulary();
  }

  /** {@return i32 for token ids, f32 for numbers} */
  public DType inputType() {
    return vocabulary() > 0 ? DType.I32 : DType.F32;
  }

  /** {@return the shape of the output of an example, without the batch axis} */
  public Shape output() {
    return output;
  }

  /** {@return where the parameters lie, which are learned} */
  public Layout parameters() {
    return parameters;
  }

  /**
   * {@return {@code [parameters().elements()]}, bool: what lies in a parameter of two axes or more}
   */
  public Tensor matrices() {
    Tensor[] parts =
        parameters.slots().stream()
            .map(
                slot ->
                    Tensor.full(
                        slot.shape().rank() >= 2 ? 1 : 0, DType.BOOL, slot.shape().elements()))
            .toArray(Tensor[]::new);
    return Tensor.concat(0, parts);
  }

  /** {@return where the states lie, which the forward pass itself updates: batch statistics} */
  public Layout states() {
    return states;
  }

  /**
   * {@return the graph of the layers on a batch}
   *
   * @param x {@code [batch, ...input]}, of {@link #inputType()}
   * @param flatParameters {@code [parameters().elements()]}, f32
   * @param flatStates {@code [states().elements()]}, f32; null if the network has none
   * @param training null for inference
   */
  public Trace trace(
      Tensor x, Tensor flatParameters, Tensor flatStates, Context.Training training) {
    Context.Bound values = Context.Bound.of(parameters, flatParameters);
    Context.Bound stateValues = Context.Bound.of(states, flatStates);
    Context context = new Context(values, stateValues, training, null);
    Tensor y = layers.apply(context, x);
    Tensor newStates = flatStates;
    if (!context.updates().isEmpty()) {
      newStates =
          flat(
              states.slots().stream()
                  .map(
                      slot ->
                          context
                              .updates()
                              .getOrDefault(slot.name(), stateValues.slices().get(slot.name())))
                  .toList());
    }
    return new Trace(
        y, List.copyOf(values.slices().values()), newStates, context.outputs(), context.random());
  }

  /**
   * {@return the graph that goes on with a sequence of tokens}
   *
   * @param ids i32 {@code [batch, time]}: the first tokens, two or more, or the next one, see
   *     {@link Context.Decoding}
   * @param flatParameters {@code [parameters().elements()]}, f32
   * @throws IllegalArgumentException as {@link #requireDecoding}
   */
  public Decoded decode(Tensor ids, Tensor flatParameters, Tensor position, Tensor length) {
    requireDecoding();
    Context context =
        new Context(
            Context.Bound.of(parameters, flatParameters),
            new Context.Bound(Map.of()),
            null,
            new Context.Decoding(position, length, input.size(0)));
    List<Sequential.Entry> entries = layers.entries();
    Sequential body = new Sequential(entries.subList(0, entries.size() - 1));
    lastToLook(entries).ifPresent(context::lastToLook);
    // The head is wide: it looks at the one step that is asked for.
    Tensor last = context.last(body.apply(context, ids));
    Tensor logits = new Sequential(List.of(entries.getLast())).apply(context, last);
    return new Decoded(
        logits.reshape(logits.size(0), logits.size(2)), List.copyOf(context.caches().values()));
  }

  /** The last block, if each layer behind it treats a step by itself, wherever it stands. */
  private static Optional<String> lastToLook(List<Sequential.Entry> entries) {
    for (Sequential.Entry entry : entries.reversed()) {
      switch (entry.layer()) {
        case TransformerBlock _ -> {
          return Optional.of(entry.name());
        }
        case LayerNorm _,
            RmsNorm _,
            Dense _,
            FeedForward _,
            Unembedding _,
            Dropout _,
            Activation _ -> {}
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that the network gives logits of the next token and can go on step by step.
   *
   * @throws LayerException if a layer needs the whole sequence, naming it
   * @throws IllegalArgumentException if it takes no tokens or gives no logits for each
   */
  public void requireDecoding() {
    if (vocabulary() == 0 || output.rank() != 2) {
      throw new IllegalArgumentException(
          "[decode] expected a network from tokens [time] to logits [time, vocabulary] but got one from"
              + " %s %s to %s".formatted(vocabulary() == 0 ? "numbers" : "tokens", input, output));
    }
    for (Sequential.Entry entry : layers.entries()) {
      if (!entry.layer().decodes()) {
        throw new LayerException(
            entry.name(),
            "[%s] expected a layer that goes on step by step from those before, such as a decoder"
                .formatted(entry.layer().label()));
      }
    }
  }

  /** {@return the tensors one behind the other, {@code [elements of all]}} */
  public static Tensor flat(List<Tensor> tensors) {
    return Tensor.concat(
        0, tensors.stream().map(t -> t.reshape(t.shape().elements())).toArray(Tensor[]::new));
  }

  /**
   * The graph of a network on a batch.
   *
   * @param output {@code [batch, ...output]}
   * @param parameters as many as the layout has slots, in its order: what gradients are taken of
   * @param newStates what the flat states become; the old ones where nothing updates them
   * @param layers the output of each layer under its full name, in the order they are computed
   * @param random whether the graph uses seed and step
   */
  public record Trace(
      Tensor output,
      List<Tensor> parameters,
      Tensor newStates,
      SequencedMap<String, Tensor> layers,
      boolean random) {

    /** {@return the gradients of {@code loss}, flat, laid out as the parameters are} */
    public Tensor gradients(Tensor loss) {
      return flat(loss.gradients(parameters.toArray(Tensor[]::new)));
    }
  }

  /**
   * The graph that goes on with a sequence.
   *
   * @param logits {@code [batch, vocabulary]}: of the token behind {@code position}
   * @param caches what the layers keep, each with an input that is named after its layer; the same
   *     for every number of steps
   */
  public record Decoded(Tensor logits, List<Context.Cache> caches) {}
}
