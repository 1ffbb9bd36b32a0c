package dev.fathom.format;

import dev.fathom.graph.Content;
import dev.fathom.graph.Op;
import dev.fathom.graph.Type;
import dev.fathom.spi.Attention.Dropout;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Recurrent.Cell;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How each operation is written: its name and its attributes, which are the components of its
 * record. Files keep these names for ever, even if records are renamed. A new operation needs a
 * line in each of the three switches, and {@link SymbolicGraph#FORMAT} grows.
 */
final class OpFormat {
  private static final String RUN_TIME =
      "[%s] '%s' comes with each run, which a stored graph cannot say: trace for inference";

  private OpFormat() {}

  /**
   * {@return the name and the attributes of {@code op}}
   *
   * @param literalName gives the content of a literal its name
   * @throws IllegalArgumentException if graphs with that operation cannot be stored
   */
  static NodeWriter write(Op op, Function<Content, String> literalName) {
    return switch (op) {
      case Op.Input(String name, Type _) ->
          throw new IllegalArgumentException(
              "[input] '%s' is not among the inputs of the graph".formatted(name));
      case Op.Scalar(String name, DType _) ->
          throw new IllegalArgumentException(RUN_TIME.formatted("scalar", name));
      case Op.Random _ -> throw new IllegalArgumentException(RUN_TIME.formatted("random", "seed"));
      case Op.Constant(long bits, Type type) ->
          named("constant").type(type).constant("value", bits, type.dtype());
      case Op.Literal(Content content) ->
          named("literal").text("tensor", literalName.apply(content)).type(content.type());
      case Op.Iota(int axis, Type type) -> named("iota").axis("axis", axis).type(type);
      case Op.Elementwise(ScalarOp function, DType dtype) ->
          named("elementwise").choice("function", function).choice("dtype", dtype);
      case Op.Reshape(Shape shape) -> named("reshape").shape("shape", shape);
      case Op.Permute(List<Integer> axes) -> named("permute").axes("axes", axes);
      case Op.Broadcast(Shape shape) -> named("broadcast").shape("shape", shape);
      case Op.Slice(List<Long> starts, Shape sizes, List<Long> steps) ->
          named("slice").sizes("starts", starts).shape("sizes", sizes).sizes("steps", steps);
      case Op.Pad(List<Long> low, List<Long> high, List<Long> interior, double value) ->
          named("pad")
              .sizes("low", low)
              .sizes("high", high)
              .sizes("interior", interior)
              .number("value", value);
      case Op.Concat(int axis) -> named("concat").axis("axis", axis);
      case Op.Windows(List<Window> windows) -> named("windows").windows("windows", windows);
      case Op.Reduce(ReduceOp function, List<Integer> axes) ->
          named("reduce").choice("function", function).axes("axes", axes);
      case Op.Contract(int batchAxes, int kAxes, DType accumulator) ->
          named("contract")
              .axis("batchAxes", batchAxes)
              .axis("kAxes", kAxes)
              .choice("accumulator", accumulator);
      case Op.Convolve(Role role, List<Window> windows, long groups, Shape result) ->
          named("convolve")
              .choice("role", role)
              .windows("windows", windows)
              .size("groups", groups)
              .shape("result", result);
      case Op.MaxPool(List<Window> windows) -> named("max-pool").windows("windows", windows);
      case Op.MaxPoolGradient(List<Window> windows, Shape input) ->
          named("max-pool-gradient").windows("windows", windows).shape("input", input);
      case Op.Gather(int axis) -> named("gather").axis("axis", axis);
      case Op.Scatter(int axis, Mode mode) ->
          named("scatter").axis("axis", axis).choice("mode", mode);
      case Op.DynamicSlice(Shape block) -> named("dynamic-slice").shape("block", block);
      case Op.DynamicSliceUpdate() -> named("dynamic-slice-update");
      case Op.Sort(boolean descending) -> named("sort").flag("descending", descending);
      case Op.Cumulate(ReduceOp function) -> named("cumulate").choice("function", function);
      case Op.Softmax(boolean log) -> named("softmax").flag("log", log);
      case Op.CrossEntropy() -> named("cross-entropy");
      case Op.CrossEntropyGradient() -> named("cross-entropy-gradient");
      case Op.Recurrent(Cell cell, boolean reverse, boolean masked) ->
          recurrent("recurrent", cell, reverse, masked);
      case Op.RecurrentGradient(Cell cell, boolean reverse, boolean masked) ->
          recurrent("recurrent-gradient", cell, reverse, masked);
      case Op.SelectiveScan(long interval) -> named("selective-scan").size("interval", interval);
      case Op.SelectiveScanGradient(long interval) ->
          named("selective-scan-gradient").size("interval", interval);
      case Op.Normalise(boolean centred, boolean biased, double epsilon) ->
          named("normalise")
              .flag("centred", centred)
              .flag("biased", biased)
              .number("epsilon", epsilon);
      case Op.NormaliseGradient(boolean centred, boolean biased) ->
          named("normalise-gradient").flag("centred", centred).flag("biased", biased);
      case Op.Attention attention -> attention("attention", attention);
      case Op.AttentionGradient(Op.Attention of) -> attention("attention-gradient", of);
      case Op.StopGradient() -> named("stop-gradient");
      case Op.Checkpoint _, Op.Barrier _ ->
          throw new IllegalArgumentException(
              "[%s] is of trainings alone: trace for inference".formatted(op.label()));
    };
  }

  /**
   * {@return the operation that {@link #write} wrote}
   *
   * @param literals contents by name
   * @throws IllegalArgumentException naming the attribute that is missing or wrong
   */
  static Op read(NodeReader in, Map<String, Content> literals) {
    String name = in.text("op");
    return switch (name) {
      case "constant" -> {
        Type type = in.type();
        yield new Op.Constant(in.constant("value", type.dtype()), type);
      }
      case "literal" -> new Op.Literal(literal(in, literals));
      case "iota" -> new Op.Iota(in.axis("axis"), in.type());
      case "elementwise" ->
          new Op.Elementwise(in.choice("function", ScalarOp.values()), in.dtype());
      case "reshape" -> new Op.Reshape(in.shape("shape"));
      case "permute" -> new Op.Permute(in.axes("axes"));
      case "broadcast" -> new Op.Broadcast(in.shape("shape"));
      case "slice" -> new Op.Slice(in.sizes("starts"), in.shape("sizes"), in.sizes("steps"));
      case "pad" ->
          new Op.Pad(in.sizes("low"), in.sizes("high"), in.sizes("interior"), in.number("value"));
      case "concat" -> new Op.Concat(in.axis("axis"));
      case "windows" -> new Op.Windows(in.windows("windows"));
      case "reduce" -> new Op.Reduce(in.choice("function", ReduceOp.values()), in.axes("axes"));
      case "contract" ->
          new Op.Contract(
              in.axis("batchAxes"), in.axis("kAxes"), in.choice("accumulator", DType.values()));
      case "convolve" ->
          new Op.Convolve(
              in.choice("role", Role.values()),
              in.windows("windows"),
              in.size("groups"),
              in.shape("result"));
      case "max-pool" -> new Op.MaxPool(in.windows("windows"));
      case "max-pool-gradient" -> new Op.MaxPoolGradient(in.windows("windows"), in.shape("input"));
      case "gather" -> new Op.Gather(in.axis("axis"));
      case "scatter" -> new Op.Scatter(in.axis("axis"), in.choice("mode", Mode.values()));
      case "dynamic-slice" -> new Op.DynamicSlice(in.shape("block"));
      case "dynamic-slice-update" -> new Op.DynamicSliceUpdate();
      case "sort" -> new Op.Sort(in.flag("descending"));
      case "cumulate" -> new Op.Cumulate(in.choice("function", ReduceOp.values()));
      case "softmax" -> new Op.Softmax(in.flag("log"));
      case "cross-entropy" -> new Op.CrossEntropy();
      case "cross-entropy-gradient" -> new Op.CrossEntropyGradient();
      case "recurrent" -> new Op.Recurrent(cell(in), in.flag("reverse"), in.flag("masked"));
      case "recurrent-gradient" ->
          new Op.RecurrentGradient(cell(in), in.flag("reverse"), in.flag("masked"));
      case "selective-scan" -> new Op.SelectiveScan(in.size("interval"));
      case "selective-scan-gradient" -> new Op.SelectiveScanGradient(in.size("interval"));
      case "normalise" ->
          new Op.Normalise(in.flag("centred"), in.flag("biased"), in.number("epsilon"));
      case "normalise-gradient" -> new Op.NormaliseGradient(in.flag("centred"), in.flag("biased"));
      case "attention" -> attention(in);
      case "attention-gradient" -> new Op.AttentionGradient(attention(in));
      case "stop-gradient" -> new Op.StopGradient();
      default ->
          throw NodeReader.wrong(
              in.at("op"),
              "'%s' is no operation that this Fathom knows".formatted(NodeReader.shortened(name)));
    };
  }

  /** How many inputs an operation has. */
  record Arity(int least, int most) {
    boolean holds(int inputs) {
      return least <= inputs && inputs <= most;
    }

    /** {@return for example {@code 2 inputs} or {@code 1 input or more}} */
    @Override
    public String toString() {
      return least + (least == 1 ? " input" : " inputs") + (most > least ? " or more" : "");
    }
  }

  /** {@return how many inputs {@code op} has; which types they must have is its own rule} */
  static Arity arity(Op op) {
    return switch (op) {
      case Op.Input _, Op.Scalar _, Op.Constant _, Op.Literal _, Op.Iota _ -> exactly(0);
      case Op.Elementwise(ScalarOp function, DType _) -> exactly(function.arity());
      case Op.Reshape _, Op.Permute _, Op.Broadcast _, Op.Slice _, Op.Pad _, Op.Windows _ ->
          exactly(1);
      case Op.Reduce _, Op.Sort _, Op.Cumulate _, Op.Softmax _, Op.StopGradient _, Op.MaxPool _ ->
          exactly(1);
      case Op.Concat _ -> new Arity(1, Integer.MAX_VALUE);
      case Op.Random _, Op.Contract _, Op.Convolve _, Op.MaxPoolGradient _ -> exactly(2);
      case Op.Gather _, Op.CrossEntropy _ -> exactly(2);
      case Op.Scatter _ -> exactly(3);
      case Op.DynamicSlice(Shape block) -> exactly(1 + block.rank());
      // A start for each axis of the first, which the shape rule counts.
      case Op.DynamicSliceUpdate() -> new Arity(2, Integer.MAX_VALUE);
      case Op.CrossEntropyGradient() -> exactly(4);
      case Op.Recurrent(Cell cell, boolean _, boolean masked) ->
          exactly(3 + states(cell) + (masked ? 1 : 0));
      case Op.RecurrentGradient(Cell cell, boolean _, boolean masked) ->
          exactly(1 + 3 * states(cell) + (masked ? 1 : 0) + (cell.saved() > 0 ? 1 : 0));
      case Op.SelectiveScan _ -> exactly(6);
      case Op.SelectiveScanGradient _ -> exactly(8);
      case Op.Normalise(boolean _, boolean biased, double _) -> exactly(biased ? 3 : 2);
      case Op.NormaliseGradient(boolean centred, boolean _) -> exactly(centred ? 5 : 4);
      case Op.Attention of -> exactly(of.scalarsAt() + scalars(of));
      case Op.Checkpoint _, Op.Barrier _ -> new Arity(1, Integer.MAX_VALUE);
      case Op.AttentionGradient gradient -> exactly(gradient.scalarsAt() + scalars(gradient.of()));
    };
  }

  private static Arity exactly(int inputs) {
    return new Arity(inputs, inputs);
  }

  private static int states(Cell cell) {
    return cell.hasCell() ? 2 : 1;
  }

  private static int scalars(Op.Attention of) {
    return (of.bounded() ? 1 : 0) + (of.dropout().isPresent() ? 2 : 0);
  }

  private static NodeWriter named(String name) {
    return NodeWriter.fresh().text("op", name);
  }

  private static NodeWriter recurrent(String name, Cell cell, boolean reverse, boolean masked) {
    return named(name).choice("cell", cell).flag("reverse", reverse).flag("masked", masked);
  }

  private static Cell cell(NodeReader in) {
    return in.choice("cell", Cell.values());
  }

  private static NodeWriter attention(String name, Op.Attention of) {
    NodeWriter out =
        named(name)
            .flag("causal", of.causal())
            .number("scale", of.scale())
            .flag("masked", of.masked())
            .flag("bounded", of.bounded());
    of.dropout()
        .ifPresent(
            dropout ->
                out.object(
                    "dropout",
                    NodeWriter.fresh()
                        .number("rate", dropout.rate())
                        .size("stream", dropout.stream())));
    return out;
  }

  private static Op.Attention attention(NodeReader in) {
    Optional<Dropout> dropout =
        in.optional("dropout")
            .map(
                of -> {
                  Dropout read = new Dropout(of.number("rate"), of.integer("stream"));
                  of.end();
                  return read;
                });
    return new Op.Attention(
        in.flag("causal"), in.number("scale"), in.flag("masked"), in.flag("bounded"), dropout);
  }

  private static Content literal(NodeReader in, Map<String, Content> literals) {
    String name = in.text("tensor");
    Type type = in.type();
    Content content = literals.get(name);
    if (content == null) {
      throw NodeReader.wrong(
          in.at("tensor"),
          "there is no tensor '%s' beside the graph".formatted(NodeReader.shortened(name)));
    }
    if (!content.type().equals(type)) {
      throw NodeReader.wrong(
          in.at("shape"),
          "expected %s, which is the type of the tensor '%s', but got %s"
              .formatted(content.type(), name, type));
    }
    return content;
  }
}
