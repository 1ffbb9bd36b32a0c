package dev.fathom.model;

import dev.fathom.compile.Coverage;
import dev.fathom.compile.Prepared;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.compile.Specialised;
import dev.fathom.data.Numbers;
import dev.fathom.graph.Type;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Port;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Answers with a model: raw values in, answers of its task out. Thread-safe.
 *
 * <p>Examples are computed in batches of a few fixed sizes, each a program that is compiled when it
 * is first needed; all share one copy of the weights. At most {@value #MAX_SESSIONS} requests are
 * computed at the same time, others wait.
 */
public final class Predictor implements AutoCloseable {
  private static final int[] BUCKETS = {1, 8, 32, 128};
  private static final int MAX_SESSIONS = 4;
  private static final Specialised.Limits LIMITS =
      new Specialised.Limits(BUCKETS.length, Long.MAX_VALUE);

  private final Model model;
  private final DeviceWeights weights;
  private final List<Port> inputs;
  private final List<Port> outputs;

  /** By the number of examples of a batch. */
  private final Specialised<Integer, Bucket> buckets =
      new Specialised<>(LIMITS, Bucket::bytes, Bucket::close);

  private final Semaphore running = new Semaphore(MAX_SESSIONS, true);
  private volatile boolean closed;

  private Predictor(DeviceWeights weights, Model model) {
    this.weights = weights;
    this.model = model;
    this.inputs = model.signature().inputs();
    this.outputs = model.signature().outputs();
  }

  /** {@return a predictor with weights of its own; the smallest program is compiled at once} */
  public static Predictor open(Backend backend, Model model) {
    try (DeviceWeights weights = DeviceWeights.upload(backend, model)) {
      return open(weights);
    }
  }

  /**
   * {@return a predictor that shares weights with others; the smallest program is compiled at once}
   */
  public static Predictor open(DeviceWeights weights) {
    return open(weights, weights.model());
  }

  /**
   * {@return a predictor of another model that has the same weights: one of a layer inside, for
   * example}
   *
   * @param model whose parameters and states lie as those of {@code weights} do
   */
  public static Predictor open(DeviceWeights weights, Model model) {
    Predictor predictor = new Predictor(weights.share(), model);
    try (var lease = predictor.lease(BUCKETS[0])) {
      lease.value().give(lease.value().take());
      return predictor;
    } catch (RuntimeException | Error e) {
      predictor.close();
      throw e;
    }
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /**
   * {@return {@code [examples, ...output]}, row-major} For models with one input and one output.
   *
   * @param raw {@code [examples, ...]} as in {@link Model#signature()}; not changed
   * @throws IllegalArgumentException if the number of values is not a multiple of one example's
   * @throws NotFiniteException if the answer is not finite
   * @throws IllegalStateException after {@link #close()}
   */
  public float[] predict(float... raw) {
    return predict(List.of(raw)).getFirst();
  }

  /**
   * {@return {@code [examples, ...output]} of each output port, row-major}
   *
   * @param raw {@code [examples, ...]} of each input port, in order; not changed
   * @throws IllegalArgumentException if the values of a port are not a multiple of one example's,
   *     or ports have different numbers of examples
   * @throws NotFiniteException if an answer is not finite, naming the first such number
   * @throws IllegalStateException after {@link #close()}
   */
  public List<float[]> predict(List<float[]> raw) {
    return answer(raw.stream().map(Numbers::of).toList()).stream().map(Numbers::floats).toList();
  }

  /**
   * {@return {@code [examples, ...output]} of each output port, row-major, f64 where the port is}
   *
   * @param raw {@code [examples, ...]} of each input port, in order; not changed. Those of f64 are
   *     normalised before they are rounded to f32
   * @throws IllegalArgumentException if the values of a port are not a multiple of one example's,
   *     or ports have different numbers of examples
   * @throws NotFiniteException if an answer is not finite, naming the first such number
   * @throws IllegalStateException after {@link #close()}
   */
  public List<Numbers> answer(List<Numbers> raw) {
    int examples = check(raw);
    List<Numbers> answers = new ArrayList<>();
    for (Port port : outputs) {
      int size = Math.toIntExact(examples * port.width());
      answers.add(
          port.dtype() == DType.F64 ? Numbers.of(new double[size]) : Numbers.of(new float[size]));
    }
    for (int from = 0; from < examples; ) {
      int left = examples - from;
      int size =
          Arrays.stream(BUCKETS)
              .filter(b -> b >= left)
              .findFirst()
              .orElse(BUCKETS[BUCKETS.length - 1]);
      int count = Math.min(left, size);
      run(size, raw, answers, from, count);
      from += count;
    }
    for (int i = 0; i < answers.size(); i++) {
      NotFiniteException.check(outputs.get(i), answers.get(i));
    }
    return answers;
  }

  /**
   * Answers for one example of zeros again and again, so that what comes next finds code that is
   * compiled, and caches that are full.
   */
  public void warmUp(Duration time) {
    List<Numbers> zeros = new ArrayList<>();
    inputs.forEach(port -> zeros.add(Numbers.of(new float[Math.toIntExact(port.width())])));
    long end = System.nanoTime() + time.toNanos();
    do {
      try {
        answer(zeros);
      } catch (NotFiniteException e) {
        // What zeros give may be anything.
      }
    } while (System.nanoTime() < end);
  }

  /** {@return how many batches that many examples are computed in} */
  public static int batches(int examples) {
    return Math.ceilDiv(examples, BUCKETS[BUCKETS.length - 1]);
  }

  private int check(List<Numbers> raw) {
    if (raw.size() != inputs.size()) {
      throw new IllegalArgumentException(
          "[predict] expected values of %d inputs %s but got %d"
              .formatted(inputs.size(), inputs.stream().map(Port::name).toList(), raw.size()));
    }
    int examples = -1;
    for (int i = 0; i < raw.size(); i++) {
      int width = Math.toIntExact(inputs.get(i).width());
      int length = raw.get(i).size();
      if (length % width != 0) {
        throw new IllegalArgumentException(
            "[predict] expected a multiple of %d values, examples of shape %s, but got %d"
                .formatted(width, inputs.get(i).example(), length));
      }
      if (examples >= 0 && length / width != examples) {
        throw new IllegalArgumentException(
            "[predict] expected %d examples of input '%s', as of those before it, but got %d"
                .formatted(examples, inputs.get(i).name(), length / width));
      }
      examples = length / width;
      long vocabulary = model.function().vocabulary(i);
      if (vocabulary > 0) {
        checkIds(raw.get(i), vocabulary);
      }
    }
    return examples;
  }

  private static void checkIds(Numbers raw, long vocabulary) {
    for (int i = 0; i < raw.size(); i++) {
      double id = raw.get(i);
      if (!(id >= 0 && id < vocabulary && id == Math.rint(id))) {
        throw new IllegalArgumentException(
            "[predict] expected token ids, whole numbers of 0 to %d, but got %s at position %d"
                .formatted(vocabulary - 1, raw.text(i), i));
      }
    }
  }

  private void run(int size, List<Numbers> raw, List<Numbers> answers, int from, int count) {
    running.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("[predict] the predictor is closed");
      }
      try (var lease = lease(size)) {
        Lane lane = lease.value().take();
        try {
          lane.run(raw, answers, from, count);
        } finally {
          lease.value().give(lane);
        }
      }
    } finally {
      running.release();
    }
  }

  private Specialised<Integer, Bucket>.Lease lease(int size) {
    return buckets.lease(size, Bucket::new);
  }

  /** {@return which specs of a batch of that size the backend compiles, and which not} */
  public Coverage coverage(int examples) {
    return compile(examples).program().coverage();
  }

  /** Frees sessions, and weights that nobody else shares; requests under way end normally. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    running.acquireUninterruptibly(MAX_SESSIONS);
    buckets.close();
    weights.close();
    running.release(MAX_SESSIONS);
  }

  /**
   * The program of a batch.
   *
   * @param widths how many values each tensor of the answer has
   */
  private record Compiled(Program program, int[] widths) {}

  private Compiled compile(int batch) {
    Program.Builder builder = Program.builder(weights.backend());
    List<Tensor> feeds = new ArrayList<>();
    for (Port port : model.function().inputs()) {
      Shape shape = Shape.of(batch).concat(port.example());
      Tensor feed = Tensor.input("input " + port.name(), new Type(port.dtype(), shape));
      builder.feed(feed);
      feeds.add(feed);
    }
    DeviceWeights.Inputs frozen = weights.freeze(builder);
    List<Tensor> answer =
        model
            .task()
            .answer(feeds, model.function().apply(feeds, frozen.parameters(), frozen.states()));
    for (int i = 0; i < answer.size(); i++) {
      builder.result("answer " + i, answer.get(i).cast(DType.F32));
    }
    return new Compiled(
        builder.compile(),
        answer.stream().mapToInt(each -> Math.toIntExact(each.shape().elements())).toArray());
  }

  /** Batches of one size: a program with its sessions. */
  private final class Bucket {
    private final int size;
    private final ConcurrentLinkedQueue<Lane> idle = new ConcurrentLinkedQueue<>();
    private final Prepared prepared;
    private final int[] widths;

    Bucket(int size) {
      this.size = size;
      Compiled compiled = compile(size);
      widths = compiled.widths();
      Program program = compiled.program();
      if (size == BUCKETS[0]) {
        prepared = program.prepare(weights.buffers());
      } else {
        // Values that are prepared from the weights are the same for every batch size.
        try (var smallest = lease(BUCKETS[0])) {
          prepared = program.prepare(weights.buffers(), smallest.value().prepared);
        }
      }
    }

    Lane take() {
      Lane lane = idle.poll();
      return lane != null ? lane : new Lane(prepared.open(Priority.HIGH), size, widths);
    }

    void give(Lane lane) {
      idle.add(lane);
    }

    long bytes() {
      return prepared.bytes();
    }

    void close() {
      idle.forEach(lane -> lane.session.close());
      idle.clear();
    }
  }

  /** Copies what a task gave for a batch to its place among the answers. */
  private static void copy(Numbers batch, Numbers answers, int at, int count) {
    switch (answers) {
      case Numbers.Floats(float[] all) -> System.arraycopy(batch.floats(), 0, all, at, count);
      case Numbers.Doubles(double[] all) -> System.arraycopy(batch.doubles(), 0, all, at, count);
    }
  }

  /** A session with its host memory; for one request at a time. */
  private final class Lane {
    private final Session session;
    private final List<float[]> in = new ArrayList<>();
    private final List<int[]> ids = new ArrayList<>();
    private final List<float[]> out = new ArrayList<>();

    Lane(Session session, int batch, int... widths) {
      this.session = session;
      for (int i = 0; i < inputs.size(); i++) {
        int values = Math.toIntExact(batch * inputs.get(i).width());
        boolean tokens = model.function().vocabulary(i) > 0;
        in.add(new float[tokens ? 0 : values]);
        ids.add(new int[tokens ? values : 0]);
      }
      for (int width : widths) {
        out.add(new float[width]);
      }
    }

    void run(List<Numbers> raw, List<Numbers> answers, int from, int count) {
      for (int i = 0; i < inputs.size(); i++) {
        session.write(
            "input " + model.function().inputs().get(i).name(),
            prepared(i, raw.get(i), from, count));
      }
      session.run();
      for (int i = 0; i < out.size(); i++) {
        session.read("answer " + i, MemorySegment.ofArray(out.get(i)));
      }
      List<Numbers> finished = model.task().finish(out);
      for (int i = 0; i < outputs.size(); i++) {
        int width = Math.toIntExact(outputs.get(i).width());
        copy(finished.get(i), answers.get(i), from * width, count * width);
      }
    }

    private MemorySegment prepared(int input, Numbers raw, int from, int count) {
      int width = Math.toIntExact(inputs.get(input).width());
      int first = from * width;
      int used = count * width;
      int[] tokens = ids.get(input);
      if (tokens.length > 0) {
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = i < used ? (int) raw.get(first + i) : 0;
        }
        return MemorySegment.ofArray(tokens);
      }
      float[] numbers = in.get(input);
      Preparation.Input preparation = model.preparation().inputs().get(input);
      // Columns of a table were normalised in f64 when the model was trained, pixels in f32.
      if (raw instanceof Numbers.Floats(float[] values) && preparation.features().isEmpty()) {
        System.arraycopy(values, first, numbers, 0, used);
        preparation.normalisation().apply(numbers, count, preparation.raw());
      } else {
        double[] exact = new double[used];
        for (int i = 0; i < used; i++) {
          exact[i] = raw.get(first + i);
        }
        preparation.normalisation().apply(exact, count, preparation.raw(), numbers);
      }
      Arrays.fill(numbers, used, numbers.length, 0);
      return MemorySegment.ofArray(numbers);
    }
  }
}
