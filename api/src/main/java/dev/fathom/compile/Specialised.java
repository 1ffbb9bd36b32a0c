package dev.fathom.compile;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Programs of one function for inputs of several types: shapes are static, so another batch or
 * length is another program. Each is made when it is first asked for; the least recently used go
 * when there are too many, or when they take too much memory. Thread-safe.
 *
 * <pre>{@code
 * Specialised<List<Type>, Prepared> programs =
 *     new Specialised<>(new Specialised.Limits(16, 1L << 30), Prepared::bytes, prepared -> {});
 * try (var lease = programs.lease(List.of(Type.of(DType.F32, batch, features)), this::compile)) {
 *   Session session = lease.value().open();
 *   ...
 * }
 * }</pre>
 *
 * <p>A value that is leased is neither evicted nor closed, and the most recently used value stays
 * even if it alone is too large; so the limits may be exceeded for a while. Two threads that ask
 * for the same key at the same time make its value once; threads with other keys do not wait for
 * them. If making fails, nothing is kept, and whoever waited for it tries again itself.
 *
 * @param <K> the key that tells programs apart by {@code equals}: the types of the inputs
 * @param <V> the value that is kept for a key: a program, one with its weights, or sessions of it
 */
public final class Specialised<K, V> implements AutoCloseable {
  /**
   * How much is kept.
   *
   * @param count of values
   * @param bytes of device memory, of all values together
   */
  public record Limits(int count, long bytes) {
    public Limits {
      if (count < 1 || bytes < 0) {
        throw new IllegalArgumentException(
            "[specialised] expected room for 1 or more in 0 bytes or more but got "
                + count
                + " in "
                + bytes);
      }
    }
  }

  /** A key's place: first without, then with a value. */
  private final class Slot {
    private final K key;
    private V value;
    private long held;
    private int leases;

    Slot(K key) {
      this.key = key;
    }

    /** Makes the value unless another thread has. */
    synchronized V fill(Function<? super K, ? extends V> make) {
      if (value == null) {
        value = make.apply(key);
      }
      return value;
    }
  }

  /** The right to use a value until this is closed. A second call of {@code close} does nothing. */
  public final class Lease implements AutoCloseable {
    private final V value;
    private Slot slot;

    private Lease(Slot slot, V value) {
      this.slot = slot;
      this.value = value;
    }

    /** {@return the value} */
    public V value() {
      return value;
    }

    @Override
    public void close() {
      Slot mine;
      synchronized (this) {
        mine = slot;
        slot = null;
      }
      if (mine != null) {
        // Sessions may have been added to the value while it was in use.
        change(mine, -1, OptionalLong.of(bytes.applyAsLong(value)));
      }
    }
  }

  private final Limits limits;
  private final ToLongFunction<? super V> bytes;
  private final Consumer<? super V> close;
  private final Map<K, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /**
   * @param bytes the device memory of a value; asked when it is made and when a lease ends
   * @param close frees an evicted value
   */
  public Specialised(Limits limits, ToLongFunction<? super V> bytes, Consumer<? super V> close) {
    this.limits = limits;
    this.bytes = bytes;
    this.close = close;
  }

  /**
   * {@return the value for {@code key}, to be closed after use}
   *
   * @param make makes it if it is not there; may lease other keys
   * @throws IllegalStateException after {@link #close()}
   */
  public Lease lease(K key, Function<? super K, ? extends V> make) {
    Slot slot;
    synchronized (slots) {
      if (closed) {
        throw new IllegalStateException("[specialised] the programs are closed");
      }
      slot = slots.computeIfAbsent(key, Slot::new);
      slot.leases++;
    }
    V value;
    try {
      value = slot.fill(make);
    } catch (RuntimeException | Error e) {
      change(slot, -1, OptionalLong.empty());
      throw e;
    }
    change(slot, 0, OptionalLong.of(bytes.applyAsLong(value)));
    return new Lease(slot, value);
  }

  private void change(Slot slot, int leases, OptionalLong held) {
    List<V> evicted;
    synchronized (slots) {
      slot.leases += leases;
      slot.held = held.orElse(slot.held);
      evicted = evict();
    }
    evicted.forEach(close);
  }

  /**
   * Evicts values beyond the limits, the least recently used first, and removes slots that stayed
   * empty.
   */
  private List<V> evict() {
    List<V> evicted = new ArrayList<>();
    long held = slots.values().stream().mapToLong(slot -> slot.held).sum();
    Iterator<Slot> oldest = slots.values().iterator();
    while (oldest.hasNext()) {
      Slot slot = oldest.next();
      if (slot.leases > 0) {
        continue;
      }
      boolean tooMuch = slots.size() > limits.count() || held > limits.bytes();
      if (closed || slot.value == null || (tooMuch && oldest.hasNext())) {
        oldest.remove();
        held -= slot.held;
        if (slot.value != null) {
          evicted.add(slot.value);
        }
      }
    }
    return evicted;
  }

  /** {@return how many values are kept} */
  public int count() {
    synchronized (slots) {
      return slots.size();
    }
  }

  /** {@return the device memory of what is kept} */
  public long bytes() {
    synchronized (slots) {
      return slots.values().stream().mapToLong(slot -> slot.held).sum();
    }
  }

  /** Closes the values that are not in use, and each other one when its last lease ends. */
  @Override
  public void close() {
    List<V> evicted;
    synchronized (slots) {
      closed = true;
      evicted = evict();
    }
    evicted.forEach(close);
  }
}
