package dev.fathom.compile;

import dev.fathom.graph.Content;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.KernelSpec;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Literals on the device, and the values that programs have prepared from them and from frozen
 * buffers, so that programs share them. A value that no program uses any more is dropped. Guarded
 * by its own monitor, which callers hold while they add or run launches.
 */
final class PreparedValues {
  /**
   * An operand. Two are equal if they have the same memory; the {@code equals} of a backend's
   * buffers is not asked.
   */
  private record Place(Buffer buffer, long at) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Place place && place.buffer == buffer && place.at == at;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(buffer) + Long.hashCode(at);
    }
  }

  private record Key(KernelSpec spec, List<Place> reads, List<ScalarSource> scalars) {}

  /** The output buffers of an upload or a launch, whole. */
  static final class Made {
    private final List<Buffer> buffers;
    private boolean isDone;

    private Made(List<Buffer> buffers) {
      this.buffers = buffers;
    }

    boolean isDone() {
      return isDone;
    }

    void done(boolean now) {
      isDone = now;
    }
  }

  /** The output of a program; it is kept as long as a program that uses it is reachable. */
  private static final class Kept extends WeakReference<Made> {
    private final Object key;

    Kept(Object key, Made made, ReferenceQueue<Made> gone) {
      super(made, gone);
      this.key = key;
    }
  }

  private final Map<Object, Kept> known = new HashMap<>();
  private final ReferenceQueue<Made> gone = new ReferenceQueue<>();

  /**
   * {@return a literal's place on the device, which may be shared with other programs}
   *
   * @param memory gets the place
   * @param make allocates a storage
   */
  Made of(
      Storage literal,
      Content content,
      Map<Storage, Buffer> memory,
      Function<Storage, Buffer> make) {
    return of(content, List.of(literal), memory, make);
  }

  /**
   * {@return the outputs of the launch, which may be shared with other programs}
   *
   * @param memory the buffers of frozen inputs, of literals and of the outputs of earlier launches;
   *     gets this launch's outputs
   * @param make allocates a storage
   */
  Made of(Launch launch, Map<Storage, Buffer> memory, Function<Storage, Buffer> make) {
    List<Place> reads =
        launch.reads().stream()
            .map(slot -> new Place(memory.get(slot.storage().root()), slot.place()))
            .toList();
    List<Storage> outputs = launch.writes().stream().map(slot -> slot.storage().root()).toList();
    return of(new Key(launch.spec(), reads, launch.scalars()), outputs, memory, make);
  }

  private Made of(
      Object key,
      List<Storage> outputs,
      Map<Storage, Buffer> memory,
      Function<Storage, Buffer> make) {
    for (Object dead = gone.poll(); dead != null; dead = gone.poll()) {
      known.remove(((Kept) dead).key, dead);
    }
    Kept kept = known.get(key);
    Made made = kept == null ? null : kept.get();
    if (made == null) {
      made = new Made(outputs.stream().map(make).toList());
      known.put(key, new Kept(key, made, gone));
    }
    for (int i = 0; i < outputs.size(); i++) {
      memory.put(outputs.get(i), made.buffers.get(i));
    }
    return made;
  }
}
