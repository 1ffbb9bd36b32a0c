package dev.fathom.compile;

import dev.fathom.graph.Content;
import dev.fathom.graph.Op;
import dev.fathom.graph.Operand;
import dev.fathom.graph.Type;
import dev.fathom.graph.Value;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A compiled graph: kernels, their order and a static memory plan. Immutable and thread-safe; each
 * {@link Session} opened on it owns its own memory.
 *
 * <pre>{@code
 * Program program =
 *     Program.builder(backend)
 *         .feed(x)
 *         .state(weights, weights.sub(gradient.mul(rate)))
 *         .result("loss", loss)
 *         .compile();
 * try (Session session = program.open()) {
 *   session.write("x", MemorySegment.ofArray(batch));
 *   session.setFloat("learning_rate", 0.1f);
 *   session.run();
 * }
 * }</pre>
 */
public final class Program {
  /** How an input gets its content. */
  enum Role {
    FEED,
    STATE,
    FROZEN
  }

  /** An input of the program: its role and where it lies. */
  record Resident(Role role, Storage storage) {}

  private final Backend backend;
  private final Map<String, Resident> residents;
  private final Map<Storage, Content> literals;
  private final Map<String, Storage> results;
  private final Map<String, DType> scalars;
  private final List<Launch> prepare;
  private final List<Launch> launches;
  private final MemoryPlan plan;
  private final Map<KernelSpec, Kernel> kernels = new HashMap<>();
  private final List<Coverage.Declined> declined;

  Program(
      Backend backend,
      Map<String, Resident> residents,
      Map<Storage, Content> literals,
      Map<String, Storage> results,
      Map<String, DType> scalars,
      List<Unit> prepare,
      List<Unit> order,
      MemoryPlan plan,
      List<Coverage.Declined> declined) {
    this.backend = backend;
    this.residents = residents;
    this.literals = literals;
    this.results = results;
    this.scalars = new TreeMap<>(scalars);
    this.prepare = prepare.stream().flatMap(unit -> unit.launches().stream()).toList();
    this.launches = order.stream().flatMap(unit -> unit.launches().stream()).toList();
    this.plan = plan;
    this.declined = declined;
    for (List<Launch> part : List.of(this.prepare, this.launches)) {
      for (Launch launch : part) {
        kernels.computeIfAbsent(launch.spec(), backend::compile);
      }
    }
  }

  /** {@return a builder of programs for {@code backend}} */
  public static Builder builder(Backend backend) {
    return new Builder(backend);
  }

  /** {@return a session with memory of its own} */
  public Session open() {
    return open(Map.of());
  }

  /**
   * {@return a session}
   *
   * @param shared buffers of another session ({@link Session#buffer}) to use for the inputs of
   *     these names
   * @throws IllegalArgumentException if a name is unknown or a buffer does not fit
   */
  public Session open(Map<String, Buffer> shared) {
    return prepare(shared).open();
  }

  /**
   * Uploads literals and runs the launches that depend on them and on frozen inputs alone: once for
   * a version of the weights.
   *
   * @param shared as in {@link #open(Map)}; must contain the frozen inputs if they are to be
   *     prepared before {@link Session#write} brings them
   */
  public Prepared prepare(Map<String, Buffer> shared) {
    return new Prepared(this, shared, new PreparedValues());
  }

  /**
   * Runs the launches that depend on frozen inputs alone. One that {@code sibling}, a program on
   * the same backend, has run on the same buffers is left out and its outputs are shared, so that
   * programs for batches or sequences of several sizes have one copy of packed weights.
   */
  public Prepared prepare(Map<String, Buffer> shared, Prepared sibling) {
    return new Prepared(this, shared, sibling.values());
  }

  /** {@return the number of kernel launches of a run, preparation not counted} */
  public int launches() {
    return launches.size();
  }

  /** {@return the number of launches that run once a weight version} */
  public int prepareLaunches() {
    return prepare.size();
  }

  /**
   * {@return the device memory of a session in bytes: inputs, literals, prepared values and the
   * arenas}
   */
  public long peakBytes() {
    long bytes = plan.bytes();
    for (Resident resident : residents.values()) {
      bytes += resident.storage().bytes();
    }
    for (Storage storage : preparedStorages()) {
      bytes += storage.bytes();
    }
    return bytes;
  }

  /** {@return the memory that intermediate values share, in bytes} */
  public long temporaryBytes() {
    return plan.bytes();
  }

  /**
   * {@return kernels in the order they run, with fusions, buffers, peak memory, the backend's
   * remarks about them, and the specs that it declined, with reasons}
   */
  public String explain() {
    StringBuilder out = new StringBuilder();
    out.append("program on ").append(backend.device().name()).append('\n');
    residents.forEach(
        (name, resident) ->
            out.append(
                String.format(
                    Locale.ROOT,
                    "  %-6s %s: %s%n",
                    resident.role().name().toLowerCase(Locale.ROOT),
                    name,
                    resident.storage())));
    literals.forEach(
        (storage, content) ->
            out.append(
                String.format(Locale.ROOT, "  literal %s: %s%n", storage.name(), content.type())));
    if (!prepare.isEmpty()) {
      out.append("prepare (once a weight version):\n");
      prepare.forEach(launch -> explain(launch, out));
    }
    out.append("run:\n");
    launches.forEach(launch -> explain(launch, out));
    results.forEach(
        (name, storage) ->
            out.append(String.format(Locale.ROOT, "  result %s: %s%n", name, storage)));
    out.append(
        String.format(
            Locale.ROOT,
            "%d launches, %d kernels, %,d bytes in all, %,d of them temporary%n",
            launches.size(),
            kernels.size(),
            peakBytes(),
            plan.bytes()));
    if (!declined.isEmpty()) {
      out.append("declined by the backend:\n");
      declined.forEach(each -> out.append("  ").append(each).append('\n'));
    }
    return out.toString();
  }

  /** {@return which specs the backend compiled, and which it declined} */
  public Coverage coverage() {
    Map<String, Coverage.Compiled> compiled = new TreeMap<>();
    for (KernelSpec spec : kernels.keySet()) {
      compiled.merge(spec.name(), new Coverage.Compiled(1, 0), Coverage.Compiled::plus);
    }
    for (List<Launch> part : List.of(prepare, launches)) {
      for (Launch launch : part) {
        compiled.merge(launch.spec().name(), new Coverage.Compiled(0, 1), Coverage.Compiled::plus);
      }
    }
    SortedSet<String> remarks = new TreeSet<>();
    kernels.values().forEach(kernel -> remarks.addAll(kernel.remarks()));
    return new Coverage(compiled, declined, remarks);
  }

  private void explain(Launch launch, StringBuilder out) {
    out.append(String.format(Locale.ROOT, "  %-16s", launch.spec().name()));
    for (Slot slot : launch.reads()) {
      out.append(' ').append(address(slot));
    }
    out.append(" ->");
    for (Slot slot : launch.writes()) {
      out.append(' ').append(address(slot));
    }
    out.append("  ").append(launch.spec().outputs());
    if (launch.spec() instanceof dev.fathom.spi.Fused fused) {
      out.append(' ').append(fused.map());
    }
    out.append('\n');
    for (String remark : kernel(launch.spec()).remarks()) {
      out.append(String.format(Locale.ROOT, "  %-16s %s%n", "", remark));
    }
  }

  private String address(Slot slot) {
    Storage root = slot.storage().root();
    long offset = slot.place();
    return root.kind() == Storage.Kind.TEMPORARY
        ? root.dtype().label() + "@" + (plan.offset(root) + offset)
        : root.name() + "+" + offset;
  }

  Backend backend() {
    return backend;
  }

  Map<String, Resident> residents() {
    return residents;
  }

  Map<String, Storage> results() {
    return results;
  }

  Map<String, DType> scalars() {
    return scalars;
  }

  List<Launch> preparation() {
    return prepare;
  }

  List<Launch> run() {
    return launches;
  }

  MemoryPlan plan() {
    return plan;
  }

  Kernel kernel(KernelSpec spec) {
    return kernels.get(spec);
  }

  /** {@return where the numbers go that the host brings before the prepare program} */
  Map<Storage, Content> literals() {
    return literals;
  }

  /** {@return the roots of literals and of what the prepare program writes} */
  private Set<Storage> preparedStorages() {
    Set<Storage> roots = new LinkedHashSet<>(literals.keySet());
    for (Launch launch : prepare) {
      launch.writes().forEach(slot -> roots.add(slot.storage().root()));
    }
    return roots;
  }

  /** Collects a program's inputs and results. Not thread-safe. */
  public static final class Builder {
    private final Backend backend;
    private final Map<Value, Role> inputs = new LinkedHashMap<>();
    private final Map<Value, Value> updates = new LinkedHashMap<>();
    private final Map<String, Value> results = new LinkedHashMap<>();
    private final List<Value> scalars = new ArrayList<>();

    private Builder(Backend backend) {
      this.backend = backend;
    }

    /** Adds an input that the host writes before a run. */
    public Builder feed(Operand input) {
      return add(input.value(), Role.FEED);
    }

    /** Adds an input that stays on the device from run to run and keeps its content. */
    public Builder state(Operand input) {
      return add(input.value(), Role.STATE);
    }

    /**
     * Adds an input that stays on the device from run to run.
     *
     * @param next its content after a run, or null if it keeps its content
     */
    public Builder state(Operand input, Operand next) {
      if (next != null) {
        Type expected = input.value().type();
        if (!expected.equals(next.value().type())) {
          throw new IllegalArgumentException(
              "[program] expected a new value of type "
                  + expected
                  + " but got "
                  + next.value().type());
        }
        updates.put(input.value(), next.value());
      }
      return state(input);
    }

    /** Adds an input that changes only with a new version of the weights. */
    public Builder frozen(Operand input) {
      return add(input.value(), Role.FROZEN);
    }

    /** Adds a run-time scalar that a session can set even where no result needs it. */
    public Builder scalar(Operand scalar) {
      Value value = scalar.value();
      if (!(value.node().op() instanceof Op.Scalar)) {
        throw new IllegalArgumentException("[program] expected a scalar but got " + value.node());
      }
      scalars.add(value);
      return this;
    }

    /** Adds a value that can be read after a run. */
    public Builder result(String name, Operand value) {
      if (results.putIfAbsent(name, value.value()) != null) {
        throw new IllegalArgumentException("[program] two results are named " + name);
      }
      return this;
    }

    private Builder add(Value input, Role role) {
      if (!(input.node().op() instanceof Op.Input(String name, Type _))) {
        throw new IllegalArgumentException("[program] expected an input but got " + input.node());
      }
      if (inputs.keySet().stream().anyMatch(other -> name(other).equals(name))) {
        throw new IllegalArgumentException("[program] two inputs are named " + name);
      }
      inputs.put(input, role);
      return this;
    }

    static String name(Value input) {
      return ((Op.Input) input.node().op()).name();
    }

    /**
     * {@return the program}
     *
     * @throws IllegalArgumentException if the results need an input that was not added, or
     *     something that the backend cannot compute, such as more elements than it can address
     */
    public Program compile() {
      return new Compilation(backend, inputs, updates, results, scalars).compile();
    }
  }
}
