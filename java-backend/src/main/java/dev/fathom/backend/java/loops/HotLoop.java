package dev.fathom.backend.java.loops;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A loop that was not generated at build time. Its work is done as tiles, operation by operation,
 * and counted. After enough work, another thread writes a class for the loop and runs it on numbers
 * of its own until the just-in-time compiler has made it faster than tiles. From then on {@link
 * #loop()} gives it, with the same bits. Equal loops are one object, in all kernels that are alive.
 * Thread-safe.
 */
public final class HotLoop {
  /**
   * Number of operations on single elements after which a loop is made. To write and compile a loop
   * takes about 0.2 s of a processor, which is what so many operations take as tiles.
   */
  private static final long WORTH = 2_000_000_000L;

  private static final System.Logger LOG = System.getLogger("dev.fathom.backend.java");

  private static final Map<String, WeakReference<HotLoop>> ALIVE = new ConcurrentHashMap<>();

  /** One loop at a time, on a thread that ends when there are no more. */
  private static final ExecutorService MAKER =
      new ThreadPoolExecutor(
          0,
          1,
          5,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> Thread.ofPlatform().daemon().name("fathom-loops").unstarted(work));

  private final String key;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile TileLoop loop;

  /** Several threads add without a lock. Additions that are lost this way only delay the loop. */
  private long work;

  private HotLoop(String key) {
    this.key = key;
  }

  /** {@return the loop of that name} */
  static HotLoop of(String key) {
    ALIVE.values().removeIf(each -> each.refersTo(null));
    HotLoop fresh = new HotLoop(key);
    WeakReference<HotLoop> kept =
        ALIVE.compute(
            key,
            (_, known) ->
                known == null || known.refersTo(null) ? new WeakReference<>(fresh) : known);
    HotLoop found = kept.get();
    return found == null ? fresh : found;
  }

  /** {@return the name of the loop} */
  public String key() {
    return key;
  }

  /** {@return the loop, null as long as there is none; once there is one, always that} */
  public TileLoop loop() {
    return loop;
  }

  /**
   * Counts work that was done as tiles.
   *
   * @param more elements times operations
   */
  public void count(long more) {
    work += more;
    if (work >= WORTH && !begun.get() && begun.compareAndSet(false, true)) {
      MAKER.execute(this::make);
    }
  }

  private void make() {
    TileLoop made = LoopEmitter.emit(key);
    if (made != null && new WarmUp(LoopGraph.parse(key)).makesFast(made)) {
      loop = made;
      LOG.log(System.Logger.Level.DEBUG, () -> "a loop instead of tiles " + key);
    } else {
      LOG.log(System.Logger.Level.DEBUG, () -> "tiles, no slower than the loop " + key);
    }
  }
}
