package dev.fathom.compile;

import dev.fathom.graph.Indexing;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Gather;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Random;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Sort;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The kernel spec of an operation over given views. */
final class Specs {
  private Specs() {}

  /** Operands and kernel of one operation; {@code operands} index the node's inputs. */
  record Anchored(KernelSpec spec, List<Integer> operands, List<ScalarSource> scalars) {}

  /**
   * {@return the spec that computes {@code node}, without fusion}
   *
   * @param in views of the node's inputs
   * @param out views of its outputs
   */
  static Anchored of(Node node, List<View> in, List<View> out) {
    View x = in.isEmpty() ? null : in.getFirst();
    View y = out.getFirst();
    List<Value> values = node.inputs();
    return switch (node.op()) {
      case Op.Reduce(var op, List<Integer> axes) ->
          all(new Reduce(op, Source.of(trailing(x, axes)), axes.size(), y), values);
      case Op.Contract op -> all(contract(op, x, in.get(1), Epilogue.store(y)), values);
      case Op.Convolve op -> all(convolve(op, x, in.get(1), Epilogue.store(y)), values);
      case Op.MaxPool(var windows) -> all(new MaxPool(windows, x, y, out.get(1)), values);
      case Op.MaxPoolGradient(var windows, Shape _) ->
          all(new MaxPoolGradient(windows, x, in.get(1), y), values);
      case Op.Gather _ -> all(new Gather(x, in.get(1), y), values);
      case Op.Scatter(int _, var mode) ->
          new Anchored(new Scatter(mode, in.get(1), in.get(2), y), List.of(1, 2), List.of());
      case Op.DynamicSlice _ -> new Anchored(new DynamicSlice(x, y), List.of(0), scalars(node));
      case Op.DynamicSliceUpdate _ ->
          new Anchored(new DynamicSliceUpdate(in.get(1), y), List.of(1), scalars(node));
      case Op.Sort(boolean descending) -> all(new Sort(descending, x, y, out.get(1)), values);
      case Op.Cumulate(var op) -> all(new Cumulate(op, x, y), values);
      case Op.Random op ->
          new Anchored(new Random(op.distribution(), op.stream(), y), List.of(), scalars(node));
      case Op.Softmax(boolean log) -> all(new Softmax(log, x, y), values);
      case Op.CrossEntropy _ -> all(new CrossEntropy(x, in.get(1), y, out.get(1)), values);
      case Op.CrossEntropyGradient _ ->
          all(new CrossEntropyGradient(x, in.get(1), in.get(2), in.get(3), y), values);
      case Op.Recurrent op -> all(recurrent(op, in.iterator(), out.iterator()), values);
      case Op.RecurrentGradient op ->
          all(recurrentGradient(op, in.iterator(), out.iterator()), values);
      case Op.SelectiveScan(long interval) ->
          all(
              new SelectiveScan(
                  interval,
                  x,
                  in.get(1),
                  in.get(2),
                  in.get(3),
                  in.get(4),
                  in.get(5),
                  y,
                  out.get(1),
                  out.get(2)),
              values);
      case Op.SelectiveScanGradient(long interval) ->
          all(
              new SelectiveScanGradient(
                  interval,
                  x,
                  in.get(1),
                  in.get(2),
                  in.get(3),
                  in.get(4),
                  in.get(5),
                  in.get(6),
                  in.get(7),
                  y,
                  out.get(1),
                  out.get(2),
                  out.get(3),
                  out.get(4),
                  out.get(5)),
              values);
      case Op.Normalise(boolean centred, boolean biased, double epsilon) ->
          all(
              new Normalise(
                  epsilon, x, in.get(1), at(biased, in, 2), y, out.get(1), at(centred, out, 2)),
              values);
      case Op.NormaliseGradient(boolean centred, boolean biased) ->
          all(
              new NormaliseGradient(
                  x,
                  in.get(1),
                  in.get(2),
                  in.get(3),
                  at(centred, in, 4),
                  y,
                  out.get(1),
                  at(biased, out, 2)),
              values);
      case Op.Attention op -> {
        Attention spec =
            new Attention(
                op.causal(),
                op.scale(),
                op.bounded(),
                op.dropout(),
                x,
                in.get(1),
                in.get(2),
                at(op.masked(), in, 3),
                headwise(y),
                out.get(1));
        yield new Anchored(spec, first(op.scalarsAt()), scalars(node));
      }
      case Op.AttentionGradient(Op.Attention op) -> {
        AttentionGradient spec =
            new AttentionGradient(
                op.causal(),
                op.scale(),
                op.bounded(),
                op.dropout(),
                x,
                in.get(1),
                in.get(2),
                headwise(in.get(3)),
                in.get(4),
                headwise(in.get(5)),
                at(op.masked(), in, 6),
                headwise(y),
                headwise(out.get(1)),
                headwise(out.get(2)));
        yield new Anchored(spec, first(spec.inputs().size()), scalars(node));
      }
      default -> throw new IllegalStateException("[compile] no kernel for " + node);
    };
  }

  private static Recurrent recurrent(Op.Recurrent op, Iterator<View> in, Iterator<View> out) {
    return new Recurrent(
        op.cell(),
        op.reverse(),
        in.next(),
        in.next(),
        in.next(),
        state(op.cell(), in),
        next(op.masked(), in),
        state(op.cell(), out),
        next(op.cell().saved() > 0, out));
  }

  private static RecurrentGradient recurrentGradient(
      Op.RecurrentGradient op, Iterator<View> in, Iterator<View> out) {
    return new RecurrentGradient(
        op.cell(),
        op.reverse(),
        in.next(),
        state(op.cell(), in),
        next(op.masked(), in),
        state(op.cell(), in),
        next(op.cell().saved() > 0, in),
        state(op.cell(), in),
        out.next(),
        state(op.cell(), out));
  }

  private static Recurrent.State state(Recurrent.Cell cell, Iterator<View> views) {
    return new Recurrent.State(views.next(), next(cell.hasCell(), views));
  }

  private static Optional<View> next(boolean exists, Iterator<View> views) {
    return exists ? Optional.of(views.next()) : Optional.empty();
  }

  private static Optional<View> at(boolean present, List<View> views, int index) {
    return present ? Optional.of(views.get(index)) : Optional.empty();
  }

  /** {@return {@code [batch, length, heads, size]} as {@code [batch, heads, length, size]}} */
  private static View headwise(View view) {
    return View.of(
        view.dtype(),
        Shape.of(view.size(0), view.size(2), view.size(1), view.size(3)),
        view.stride(0),
        view.stride(2),
        view.stride(1),
        view.stride(3));
  }

  /** {@return the spec for contiguous operands: what a backend is asked before lowering} */
  static KernelSpec contiguous(Node node) {
    return of(
            node,
            node.inputs().stream().map(Value::type).map(Specs::contiguous).toList(),
            node.outputs().stream().map(Specs::contiguous).toList())
        .spec();
  }

  /**
   * {@return whether a spec has the form of the operation} A start that is computed on the device
   * is no run-time scalar of a launch, and specs read and write rows alone; else it is lowered.
   */
  static boolean hasForm(Node node) {
    return switch (node.op()) {
      case Op.Gather _, Op.Scatter _ -> Indexing.isOfRows(node);
      default -> scalarInputs(node).stream().allMatch(value -> ScalarSource.of(value).isPresent());
    };
  }

  private static List<Value> scalarInputs(Node node) {
    List<Value> in = node.inputs();
    return switch (node.op()) {
      case Op.Random _ -> in;
      case Op.DynamicSlice _ -> in.subList(1, in.size());
      case Op.DynamicSliceUpdate _ -> in.subList(2, in.size());
      case Op.Attention op -> in.subList(op.scalarsAt(), in.size());
      case Op.AttentionGradient op -> in.subList(op.scalarsAt(), in.size());
      default -> List.of();
    };
  }

  static View contiguous(Type type) {
    return View.contiguous(type.dtype(), type.shape());
  }

  static Contract contract(Op.Contract op, View a, View b, Epilogue epilogue) {
    return new Contract(
        operand(op, a), operand(op, b), op.batchAxes(), op.kAxes(), op.accumulator(), epilogue);
  }

  /** Integers that meet floating numbers are converted while they are read. */
  private static Source operand(Op.Contract op, View view) {
    return op.accumulator().isFloating() && view.dtype().isInteger()
        ? Source.of(view, op.accumulator())
        : Source.of(view);
  }

  static Convolve convolve(Op.Convolve op, View first, View second, Epilogue epilogue) {
    return new Convolve(
        op.role(), op.windows(), op.groups(), first.dtype().valueType(), first, second, epilogue);
  }

  /** {@return the view with {@code axes} moved behind the others} */
  static View trailing(View view, List<Integer> axes) {
    List<Integer> order = trailingOrder(view.rank(), axes);
    long[] sizes = order.stream().mapToLong(view::size).toArray();
    long[] strides = order.stream().mapToLong(view::stride).toArray();
    return View.of(view.dtype(), Shape.of(sizes), strides);
  }

  /** {@return the axes of that rank, {@code axes} last} */
  static List<Integer> trailingOrder(int rank, List<Integer> axes) {
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, rank).filter(axis -> !axes.contains(axis)).forEach(order::add);
    order.addAll(axes);
    return order;
  }

  private static Anchored all(KernelSpec spec, List<Value> inputs) {
    return new Anchored(spec, first(inputs.size()), List.of());
  }

  private static List<Integer> first(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static List<ScalarSource> scalars(Node node) {
    return scalarInputs(node).stream().map(value -> ScalarSource.of(value).orElseThrow()).toList();
  }
}
