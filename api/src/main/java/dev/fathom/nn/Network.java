package dev.fathom.nn;

import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * A graph of blocks for inputs of known shapes: the layout of all parameters and states in flat
 * buffers, and the operations of the blocks on such buffers. Immutable.
 */
public final class Network {
  private final Graph graph;
  private final SequencedMap<String, Shape> inputs;
  private final SequencedMap<String, Shape> outputs;
  private final Layout parameters;
  private final Layout states;
  private final SequencedMap<String, Shape> layers;
  private final Optional<Lora> lora;

  /**
   * @param input shape of an example, without the batch axis
   * @throws LayerException if a layer does not fit, naming it
   */
  public Network(Sequential layers, Shape input) {
    this(Graph.of(layers), single(Graph.INPUT, input));
  }

  /**
   * @param inputs the shape of each input of the graph, without the batch axis
   * @throws LayerException if a block does not fit, naming it
   */
  public Network(Graph graph, SequencedMap<String, Shape> inputs) {
    this(graph, inputs, Optional.empty());
  }

  private Network(Graph graph, SequencedMap<String, Shape> inputs, Optional<Lora> lora) {
    this.lora = lora;
    Check.that(
        List.copyOf(inputs.keySet()).equals(graph.inputs()),
        "network",
        "shapes of the inputs " + graph.inputs(),
        inputs);
    this.graph = graph;
    this.inputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inputs));
    List<Shape> shapes = graph.outputs(List.copyOf(inputs.values()));
    SequencedMap<String, Shape> named = new LinkedHashMap<>();
    graph.outputs().keySet().forEach(name -> named.put(name, shapes.get(named.size())));
    this.outputs = Collections.unmodifiableSequencedMap(named);
    Layout.Builder declaredParameters = new Layout.Builder();
    Layout.Builder declaredStates = new Layout.Builder();
    List<Tensor> batch = new ArrayList<>();
    inputs.forEach(
        (name, shape) ->
            batch.add(
                Tensor.of(Ops.input(name, new Type(inputType(name), Shape.of(1).concat(shape))))));
    Context context = Context.of(Parameters.declaring(declaredParameters, declaredStates, lora));
    graph.apply(context, batch);
    SequencedMap<String, Shape> made = new LinkedHashMap<>();
    context
        .outputs()
        .forEach((name, tensor) -> made.put(name, tensor.shape().slice(1, tensor.shape().rank())));
    this.layers = Collections.unmodifiableSequencedMap(made);
    this.parameters = declaredParameters.build();
    this.states = declaredStates.build();
  }

  private static SequencedMap<String, Shape> single(String name, Shape shape) {
    SequencedMap<String, Shape> map = new LinkedHashMap<>();
    map.put(name, shape);
    return map;
  }

  /** {@return the same network with adapters at some of its matrices} */
  public Network with(Lora adapters) {
    return new Network(graph, inputs, Optional.of(adapters));
  }

  /** {@return the blocks} */
  public Graph graph() {
    return graph;
  }

  /** {@return the shapes of an example's inputs by name, without the batch axis} */
  public SequencedMap<String, Shape> inputs() {
    return inputs;
  }

  /** {@return the shapes of an example's outputs by name, without the batch axis} */
  public SequencedMap<String, Shape> outputs() {
    return outputs;
  }

  /**
   * {@return the shape of the first output of each block for an example, under its full name, in
   * the order they are computed}
   */
  public SequencedMap<String, Shape> layers() {
    return layers;
  }

  /** {@return the shape of the first input of an example} */
  public Shape input() {
    return inputs.firstEntry().getValue();
  }

  /** {@return the shape of the first output of an example} */
  public Shape output() {
    return outputs.firstEntry().getValue();
  }

  /** {@return the size of the vocabulary of an input of token ids; 0 if it is numbers} */
  public long vocabulary(String input) {
    return graph.vocabulary(input);
  }

  /** {@return the same of the first input} */
  public long vocabulary() {
    return graph.vocabulary();
  }

  /** {@return the token id that fills short sequences, if the first input has one} */
  public OptionalLong paddingToken() {
    return graph.paddingToken();
  }

  /** {@return the type of an input: i32 for token ids, f32 for numbers} */
  public DType inputType(String input) {
    return vocabulary(input) > 0 ? DType.I32 : DType.F32;
  }

  /** {@return the type of the first input} */
  public DType inputType() {
    return inputType(inputs.firstEntry().getKey());
  }

  /** {@return where the parameters lie, which are learned} */
  public Layout parameters() {
    return parameters;
  }

  /** {@return where the states lie, which the forward pass itself updates: batch statistics} */
  public Layout states() {
    return states;
  }

  /**
   * {@return the weights of this network in a graph, for one trace or more}
   *
   * @param flatParameters {@code [parameters().elements()]}, f32
   * @param flatStates {@code [states().elements()]}, f32; null if the network has none
   */
  public Parameters bind(Tensor flatParameters, Tensor flatStates) {
    return bind(flatParameters, flatStates, 0);
  }

  /**
   * {@return the weights of this network in a graph}
   *
   * @param number of the network in its program, from 0: networks of different numbers draw
   *     different random numbers
   */
  public Parameters bind(Tensor flatParameters, Tensor flatStates, int number) {
    return Parameters.of(parameters, flatParameters, states, flatStates, lora, number);
  }

  /**
   * {@return the outputs for a batch, by name}
   *
   * @param bound weights of this network
   * @param tensors the inputs in order, {@code [batch, ...input]}
   * @param training empty for inference
   */
  public Trace trace(Parameters bound, List<Tensor> tensors, Optional<Context.Training> training) {
    return trace(
        bound, tensors, training.map(t -> Context.of(bound, t)).orElseGet(() -> Context.of(bound)));
  }

  /** {@return the outputs for a batch in an evaluation, by name} */
  public Trace trace(Parameters bound, List<Tensor> tensors, Context.Draws draws) {
    return trace(bound, tensors, Context.of(bound, draws));
  }

  private Trace trace(Parameters bound, List<Tensor> tensors, Context context) {
    List<Tensor> results = graph.apply(context, tensors);
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    outputs.keySet().forEach(name -> named.put(name, results.get(named.size())));
    return new Trace(named, bound, context.outputs());
  }

  /** {@return the first output for a batch, {@code [batch, ...output]}, without training} */
  public Tensor apply(Parameters bound, Tensor... tensors) {
    return trace(bound, List.of(tensors), Optional.empty()).output();
  }

  /**
   * {@return the graph that computes a sequence of tokens in pieces}
   *
   * @param ids i32 {@code [batch, time]}: the first tokens, two or more, or the next one, see
   *     {@link Context.Decoding}
   * @param flatParameters {@code [parameters().elements()]}, f32
   * @throws IllegalArgumentException as {@link #requireDecoding}
   */
  public Decoded decode(Tensor ids, Tensor flatParameters, Tensor position, Tensor length) {
    return decodeLast(ids, decoding(flatParameters, null, position, length));
  }

  /**
   * {@return the graph that goes on with a sequence by several tokens}
   *
   * @param ids i32 {@code [batch, time]}: two or more tokens behind those in the caches
   * @param start i64 scalar, as {@code position} and {@code length}: see {@link Context.Decoding}
   * @throws IllegalArgumentException as {@link #requireDecoding}; or if a token is padding, which
   *     caches do not tell of
   */
  public Decoded decodePiece(
      Tensor ids, Tensor flatParameters, Tensor start, Tensor position, Tensor length) {
    requireNoPadding("by several tokens");
    return decodeLast(ids, decoding(flatParameters, start, position, length));
  }

  private void requireNoPadding(String what) {
    if (paddingToken().isPresent()) {
      throw new IllegalArgumentException(
          "[decode] expected a network without a padding token, " + what);
    }
  }

  private Decoded decodeLast(Tensor ids, Context context) {
    lastBlock().ifPresent(context::lastBlock);
    // The head is wide: it computes the one step that is asked for.
    Tensor last = context.lastStep(body().apply(context, List.of(ids)).getFirst());
    Tensor logits = head(context, last);
    return new Decoded(
        logits.reshape(logits.size(0), logits.size(2)), List.copyOf(context.caches().values()));
  }

  /**
   * {@return the same with the logits behind every step, {@code [batch, time, vocabulary]}; those
   * of steps that do not count are of no use}
   */
  public Decoded decodeEach(Tensor ids, Tensor flatParameters, Tensor position, Tensor length) {
    Context context = decoding(flatParameters, null, position, length);
    Tensor logits = head(context, body().apply(context, List.of(ids)).getFirst());
    return new Decoded(logits, List.copyOf(context.caches().values()));
  }

  /**
   * {@return the encoder's output for sources, {@code [batch, source] -> [batch, source,
   * features]}}
   *
   * @throws IllegalArgumentException as {@link #requireEncoderDecoder}
   */
  public Tensor encode(Tensor ids, Tensor flatParameters) {
    EncoderDecoder layer = requireEncoderDecoder();
    Context context = Context.of(bind(flatParameters, null));
    return context.within(head().name(), () -> layer.encode(context, ids));
  }

  /**
   * {@return the graph of a decode step of an encoder-decoder}
   *
   * @param ids i32 {@code [batch, 1]}: the next token of each sequence
   * @param source i32 {@code [batch, source]}: what each is told from
   * @param memory {@link #encode} of the sources
   * @param rows see {@link Context.Decoding}
   * @throws IllegalArgumentException as {@link #requireEncoderDecoder}
   */
  public Decoded decode(
      Tensor ids,
      Tensor source,
      Tensor memory,
      Tensor flatParameters,
      Tensor position,
      Tensor length,
      Tensor rows) {
    EncoderDecoder layer = requireEncoderDecoder();
    Context context =
        Context.of(
            bind(flatParameters, null),
            new Context.Decoding(null, position, length, input().size(0) - layer.source(), rows));
    Tensor logits = context.within(head().name(), () -> layer.decode(context, ids, source, memory));
    return new Decoded(
        logits.reshape(logits.size(0), logits.size(2)), List.copyOf(context.caches().values()));
  }

  /**
   * {@return the layer that this network is, which tells a sequence from another step by step}
   *
   * @throws IllegalArgumentException if it is none, or a layer of the decoder needs the whole
   *     sequence, naming it
   */
  public EncoderDecoder requireEncoderDecoder() {
    if (graph.nodes().size() != 1 || !(head().block() instanceof EncoderDecoder layer)) {
      throw new IllegalArgumentException(
          "[translate] expected a network of one layer 'encoderdecoder' but its layers are %s"
              .formatted(graph.nodes().stream().map(node -> node.block().label()).toList()));
    }
    for (Sequential.Entry entry : layer.decoder().entries()) {
      if (!entry.layer().decodesBeside()) {
        throw new LayerException(
            head().name() + ".decoder." + entry.name(),
            "[%s] expected a layer that goes on step by step from those before"
                .formatted(entry.layer().label()));
      }
    }
    return layer;
  }

  /**
   * {@return the logits behind a decode step of several sequences at once, {@code [lanes,
   * vocabulary]}, and their caches, {@link #laneCache} of those of one}
   *
   * @param ids {@code [1, lanes]}, i32: the step of each
   * @param positions of each, as for one
   * @param lengths of each, as for one
   * @throws IllegalArgumentException as {@link #requireDecoding}; or if a token is padding, which
   *     each sequence would have to keep
   */
  public Decoded decodeLanes(
      Tensor ids, Tensor flatParameters, List<Tensor> positions, List<Tensor> lengths) {
    requireDecoding();
    requireNoPadding("for several sequences at once");
    List<Context.Decoding> lanes = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      lanes.add(
          new Context.Decoding(null, positions.get(i), lengths.get(i), input().size(0), null));
    }
    Context context = Context.of(bind(flatParameters, null), lanes);
    Tensor logits = head(context, body().apply(context, List.of(ids)).getFirst());
    return new Decoded(
        logits.reshape(logits.size(1), logits.size(2)), List.copyOf(context.caches().values()));
  }

  /** {@return the name of the cache of one of several sequences, by its name for one} */
  public static String laneCache(String cache, int lane) {
    return cache + Context.lane(lane);
  }

  private Context decoding(Tensor flatParameters, Tensor start, Tensor position, Tensor length) {
    requireDecoding();
    return Context.of(
        bind(flatParameters, null),
        new Context.Decoding(start, position, length, input().size(0), null));
  }

  private Tensor head(Context context, Tensor hidden) {
    Graph.Node head = head();
    return context
        .within(head.name(), () -> head.block().apply(context, List.of(hidden)))
        .getFirst();
  }

  /** {@return the block whose only output is that of the network} */
  public Graph.Node head() {
    return graph.nodes().getLast();
  }

  /** {@return all blocks but the head; its output is the input of the head} */
  private Graph body() {
    List<Graph.Node> nodes = graph.nodes().subList(0, graph.nodes().size() - 1);
    SequencedMap<String, String> hidden = new LinkedHashMap<>();
    hidden.put(Graph.OUTPUT, head().inputs().getFirst());
    return new Graph(graph.inputs(), nodes, hidden);
  }

  /**
   * {@return the last block that looks at other steps, if the blocks behind it are one path of
   * stepwise ones}
   */
  private Optional<String> lastBlock() {
    String used = null;
    for (Graph.Node node : graph.nodes().reversed()) {
      if (used != null && !used.equals(node.name())) {
        return Optional.empty();
      }
      if (!node.block().stepwise()) {
        return Optional.of(node.name());
      }
      if (node.inputs().size() != 1) {
        return Optional.empty();
      }
      used = node.inputs().getFirst();
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
    whyNotDecoding()
        .ifPresent(
            reason -> {
              throw reason;
            });
  }

  /** {@return whether it {@linkplain #requireDecoding gives logits and goes on step by step} */
  public boolean canDecode() {
    return whyNotDecoding().isEmpty();
  }

  private Optional<RuntimeException> whyNotDecoding() {
    if (vocabulary() == 0 || output().rank() != 2) {
      return Optional.of(
          new IllegalArgumentException(
              "[decode] expected a network from tokens [time] to logits [time, vocabulary] but got one from"
                  + " %s %s to %s"
                      .formatted(vocabulary() == 0 ? "numbers" : "tokens", input(), output())));
    }
    for (Graph.Node node : graph.nodes()) {
      if (!node.block().decodes()) {
        return Optional.of(
            new LayerException(
                node.name(),
                "[%s] expected a layer that goes on step by step from those before, such as a decoder"
                    .formatted(node.block().label())));
      }
    }
    Graph.Node head = head();
    if (inputs.size() != 1
        || outputs.size() != 1
        || !graph.outputs().firstEntry().getValue().equals(head.name())
        || head.inputs().size() != 1
        || graph.inputs().contains(head.inputs().getFirst())
        || !head.block().stepwise()) {
      return Optional.of(
          new IllegalArgumentException(
              "[decode] expected a network with one input and one output, whose last layer computes each"
                  + " step by itself, but the last is '%s'".formatted(head.name())));
    }
    return Optional.empty();
  }

  /**
   * {@return the part of this network that makes an output of a value inside; its parameters have
   * the same names}
   *
   * @param value the name of the block that gives the value
   * @param output of this network
   * @throws IllegalArgumentException if the output depends on more than that value
   */
  public Network behind(String value, String output) {
    SequencedMap<String, String> named = new LinkedHashMap<>();
    named.put(value, value);
    Graph before = new Graph(graph.inputs(), graph.nodes(), named);
    Shape shape = before.outputs(List.copyOf(inputs.values())).getFirst();
    return new Network(graph.behind(value, output), single(value, shape));
  }

  /** {@return the tensors one behind the other, {@code [elements of all]}} */
  public static Tensor flat(List<Tensor> tensors) {
    return Parameters.flat(tensors);
  }

  /**
   * The graph of a network on a batch.
   *
   * @param outputs {@code [batch, ...output]}, by name
   * @param parameters the weights of this and other traces
   * @param layers the first output of each block under its full name, in the order they are
   *     computed
   */
  public record Trace(
      SequencedMap<String, Tensor> outputs,
      Parameters parameters,
      SequencedMap<String, Tensor> layers) {

    /** {@return the first output, {@code [batch, ...output]}} */
    public Tensor output() {
      return outputs.firstEntry().getValue();
    }

    /** {@return the gradients of {@code loss}, flat, laid out as the parameters are} */
    public Tensor gradients(Tensor loss) {
      return parameters.gradients(loss);
    }
  }

  /**
   * The graph that goes on with a sequence.
   *
   * @param logits {@code [batch, vocabulary]}: of the token behind {@code position}, or of those
   *     behind each step, {@code [batch, time, vocabulary]}
   * @param caches of the layers, each with an input that is named after its layer; the same for
   *     every number of steps
   */
  public record Decoded(Tensor logits, List<Context.Cache> caches) {}
}
