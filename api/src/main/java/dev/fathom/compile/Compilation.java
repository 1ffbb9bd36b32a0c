package dev.fathom.compile;

import dev.fathom.compile.Program.Resident;
import dev.fathom.compile.Program.Role;
import dev.fathom.graph.Content;
import dev.fathom.graph.Graph;
import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One run of the passes, in the order of {@link #compile}. */
final class Compilation {
  private final Backend backend;
  private final Map<Value, Role> inputs;
  private final Map<Value, Value> updates;
  private final Map<String, Value> results;
  private final List<Value> scalars;
  private final Declines declines = new Declines();

  Compilation(
      Backend backend,
      Map<Value, Role> inputs,
      Map<Value, Value> updates,
      Map<String, Value> results,
      List<Value> scalars) {
    this.backend = backend;
    this.inputs = inputs;
    this.updates = updates;
    this.results = results;
    this.scalars = scalars;
  }

  Program compile() {
    List<Value> wanted = new ArrayList<>(results.values());
    wanted.addAll(updates.values());
    List<Node> written = Graph.nodes(Stream.concat(wanted.stream(), scalars.stream()).toList());
    requireInputs(written);

    List<Value> lowered = Recompute.apply(new Lowering(this::accepts).lower(wanted));
    List<Node> nodes = Graph.nodes(lowered);
    Verifier.graph(nodes);

    Views views = new Views(nodes);
    Set<Value> bases = new HashSet<>();
    lowered.forEach(value -> bases.add(views.at(value).base()));
    Fusion fusion = new Fusion(backend, nodes, views, bases, declines);

    Map<String, Resident> residents = new LinkedHashMap<>();
    Map<Value, Storage> storages = new LinkedHashMap<>();
    inputs.forEach(
        (value, role) -> {
          String name = Program.Builder.name(value);
          Storage storage =
              new Storage(Storage.Kind.RESIDENT, name, value.dtype(), value.shape().elements());
          residents.put(name, new Resident(role, storage));
          storages.put(value, storage);
        });
    Map<Storage, Content> literals = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (node.op() instanceof Op.Literal(Content content)) {
        Storage storage =
            new Storage(
                Storage.Kind.PREPARED,
                "literal" + literals.size(),
                content.type().dtype(),
                content.type().shape().elements());
        literals.put(storage, content);
        storages.put(node.output(0), storage);
      }
    }
    Emitter emitter = new Emitter(backend, views, fusion, storages);
    List<Unit> units = emitter.emit(fusion.groups());

    Map<String, Storage> found = new LinkedHashMap<>();
    int at = 0;
    for (String name : results.keySet()) {
      Located whole = emitter.wholeOf(lowered.get(at++), value -> updates.containsKey(value));
      found.put(name, emitter.storage(whole.base()));
    }
    // All copies that read old contents are made before any order is fixed.
    Map<Value, Located> next = new LinkedHashMap<>();
    for (Value state : updates.keySet()) {
      next.put(
          state, emitter.wholeOf(lowered.get(at++), base -> base.node().op() instanceof Op.Input));
    }
    next.forEach((state, value) -> update(emitter, units, storages.get(state), value));

    List<Unit> order = Schedule.order(units);
    Set<Storage> frozen = new HashSet<>();
    inputs.forEach(
        (value, role) -> {
          if (role == Role.FROZEN) {
            frozen.add(storages.get(value));
          }
        });
    Verifier.launches(order, new HashSet<>(storages.values()));
    Set<Unit> prepare = prepared(order, frozen);
    for (Unit unit : prepare) {
      unit.launches().stream()
          .flatMap(launch -> launch.writes().stream())
          .forEach(slot -> slot.storage().root().keepPrepared());
    }
    List<Unit> main = order.stream().filter(unit -> !prepare.contains(unit)).toList();
    MemoryPlan plan = new MemoryPlan(main, new HashSet<>(found.values()));
    main.forEach(Unit::dropSelfCopies);
    return new Program(
        backend,
        residents,
        literals,
        found,
        scalars(written),
        order.stream().filter(prepare::contains).toList(),
        main,
        plan,
        declines.counted());
  }

  private void requireInputs(List<Node> nodes) {
    for (Node node : nodes) {
      if (node.op() instanceof Op.Input(String name, var type)
          && !inputs.containsKey(node.output(0))) {
        throw new IllegalArgumentException(
            "[program] the results need the input '"
                + name
                + "' "
                + type
                + ", which was not added");
      }
    }
  }

  private static Map<String, DType> scalars(List<Node> nodes) {
    Map<String, DType> scalars = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (node.op() instanceof Op.Scalar(String name, DType dtype)) {
        DType other = scalars.putIfAbsent(name, dtype);
        if (other != null && other != dtype) {
          throw new IllegalArgumentException(
              "[program] the scalar '" + name + "' is both " + other + " and " + dtype);
        }
      }
    }
    return scalars;
  }

  private boolean accepts(Node node) {
    if (!Specs.hasForm(node)) {
      return false;
    }
    KernelSpec spec;
    try {
      spec = Specs.contiguous(node);
    } catch (IllegalArgumentException outsideConstraints) {
      declines.lowered(node.op().label(), outsideConstraints.getMessage());
      return false;
    }
    if (backend.plan(spec) instanceof Plan.Declined(String reason)) {
      declines.lowered(spec.name(), reason);
      return false;
    }
    return true;
  }

  /** Makes {@code whole} the content of {@code state}: in place where order allows, else a copy. */
  private static void update(Emitter emitter, List<Unit> units, Storage state, Located whole) {
    Storage fresh = emitter.storage(whole.base());
    Unit producer = emitter.producer(whole.base());
    List<Unit> readers = units.stream().filter(unit -> unit.reads(state)).toList();
    if (canWriteInPlace(state, fresh, producer, readers)) {
      fresh.placeIn(state, 0);
      readers.stream().filter(unit -> unit != producer).forEach(producer.before()::add);
    } else {
      Unit copy = emitter.copyInto(whole, state);
      copy.before().addAll(readers);
    }
  }

  /**
   * Whether the producer may write the state itself: it begins elementwise, reads the state only
   * there and only where it writes it, and no other reader of the old content has to wait for it.
   */
  private static boolean canWriteInPlace(
      Storage state, Storage fresh, Unit producer, List<Unit> readers) {
    if (producer == null
        || fresh.kind() != Storage.Kind.TEMPORARY
        || fresh.isPlaced()
        || fresh.holdsParts()
        || producer.launches().isEmpty()
        || !(producer.launches().getFirst().spec() instanceof Fused spec)) {
      return false;
    }
    Launch launch = producer.launches().getFirst();
    View output = null;
    for (int i = 0; i < spec.outputs().size(); i++) {
      if (launch.writes().get(i).storage() == fresh) {
        output = spec.outputs().get(i);
      }
    }
    if (output == null) {
      return false;
    }
    for (Launch part : producer.launches()) {
      for (int i = 0; i < part.reads().size(); i++) {
        Slot slot = part.reads().get(i);
        boolean matches =
            part == launch && slot.offset() == 0 && spec.inputs().get(i).equals(output);
        if (slot.storage() == state && !matches) {
          return false;
        }
      }
    }
    return !Unit.anyFollows(readers.stream().filter(unit -> unit != producer).toList(), producer);
  }

  /** {@return the units that depend on nothing but frozen inputs, literals and constants} */
  private static Set<Unit> prepared(List<Unit> order, Set<Storage> frozen) {
    Set<Unit> fixed = new LinkedHashSet<>(order);
    Set<Storage> varying = new HashSet<>();
    boolean changed = true;
    // More than one round is needed only where fixed and varying units write parts of one storage.
    while (changed) {
      changed = false;
      for (Unit unit : order) {
        if (fixed.contains(unit) && !isFixed(unit, frozen, varying)) {
          fixed.remove(unit);
          unit.launches().stream()
              .flatMap(launch -> launch.writes().stream())
              .forEach(slot -> varying.add(slot.storage().root()));
          changed = true;
        }
      }
    }
    return fixed;
  }

  private static boolean isFixed(Unit unit, Set<Storage> frozen, Set<Storage> varying) {
    for (Launch launch : unit.launches()) {
      for (Slot slot : launch.operands()) {
        Storage root = slot.storage().root();
        boolean resident = root.kind() == Storage.Kind.RESIDENT;
        if (varying.contains(root) || (resident && !frozen.contains(root))) {
          return false;
        }
      }
      if (launch.scalars().stream().anyMatch(ScalarSource.Named.class::isInstance)) {
        return false;
      }
    }
    return true;
  }
}
