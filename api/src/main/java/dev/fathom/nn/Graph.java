package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Blocks with inputs by name, which may skip, split and join:
 *
 * <pre>{@code
 * Graph towers =
 *     Graph.builder("user", "item")
 *         .add("users", new Dense(32), "user")
 *         .add("items", new Dense(32), "item")
 *         .add("score", Join.DOT, "users", "items")
 *         .output("score", "score")
 *         .build();
 * }</pre>
 *
 * <p>A value is named after the block that gives it, {@code "lstm1"}; of a block with several
 * outputs, output k from 0 is {@code "lstm1:k"}. The names make the names of the parameters. Steps
 * that an {@link Embedding} marks as padding are known along each path by itself; where paths meet,
 * those of the first input count. {@link Sequential} is the short form for one path.
 *
 * @param inputs the names of the inputs, in order
 * @param nodes the blocks, each behind those that it takes values of
 * @param outputs the names of the outputs, in order, each with the value that it is
 */
public record Graph(List<String> inputs, List<Node> nodes, SequencedMap<String, String> outputs)
    implements Block {
  /** The input of a network that is one path. */
  public static final String INPUT = "input";

  /** The output of a network that is one path. */
  public static final String OUTPUT = "output";

  /**
   * A block in a graph.
   *
   * @param name unique in the graph
   * @param inputs the values that it takes
   */
  public record Node(String name, Block block, List<String> inputs) {
    public Node {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * @throws LayerException if a block takes a value that is not there yet, naming both
   */
  public Graph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
    Check.that(!inputs.isEmpty(), "graph", "1 input or more", 0);
    Check.that(!outputs.isEmpty(), "graph", "1 output or more", 0);
    Set<String> known = new HashSet<>();
    for (String input : inputs) {
      checkName(input);
      Check.that(known.add(input), "graph", "different names", input + " twice");
    }
    for (Node node : nodes) {
      checkName(node.name());
      Check.that(!node.inputs().isEmpty(), "graph", "an input of block " + node.name(), "none");
      for (String input : node.inputs()) {
        if (!known.contains(source(input))) {
          throw new LayerException(
              node.name(), "expected an input or a layer before it but got '" + input + "'");
        }
      }
      Check.that(known.add(node.name()), "graph", "different names", node.name() + " twice");
    }
    for (Map.Entry<String, String> output : outputs.entrySet()) {
      Check.that(
          known.contains(source(output.getValue())),
          "graph",
          "an input or a layer as output '" + output.getKey() + "'",
          "'" + output.getValue() + "'");
    }
  }

  /** Outputs of blocks have names with a colon, blocks in others such with a dot. */
  private static void checkName(String name) {
    boolean isPlain = name.indexOf(':') < 0 && name.indexOf('.') < 0;
    Check.that(isPlain, "graph", "a name without ':' and '.'", "'" + name + "'");
  }

  /** {@return the graph of a path, from {@link #INPUT} to {@link #OUTPUT}} */
  public static Graph of(Sequential path) {
    List<Node> nodes = new ArrayList<>();
    String last = INPUT;
    for (Sequential.Entry entry : path.entries()) {
      nodes.add(new Node(entry.name(), entry.layer(), List.of(last)));
      last = entry.name();
    }
    SequencedMap<String, String> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, last);
    return new Graph(List.of(INPUT), nodes, outputs);
  }

  /** {@return a builder of a graph with these inputs} */
  public static Builder builder(String... inputs) {
    return new Builder(List.of(inputs));
  }

  /** Collects blocks and outputs. Not thread-safe. */
  public static final class Builder {
    private final List<String> inputs;
    private final List<Node> nodes = new ArrayList<>();
    private final SequencedMap<String, String> outputs = new LinkedHashMap<>();

    private Builder(List<String> inputs) {
      Check.that(!inputs.isEmpty(), "graph", "1 input or more", 0);
      this.inputs = inputs;
    }

    /** Adds a block that takes these values; of the block before it, if none is named. */
    public Builder add(String name, Block block, String... values) {
      String before = nodes.isEmpty() ? inputs.getFirst() : nodes.getLast().name();
      nodes.add(new Node(name, block, values.length == 0 ? List.of(before) : List.of(values)));
      return this;
    }

    /**
     * Makes a value an output.
     *
     * @throws IllegalArgumentException if there is an output of this name
     */
    public Builder output(String name, String value) {
      boolean isNew = outputs.putIfAbsent(name, value) == null;
      Check.that(isNew, "graph", "different names", name + " twice");
      return this;
    }

    /**
     * {@return the graph; without a word on outputs its last block gives the only one}
     *
     * @throws IllegalArgumentException if a name is there twice or unknown
     */
    public Graph build() {
      if (outputs.isEmpty() && !nodes.isEmpty()) {
        outputs.put(OUTPUT, nodes.getLast().name());
      }
      return new Graph(inputs, nodes, outputs);
    }
  }

  /**
   * {@return the blocks between a value and an output}
   *
   * @param value the name of a block, whose first output becomes the input
   * @param output of this graph, which becomes the only one
   * @throws IllegalArgumentException if the output depends on more than that value
   */
  Graph behind(String value, String output) {
    String last = outputs.get(output);
    Set<String> needed = new HashSet<>(Set.of(source(last)));
    List<Node> kept = new ArrayList<>();
    for (Node node : nodes.reversed()) {
      if (needed.contains(node.name()) && !node.name().equals(value)) {
        node.inputs().forEach(input -> needed.add(source(input)));
        kept.addFirst(node);
      }
    }
    for (String input : inputs) {
      Check.that(
          !needed.contains(input),
          "graph",
          "an output '%s' that depends on '%s' alone".formatted(output, value),
          "'" + input + "' too");
    }
    SequencedMap<String, String> only = new LinkedHashMap<>();
    only.put(output, last);
    return new Graph(List.of(value), kept, only);
  }

  /** The block or input that gives a value. */
  private static String source(String value) {
    int colon = value.lastIndexOf(':');
    return colon < 0 ? value : value.substring(0, colon);
  }

  @Override
  public Map<String, Block> children() {
    Map<String, Block> children = new LinkedHashMap<>();
    nodes.forEach(node -> children.put(node.name(), node.block()));
    return children;
  }

  /**
   * The first block that takes the one or the other decides: patches of an image are a sequence.
   */
  @Override
  public Takes takes() {
    Takes takes = Takes.ANY;
    for (Node node : nodes) {
      takes = takes.or(node.block()::takes);
    }
    return takes;
  }

  /**
   * {@return whether an input is a sequence: the first block that it reaches and that takes a
   * sequence or an image alone takes a sequence}
   */
  public boolean sequence(String input) {
    Set<String> reached = new HashSet<>(Set.of(input));
    for (Node node : nodes) {
      if (node.inputs().stream().anyMatch(value -> reached.contains(source(value)))) {
        Takes takes = node.block().takes();
        if (takes != Takes.ANY) {
          return takes == Takes.SEQUENCE;
        }
        reached.add(node.name());
      }
    }
    return false;
  }

  @Override
  public boolean stepwise() {
    return nodes.stream().allMatch(node -> node.block().stepwise());
  }

  @Override
  public boolean decodes() {
    return nodes.stream().allMatch(node -> node.block().decodes());
  }

  @Override
  public long vocabulary() {
    return vocabulary(inputs.getFirst());
  }

  @Override
  public long vocabulary(int index) {
    return vocabulary(inputs.get(index));
  }

  /** {@return the size of the vocabulary of an input of token ids; 0 if it is numbers} */
  public long vocabulary(String input) {
    long most = 0;
    for (Node node : nodes) {
      for (int i = 0; i < node.inputs().size(); i++) {
        if (node.inputs().get(i).equals(input)) {
          most = Math.max(most, node.block().vocabulary(i));
        }
      }
    }
    return most;
  }

  @Override
  public OptionalLong paddingToken() {
    return paddingToken(inputs.getFirst());
  }

  /** {@return the id that fills short sequences of an input, if a layer that takes it has one} */
  public OptionalLong paddingToken(String input) {
    return nodes.stream()
        .filter(node -> node.inputs().contains(input))
        .map(node -> node.block().paddingToken())
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  @Override
  public List<Shape> outputs(List<Shape> shapes) {
    Check.that(
        shapes.size() == inputs.size(),
        label(),
        inputs.size() + " inputs " + inputs,
        shapes.size() + ": " + shapes);
    Map<String, Shape> known = new HashMap<>();
    for (int i = 0; i < shapes.size(); i++) {
      known.put(inputs.get(i), shapes.get(i));
    }
    for (Node node : nodes) {
      checkTokens(node);
      List<Shape> in = node.inputs().stream().map(value -> value(known, value, node)).toList();
      put(known, node, LayerException.in(node.name(), () -> node.block().outputs(in)));
    }
    return outputs.values().stream().map(value -> value(known, value, null)).toList();
  }

  /** Token ids come from outside alone, and all that take them from one input agree. */
  private void checkTokens(Node node) {
    for (int i = 0; i < node.inputs().size(); i++) {
      String value = node.inputs().get(i);
      long vocabulary = node.block().vocabulary(i);
      boolean isInput = inputs.contains(value);
      if (!isInput && vocabulary > 0) {
        throw new LayerException(
            node.name(),
            "[%s] expected token ids, which only an input of the network has"
                .formatted(node.block().label()));
      }
      if (isInput && vocabulary != vocabulary(value)) {
        throw new LayerException(
            node.name(),
            "[%s] expected input '%s' to be ids of %d tokens, as another layer takes it, but takes %s"
                .formatted(
                    node.block().label(),
                    value,
                    vocabulary(value),
                    vocabulary == 0 ? "numbers" : "ids of " + vocabulary));
      }
    }
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> tensors) {
    Map<String, Tensor> known = new HashMap<>();
    Map<String, Tensor> masks = new HashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      known.put(inputs.get(i), tensors.get(i));
      masks.put(inputs.get(i), context.stepMask(i));
    }
    for (Node node : nodes) {
      List<Tensor> in = node.inputs().stream().map(value -> value(known, value, node)).toList();
      Tensor[] inMasks = node.inputs().stream().map(masks::get).toArray(Tensor[]::new);
      context.enter(Arrays.asList(inMasks));
      List<Tensor> out = context.within(node.name(), () -> applied(context, node, in));
      put(known, node, out);
      put(masks, node, out.stream().map(context::stepMaskOf).toList());
    }
    String first = outputs.firstEntry().getValue();
    context.enter(Arrays.asList(masks.get(first)));
    return outputs.values().stream().map(value -> value(known, value, null)).toList();
  }

  private static List<Tensor> applied(Context context, Node node, List<Tensor> in) {
    List<Tensor> out = node.block().apply(context, in);
    context.passed(out.getFirst());
    return out;
  }

  private static <T> void put(Map<String, T> known, Node node, List<T> values) {
    known.put(node.name(), values.getFirst());
    for (int i = 0; i < values.size(); i++) {
      known.put(node.name() + ":" + i, values.get(i));
    }
  }

  private static <T> T value(Map<String, T> known, String name, Node user) {
    T value = known.get(name);
    if (value == null) {
      String problem = "expected an output of layer '%s' but it has no '%s'";
      throw new LayerException(
          user == null ? source(name) : user.name(), problem.formatted(source(name), name));
    }
    return value;
  }
}
