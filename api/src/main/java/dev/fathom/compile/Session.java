package dev.fathom.compile;

import dev.fathom.compile.Program.Resident;
import dev.fathom.compile.Program.Role;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Memory and a queue for one run at a time of a {@link Program}. For one thread at a time; open
 * several for concurrent requests. A run allocates no heap.
 */
public final class Session implements AutoCloseable {
  private final Program program;
  private final Prepared prepared;
  private final Priority priority;
  private final Map<Storage, Buffer> memory;
  private final List<Buffer> own = new ArrayList<>();
  private final Map<String, Integer> scalarIndex = new HashMap<>();
  private final long[] scalars;
  private final Step[] steps;
  private final Map<DType, Buffer> arenas = new EnumMap<>(DType.class);
  private Queue queue;

  Session(
      Program program,
      Prepared prepared,
      Map<String, Buffer> shared,
      Map<Storage, Buffer> common,
      Priority priority) {
    this.program = program;
    this.prepared = prepared;
    this.priority = priority;
    memory = new HashMap<>(common);
    scalars = new long[program.scalars().size()];
    program.scalars().keySet().forEach(name -> scalarIndex.put(name, scalarIndex.size()));
    try {
      allocate(shared);
      steps =
          program.run().stream()
              .map(launch -> new Step(program, launch, memory, scalarIndex, arenas))
              .toArray(Step[]::new);
      queue = program.backend().openQueue(priority);
    } catch (RuntimeException | Error e) {
      own.forEach(Buffer::close); // Where memory is short, what was got of it is given back.
      throw e;
    }
  }

  private void allocate(Map<String, Buffer> shared) {
    program
        .residents()
        .forEach(
            (name, resident) -> {
              Storage storage = resident.storage();
              if (resident.role() != Role.FROZEN) {
                Buffer given = shared.get(name);
                memory.put(
                    storage, given != null ? given : make(storage.dtype(), storage.elements()));
              }
            });
    program.plan().arenas().forEach((dtype, size) -> arenas.put(dtype, make(dtype, size)));
  }

  private Buffer make(DType dtype, long elements) {
    Buffer buffer = program.backend().allocate(dtype, elements);
    own.add(buffer);
    return buffer;
  }

  /** A launch with its memory. */
  static final class Step {
    private final Kernel kernel;
    private final Binding[] bindings;
    private final long[] values;
    private final int[] sources;

    Step(Program program, Launch launch, Map<Storage, Buffer> memory, Map<String, Integer> names) {
      this(program, launch, memory, names, workspace(program, launch));
    }

    Step(
        Program program,
        Launch launch,
        Map<Storage, Buffer> memory,
        Map<String, Integer> names,
        Map<DType, Buffer> arenas) {
      kernel = program.kernel(launch.spec());
      bindings = new Binding[launch.operands().size()];
      for (int i = 0; i < bindings.length; i++) {
        Slot slot = launch.operands().get(i);
        Storage root = slot.storage().root();
        long offset = slot.place();
        Buffer known = memory.get(root);
        bindings[i] =
            known != null
                ? new Binding(known, offset)
                : new Binding(arenas.get(root.dtype()), program.plan().offset(root) + offset);
      }
      values = new long[launch.scalars().size()];
      sources = new int[values.length];
      for (int i = 0; i < values.length; i++) {
        switch (launch.scalars().get(i)) {
          case ScalarSource.Named(String name, DType _) -> sources[i] = names.get(name);
          case ScalarSource.Fixed(long bits) -> {
            sources[i] = -1;
            values[i] = bits;
          }
        }
      }
    }

    private static Map<DType, Buffer> workspace(Program program, Launch launch) {
      return program.backend().plan(launch.spec()) instanceof Plan.Accepted plan
              && plan.workspaceElements() > 0
          ? Map.of(
              plan.workspaceType(),
              program.backend().allocate(plan.workspaceType(), plan.workspaceElements()))
          : Map.of();
    }

    void run(Queue queue, long[] scalars) {
      for (int i = 0; i < sources.length; i++) {
        if (sources[i] >= 0) {
          values[i] = scalars[sources[i]];
        }
      }
      queue.launch(kernel, bindings, values);
    }
  }

  /**
   * Writes an input.
   *
   * @param source all its elements, row-major, native byte order
   * @throws IllegalArgumentException if there is no such input or the size differs
   */
  public void write(String input, MemorySegment source) {
    Resident resident = resident(input);
    checkSize(resident.storage(), source);
    queue.write(new Binding(memory.get(resident.storage()), 0), source);
    if (resident.role() == Role.FROZEN) {
      prepared.invalidate();
    }
  }

  /**
   * Reads a result, or the present content of an input.
   *
   * @param target room for all elements
   */
  public void read(String name, MemorySegment target) {
    Storage storage = program.results().get(name);
    if (storage == null) {
      storage = resident(name).storage();
    }
    checkSize(storage, target);
    queue.read(binding(storage), target);
  }

  private Binding binding(Storage storage) {
    Storage root = storage.root();
    Buffer buffer = memory.get(root);
    return buffer != null
        ? new Binding(buffer, storage.rootOffset())
        : new Binding(arenas.get(root.dtype()), program.plan().offset(root) + storage.rootOffset());
  }

  private static void checkSize(Storage storage, MemorySegment host) {
    if (host.byteSize() != storage.bytes()) {
      throw new IllegalArgumentException(
          "[session] expected "
              + storage.bytes()
              + " bytes for "
              + storage
              + " but got "
              + host.byteSize());
    }
  }

  /** {@return the device memory of an input, to share with another program's session} */
  public Buffer buffer(String input) {
    return memory.get(resident(input).storage());
  }

  private Resident resident(String name) {
    Resident resident = program.residents().get(name);
    if (resident == null) {
      throw new IllegalArgumentException(
          "[session] expected one of "
              + program.residents().keySet()
              + " or, to read, "
              + program.results().keySet()
              + " but got '"
              + name
              + "'");
    }
    return resident;
  }

  /** Sets a run-time scalar of an integer type. */
  public void setLong(String scalar, long value) {
    set(scalar, value);
  }

  /** Sets a run-time scalar of a floating type. */
  public void setDouble(String scalar, double value) {
    set(scalar, Expression.bits(value, program.scalars().getOrDefault(scalar, DType.F64)));
  }

  private void set(String scalar, long bits) {
    Integer index = scalarIndex.get(scalar);
    if (index == null) {
      throw new IllegalArgumentException(
          "[session] expected a scalar of " + scalarIndex.keySet() + " but got '" + scalar + "'");
    }
    scalars[index] = bits;
  }

  /**
   * Runs the program and waits for it.
   *
   * @throws dev.fathom.spi.BackendException if a kernel fails; the session can be used again
   */
  public void run() {
    try {
      prepared.refresh(queue);
      for (Step step : steps) {
        step.run(queue, scalars);
      }
      queue.await();
    } catch (RuntimeException | Error failed) {
      queue.close();
      queue = program.backend().openQueue(priority);
      throw failed;
    }
  }

  /** {@return the device memory of this session alone, which closing it frees} */
  public long bytes() {
    return own.stream().mapToLong(buffer -> buffer.elements() * buffer.dtype().bytes()).sum();
  }

  /** {@return the program that runs} */
  public Program program() {
    return program;
  }

  /** Frees the session's memory; buffers shared with others stay. */
  @Override
  public void close() {
    try {
      queue.close();
    } finally {
      own.forEach(Buffer::close);
    }
  }
}
