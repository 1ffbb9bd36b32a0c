package dev.fathom.compile;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPoolValues;
import dev.fathom.spi.OperandLayout;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes units of launches from groups, with packing and the copies that movement needs. */
final class Emitter {
  /** {@code place}: a copy that is needed later, behind a barrier, is made later. */
  private record PackKey(Located place, OperandLayout layout) {}

  private final Backend backend;
  private final Views views;
  private final Fusion fusion;
  private final Map<Value, Storage> storages = new HashMap<>();
  private final Map<Value, Unit> producers = new HashMap<>();
  private final Map<PackKey, Value> packed = new HashMap<>();
  private final List<Unit> units = new ArrayList<>();

  Emitter(Backend backend, Views views, Fusion fusion, Map<Value, Storage> residents) {
    this.backend = backend;
    this.views = views;
    this.fusion = fusion;
    storages.putAll(residents);
  }

  /** Emits all groups; {@code order} lists them so that producers come first. */
  List<Unit> emit(List<Group> order) {
    order.forEach(this::emit);
    return units;
  }

  /** {@return where a value lies that some unit has made} */
  Storage storage(Value base) {
    return storages.get(base);
  }

  /** {@return the unit that makes {@code base}, null for what is resident} */
  Unit producer(Value base) {
    return producers.get(base);
  }

  private void emit(Group group) {
    if (group.members().isEmpty()) {
      emitAlone(group.anchor().orElseThrow());
      return;
    }
    Group.Body body = fusion.body(group);
    KernelSpec spec = fusion.spec(group, body);
    List<Located> in = new ArrayList<>();
    if (group.anchor().isPresent() && !group.isPrologue()) {
      group.anchor().get().inputs().forEach(input -> in.add(views.at(input)));
    }
    in.addAll(body.inputs());
    Unit unit = new Unit();
    List<Slot> out = fusion.outputs(group).stream().map(value -> create(value, unit)).toList();
    launch(unit, spec, in, out, body.scalars());
    units.add(unit);
  }

  private void emitAlone(Node node) {
    Unit unit = new Unit();
    Value result = node.output(0);
    switch (node.op()) {
      case Op.Reshape _ -> {
        Located x = views.at(node.inputs().getFirst());
        copy(unit, x, View.contiguous(x.view().dtype(), x.view().shape()), create(result, unit));
      }
      case Op.Pad op -> {
        Slot whole = create(result, unit);
        fill(
            unit,
            Expression.bits(op.value(), node.inputs().getFirst().dtype().valueType()),
            result.type(),
            whole);
        Located x = views.at(node.inputs().getFirst());
        long[] strides = result.shape().rowMajorStrides();
        long offset = 0;
        for (int axis = 0; axis < strides.length; axis++) {
          offset += op.low().get(axis) * strides[axis];
          strides[axis] *= op.interior().get(axis) + 1;
        }
        View inner = View.of(result.dtype(), x.view().shape(), strides);
        copy(unit, x, inner, new Slot(whole.storage(), offset));
      }
      case Op.Concat(int axis) -> concat(unit, node, axis);
      case Op.Scatter _, Op.DynamicSliceUpdate _ -> {
        Slot whole = create(result, unit);
        copy(unit, views.at(node.inputs().getFirst()), Specs.contiguous(result.type()), whole);
        anchored(unit, node, List.of(whole));
      }
      case Op.MaxPool(List<Window> windows) when takesValues(windows, node) -> {
        Located x = views.at(node.inputs().getFirst());
        launch(
            unit,
            values(windows, x.view(), result),
            List.of(x),
            List.of(create(result, unit)),
            List.of());
      }
      default -> {
        List<Slot> out = new ArrayList<>();
        for (int i = 0; i < node.outputs().size(); i++) {
          out.add(create(node.output(i), unit));
        }
        anchored(unit, node, out);
      }
    }
    units.add(unit);
  }

  /** {@return whether nobody asks where the maxima are, and the backend can leave that out} */
  private boolean takesValues(List<Window> windows, Node pool) {
    View x = views.at(pool.inputs().getFirst()).view();
    return !fusion.isRead(pool.output(1))
        && backend.plan(values(windows, x, pool.output(0))) instanceof Plan.Accepted;
  }

  private static KernelSpec values(List<Window> windows, View x, Value result) {
    return new MaxPoolValues(windows, x, Specs.contiguous(result.type()));
  }

  private void anchored(Unit unit, Node node, List<Slot> out) {
    List<Located> in = node.inputs().stream().map(views::at).toList();
    List<View> outViews = node.outputs().stream().map(Specs::contiguous).toList();
    Specs.Anchored made = Specs.of(node, in.stream().map(Located::view).toList(), outViews);
    if (backend.plan(made.spec()) instanceof Plan.Declined) {
      // The operation was accepted for contiguous operands; these have strides that do not suit.
      in = in.stream().map(this::contiguous).toList();
      made = Specs.of(node, in.stream().map(Located::view).toList(), outViews);
    }
    // Scalars are not read, but may come behind a barrier.
    in.forEach(x -> x.after().forEach(value -> await(unit, value)));
    launch(unit, made.spec(), made.operands().stream().map(in::get).toList(), out, made.scalars());
  }

  private Located contiguous(Located x) {
    if (x.view().isContiguous()) {
      return x;
    }
    Unit unit = new Unit();
    units.add(unit);
    Type type = new Type(x.view().dtype(), x.view().shape());
    Value copied = Ops.input("contiguous", type);
    copy(unit, x, Specs.contiguous(type), create(copied, unit));
    return new Located(copied, Specs.contiguous(type), 0);
  }

  /**
   * A part that no other storage holds is computed in its place in the whole; the others are copied
   * there.
   */
  private void concat(Unit unit, Node node, int axis) {
    Value result = node.output(0);
    Slot whole = create(result, unit);
    View view = Specs.contiguous(result.type());
    long offset = 0;
    for (Value part : node.inputs()) {
      Located x = views.at(part);
      boolean outermost = result.shape().slice(0, axis).elements() == 1;
      Storage own = storages.get(x.base());
      if (outermost
          && x.isWhole()
          && x.after().isEmpty()
          && x.base().dtype() == result.dtype()
          && own != null
          && own.kind() == Storage.Kind.TEMPORARY
          && !own.isPlaced()
          && !unit.equals(producers.get(x.base()))
          && own.elements() == part.shape().elements()) {
        own.placeIn(whole.storage(), offset);
        unit.before().add(producers.get(x.base()));
      } else {
        View target = View.of(result.dtype(), part.shape(), view.strides());
        copy(unit, x, target, new Slot(whole.storage(), offset));
      }
      offset +=
          part.shape().size(axis)
              * Math.max(1, result.shape().slice(axis + 1, result.shape().rank()).elements());
    }
  }

  /** Adds a launch that copies {@code x} to a view of the same shape. */
  void copy(Unit unit, Located x, View target, Slot to) {
    if (x.view().shape().elements() == 0) {
      return;
    }
    if (x.base().node().op() instanceof Op.Constant(long bits, Type _)) {
      fill(unit, bits, target, to);
      return;
    }
    Expression identity = Expression.identity(x.view().dtype());
    Fused spec = new Fused(target.shape(), List.of(x.view()), identity, List.of(target));
    launch(unit, spec, List.of(x), List.of(to), List.of());
  }

  private void fill(Unit unit, long bits, Type type, Slot to) {
    fill(unit, bits, Specs.contiguous(type), to);
  }

  private void fill(Unit unit, long bits, View target, Slot to) {
    leaf(unit, new Expression.Node.Constant(bits, target.dtype().valueType()), target, to);
  }

  private void leaf(Unit unit, Expression.Node node, View target, Slot to) {
    Expression map = new Expression(List.of(node), List.of(0));
    Fused spec = new Fused(target.shape(), List.of(), map, List.of(target));
    launch(unit, spec, List.of(), List.of(to), List.of());
  }

  private void launch(
      Unit unit, KernelSpec spec, List<Located> in, List<Slot> out, List<ScalarSource> scalars) {
    Plan.Accepted plan =
        switch (backend.plan(spec)) {
          case Plan.Accepted accepted -> accepted;
          case Plan.Declined(String reason) ->
              throw new IllegalArgumentException(
                  "[compile] %s cannot compute %s %s: %s"
                      .formatted(
                          backend.device().name(),
                          spec.name(),
                          spec.inputs().isEmpty() ? spec.outputs() : spec.inputs(),
                          reason));
        };
    List<Slot> operands = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Located operand = in.get(i);
      Optional<OperandLayout> layout = plan.layout(i);
      operands.add(layout.isPresent() ? pack(unit, operand, layout.get()) : read(unit, operand));
    }
    operands.addAll(out);
    if (plan.workspaceElements() > 0) {
      Storage workspace =
          new Storage(
              Storage.Kind.TEMPORARY, "workspace", plan.workspaceType(), plan.workspaceElements());
      operands.add(new Slot(workspace, 0));
    }
    unit.add(new Launch(spec, operands, scalars));
  }

  private Slot read(Unit unit, Located operand) {
    Storage storage = storages.get(operand.base());
    if (storage == null) {
      storage = materialise(operand.base());
    }
    await(unit, operand.base());
    operand.after().forEach(value -> await(unit, value));
    return new Slot(storage, operand.offset());
  }

  private void await(Unit unit, Value value) {
    Unit producer = producers.get(value);
    if (producer != null && producer != unit) {
      unit.before().add(producer);
    }
  }

  /** Puts a leaf into memory: a constant or scalar as one element, positions as a whole. */
  private Storage materialise(Value base) {
    Unit unit = new Unit();
    units.add(unit);
    Type type = base.type();
    switch (base.node().op()) {
      case Op.Constant(long bits, Type _) -> {
        Type single = type.withShape(Shape.SCALAR);
        Slot slot = createAs(base, single.shape().elements(), unit);
        fill(unit, bits, single, slot);
      }
      case Op.Scalar(String name, DType dtype) -> {
        Slot slot = createAs(base, 1, unit);
        Expression map =
            new Expression(List.of(new Expression.Node.Scalar(0, dtype.valueType())), List.of(0));
        Fused spec = new Fused(Shape.SCALAR, List.of(), map, List.of(Specs.contiguous(type)));
        launch(unit, spec, List.of(), List.of(slot), List.of(new ScalarSource.Named(name, dtype)));
      }
      case Op.Iota(int axis, Type _) ->
          leaf(
              unit,
              new Expression.Node.Index(axis, type.dtype().valueType()),
              Specs.contiguous(type),
              create(base, unit));
      default -> throw new IllegalStateException("[compile] nothing makes " + base.node());
    }
    return storages.get(base);
  }

  private Slot pack(Unit user, Located operand, OperandLayout layout) {
    PackKey key = new PackKey(operand, layout);
    Value target = packed.get(key);
    if (target == null) {
      Unit unit = new Unit();
      Type type = Type.of(layout.dtype(), layout.elements());
      target = Ops.input("packed " + layout.id(), type);
      packed.put(key, target);
      Slot out = create(target, unit);
      out.storage().markOpaque();
      launch(unit, new Pack(operand.view(), layout), List.of(operand), List.of(out), List.of());
      units.add(unit);
    }
    user.before().add(producers.get(target));
    return new Slot(storages.get(target), 0);
  }

  private Slot create(Value value, Unit producer) {
    return createAs(value, value.shape().elements(), producer);
  }

  private Slot createAs(Value value, long elements, Unit producer) {
    Storage storage =
        new Storage(Storage.Kind.TEMPORARY, value.node().op().label(), value.dtype(), elements);
    storages.put(value, storage);
    producers.put(value, producer);
    return new Slot(storage, 0);
  }

  /**
   * {@return a place where {@code value} lies row-major and nothing else does: the place where it
   * was computed, or a copy if there is no such place or {@code mustCopy} holds}
   */
  Located wholeOf(Value value, Predicate<Value> mustCopy) {
    Located located = views.at(value);
    if (located.isWhole()
        && storages.containsKey(located.base())
        && !mustCopy.test(located.base())) {
      return located;
    }
    Unit unit = new Unit();
    Value copied = Ops.input("result", value.type());
    copy(unit, located, Specs.contiguous(value.type()), create(copied, unit));
    units.add(unit);
    return new Located(copied, Specs.contiguous(value.type()), 0);
  }

  /** {@return a new unit that copies {@code x}, which is whole, over {@code state}} */
  Unit copyInto(Located x, Storage state) {
    Unit unit = new Unit();
    View flat = View.contiguous(state.dtype(), Shape.of(state.elements()));
    copy(unit, new Located(x.base(), flat, 0), flat, new Slot(state, 0));
    units.add(unit);
    return unit;
  }
}
