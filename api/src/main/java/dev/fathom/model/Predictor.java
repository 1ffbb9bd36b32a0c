package dev.fathom.model;

import dev.fathom.compile.Coverage;
import dev.fathom.compile.Prepared;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.nn.Network;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Answers with a model: raw values in, probabilities or predictions out. Thread-safe.
 *
 * <p>Examples are computed in batches of a few fixed sizes, each a program that is compiled when it
 * is first needed; all share one copy of the weights. At most {@value #MAX_SESSIONS} requests are
 * computed at the same time, others wait.
 */
public final class Predictor implements AutoCloseable {
  private static final int[] BUCKETS = {1, 8, 32, 128};
  private static final int MAX_SESSIONS = 4;

  private final Backend backend;
  private final Model model;
  private final DeviceWeights weights;
  private final Bucket[] buckets = new Bucket[BUCKETS.length];
  private final Semaphore running = new Semaphore(MAX_SESSIONS, true);
  private volatile boolean closed;

  private Predictor(Backend backend, Model model) {
    this.backend = backend;
    this.model = model;
    this.weights = DeviceWeights.upload(backend, model);
    for (int i = 0; i < BUCKETS.length; i++) {
      buckets[i] = new Bucket(BUCKETS[i]);
    }
  }

  /** {@return a predictor; the smallest program is compiled at once} */
  public static Predictor open(Backend backend, Model model) {
    Predictor predictor = new Predictor(backend, model);
    predictor.buckets[0].give(predictor.buckets[0].take());
    return predictor;
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /**
   * {@return {@code [examples, ...output]}, row-major}
   *
   * @param raw {@code [examples, ...]} as in {@link Model#signature()}; not changed
   * @throws IllegalArgumentException if the number of values is not a multiple of one example's
   * @throws IllegalStateException after {@link #close()}
   */
  public float[] predict(float... raw) {
    int in = Math.toIntExact(model.rawShape().elements());
    int out = Math.toIntExact(model.network().output().elements());
    if (raw.length % in != 0) {
      throw new IllegalArgumentException(
          "[predict] expected a multiple of %d values, examples of shape %s, but got %d"
              .formatted(in, model.rawShape(), raw.length));
    }
    if (model.network().vocabulary() > 0) {
      checkIds(raw, model.network().vocabulary());
    }
    int examples = raw.length / in;
    float[] answers = new float[examples * out];
    for (int from = 0; from < examples; ) {
      int left = examples - from;
      Bucket bucket =
          Arrays.stream(buckets)
              .filter(b -> b.size >= left)
              .findFirst()
              .orElse(buckets[buckets.length - 1]);
      int count = Math.min(left, bucket.size);
      bucket.run(raw, from * in, answers, from * out, count);
      from += count;
    }
    return answers;
  }

  private static void checkIds(float[] raw, long vocabulary) {
    for (int i = 0; i < raw.length; i++) {
      if (!(raw[i] >= 0 && raw[i] < vocabulary && raw[i] == Math.rint(raw[i]))) {
        throw new IllegalArgumentException(
            "[predict] expected token ids, whole numbers of 0 to %d, but got %s at position %d"
                .formatted(vocabulary - 1, raw[i], i));
      }
    }
  }

  /** {@return which specs of a batch of that size the backend compiles, and which not} */
  public Coverage coverage(int examples) {
    return compile(examples).coverage();
  }

  /** Frees weights and sessions; requests under way end normally. */
  @Override
  public void close() {
    closed = true;
    running.acquireUninterruptibly(MAX_SESSIONS);
    for (Bucket bucket : buckets) {
      bucket.idle.forEach(lane -> lane.session.close());
      bucket.idle.clear();
    }
    weights.close();
    running.release(MAX_SESSIONS);
  }

  /** Batches of one size. */
  private final class Bucket {
    private final int size;
    private final ConcurrentLinkedQueue<Lane> idle = new ConcurrentLinkedQueue<>();
    private Prepared prepared;

    Bucket(int size) {
      this.size = size;
    }

    void run(float[] raw, int from, float[] answers, int to, int count) {
      running.acquireUninterruptibly();
      try {
        if (closed) {
          throw new IllegalStateException("[predict] the predictor is closed");
        }
        Lane lane = take();
        try {
          lane.run(raw, from, answers, to, count);
        } finally {
          give(lane);
        }
      } finally {
        running.release();
      }
    }

    Lane take() {
      Lane lane = idle.poll();
      return lane != null ? lane : new Lane(prepared().open(Priority.HIGH), size);
    }

    void give(Lane lane) {
      idle.add(lane);
    }

    private synchronized Prepared prepared() {
      if (prepared == null) {
        Program program = compile(size);
        // What is made of the weights is the same for every batch.
        prepared =
            this == buckets[0]
                ? program.prepare(weights.buffers())
                : program.prepare(weights.buffers(), buckets[0].prepared());
      }
      return prepared;
    }
  }

  private Program compile(int batch) {
    Network network = model.network();
    Shape batched = Shape.of(batch).concat(network.input());
    Tensor x = Tensor.of(Ops.input("input", new Type(network.inputType(), batched)));
    Program.Builder builder = Program.builder(backend).feed(x.value());
    DeviceWeights.Inputs frozen = weights.freeze(builder);
    Tensor output = network.trace(x, frozen.parameters(), frozen.states(), null).output();
    Tensor answer = model.classifies() ? output.softmax() : output;
    return builder.result("answer", answer.value()).compile();
  }

  /** A session with its host memory; for one request at a time. */
  private final class Lane {
    private final Session session;
    private final float[] in;
    private final int[] ids;
    private final float[] out;

    Lane(Session session, int batch) {
      this.session = session;
      int values = Math.toIntExact(batch * model.rawShape().elements());
      boolean tokens = model.network().vocabulary() > 0;
      in = new float[tokens ? 0 : values];
      ids = new int[tokens ? values : 0];
      out = new float[Math.toIntExact(batch * model.network().output().elements())];
    }

    void run(float[] raw, int from, float[] answers, int to, int count) {
      int inWidth = Math.toIntExact(model.rawShape().elements());
      int outWidth = Math.toIntExact(model.network().output().elements());
      if (ids.length > 0) {
        for (int i = 0; i < ids.length; i++) {
          ids[i] = i < count * inWidth ? (int) raw[from + i] : 0;
        }
        session.write("input", MemorySegment.ofArray(ids));
      } else {
        System.arraycopy(raw, from, in, 0, count * inWidth);
        model.spec().data().normalisation().apply(in, count, model.rawShape());
        Arrays.fill(in, count * inWidth, in.length, 0);
        session.write("input", MemorySegment.ofArray(in));
      }
      session.run();
      session.read("answer", MemorySegment.ofArray(out));
      model.spec().answer(out);
      System.arraycopy(out, 0, answers, to, count * outWidth);
    }
  }
}
