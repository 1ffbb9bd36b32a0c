package dev.fathom.compile;

import dev.fathom.compile.Program.Role;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Queue;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program with one version of its weights: frozen inputs, literals and all that depends on them
 * alone, shared by every session opened here. Thread-safe.
 */
public final class Prepared {
  private final Program program;
  private final Map<String, Buffer> shared;
  private final Map<Storage, Buffer> memory = new HashMap<>();
  private final PreparedValues values;

  /** The places of literals on the device. */
  private final Map<Storage, PreparedValues.Made> literals = new LinkedHashMap<>();

  /**
   * The outputs of the preparation's launches that other programs may share; null for the others.
   */
  private final List<PreparedValues.Made> made = new ArrayList<>();

  private long bytes;
  private boolean stale = true;

  Prepared(Program program, Map<String, Buffer> shared, PreparedValues values) {
    this.program = program;
    this.values = values;
    this.shared = Map.copyOf(shared);
    check(shared);
    program
        .residents()
        .forEach(
            (name, resident) -> {
              if (resident.role() == Role.FROZEN) {
                Storage storage = resident.storage();
                memory.put(storage, shared.containsKey(name) ? shared.get(name) : make(storage));
              }
            });
    Map<Storage, Integer> uses = new HashMap<>();
    for (Launch launch : program.preparation()) {
      launch.writes().forEach(slot -> uses.merge(slot.storage().root(), 1, Integer::sum));
    }
    synchronized (values) {
      program
          .literals()
          .forEach(
              (storage, content) ->
                  literals.put(storage, values.of(storage, content, memory, this::make)));
      for (Launch launch : program.preparation()) {
        boolean alone =
            launch.writes().stream()
                .allMatch(slot -> slot.place() == 0 && uses.get(slot.storage().root()) == 1);
        made.add(alone ? values.of(launch, memory, this::make) : null);
        launch.writes().forEach(slot -> memory.computeIfAbsent(slot.storage().root(), this::make));
      }
    }
  }

  private void check(Map<String, Buffer> shared) {
    shared.forEach(
        (name, buffer) -> {
          Program.Resident resident = program.residents().get(name);
          if (resident == null) {
            throw new IllegalArgumentException(
                "[program] expected an input of "
                    + program.residents().keySet()
                    + " but got '"
                    + name
                    + "'");
          }
          Storage storage = resident.storage();
          if (buffer.dtype() != storage.dtype() || buffer.elements() < storage.elements()) {
            throw new IllegalArgumentException(
                "[program] expected a buffer for "
                    + storage
                    + " but got "
                    + buffer.dtype().label()
                    + "["
                    + buffer.elements()
                    + "]");
          }
        });
  }

  private Buffer make(Storage storage) {
    bytes += storage.bytes();
    return program.backend().allocate(storage.dtype(), storage.elements());
  }

  /** {@return a session for short work that somebody waits for, or for long work} */
  public Session open(Priority priority) {
    return open(priority, Map.of());
  }

  /**
   * {@return a session}
   *
   * @param states buffers of another session ({@link Session#buffer}) to use for the inputs of
   *     these names, none of them frozen
   * @throws IllegalArgumentException if a name is unknown or a buffer does not fit
   */
  public Session open(Priority priority, Map<String, Buffer> states) {
    check(states);
    Map<String, Buffer> all = new HashMap<>(shared);
    all.putAll(states);
    return new Session(program, this, all, memory, priority);
  }

  /** {@return a session for long work} */
  public Session open() {
    return open(Priority.NORMAL);
  }

  /** {@return the program} */
  public Program program() {
    return program;
  }

  /**
   * {@return the device memory that was allocated for this, in bytes: without buffers that were
   * given or shared by a sibling, and without sessions}
   */
  public long bytes() {
    return bytes;
  }

  /** {@return the literals and outputs that other programs may share} */
  PreparedValues values() {
    return values;
  }

  /** Says that a frozen input changed. */
  synchronized void invalidate() {
    stale = true;
    synchronized (values) {
      made.stream().filter(Objects::nonNull).forEach(each -> each.done(false));
    }
  }

  /** Brings the prepared values up to date. */
  synchronized void refresh(Queue queue) {
    if (stale) {
      synchronized (values) {
        literals.forEach(
            (storage, place) -> {
              if (!place.isDone()) {
                MemorySegment elements = program.literals().get(storage).elements();
                queue.write(new Binding(memory.get(storage), 0), elements);
              }
            });
        for (int i = 0; i < made.size(); i++) {
          if (made.get(i) == null || !made.get(i).isDone()) {
            Launch launch = program.preparation().get(i);
            new Session.Step(program, launch, memory, Map.of()).run(queue, new long[0]);
          }
        }
        queue.await();
        literals.values().forEach(place -> place.done(true));
        made.stream().filter(Objects::nonNull).forEach(each -> each.done(true));
      }
      stale = false;
    }
  }
}
