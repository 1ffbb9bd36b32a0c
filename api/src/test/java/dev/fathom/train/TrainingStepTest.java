package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.fathom.backend.java.JavaBackendProvider;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.data.Column;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.graph.Type;
import dev.fathom.metric.Accuracy;
import dev.fathom.nn.Network;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider.Probe;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.task.Columns;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One training step as a program: what it launches, keeps, allocates, and computes. */
class TrainingStepTest {
  private static final int BATCH = 16;

  /** Of steps, until what is compiled at run time must be. */
  private static final int MOST_HUNDREDS = 300;

  private record Task(Program program, Network network) {}

  private static Backend java(int threads) {
    JavaBackendProvider provider = new JavaBackendProvider();
    Probe.Available found = (Probe.Available) provider.probe();
    return provider.open(found.devices().getFirst(), Map.of("threads", Integer.toString(threads)));
  }

  private static Task task(Backend backend, String model) {
    Spec spec =
        Spec.parse(
            """
            {"name": "task", "data": {"dataset": "digits"}, "model": "%s",
             "training": {"epochs": 1, "batchSize": %d,
               "optimizer": {"type": "adam", "learningRate": 0.001}}}"""
                .formatted(model, BATCH));
    Network network = spec.network(Shape.of(1, 28, 28));
    return new Task(step(backend, spec, network).gradient(), network);
  }

  private static TrainingPrograms.Step step(Backend backend, Spec spec, Network network) {
    Feed feed = Feed.EMPTY.floats("image").ids("label", 0, 10);
    List<String> labels = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    List<Column> columns =
        List.of(
            new Column("image", DType.U8, network.input(), List.of()),
            new Column("label", DType.U8, Shape.SCALAR, labels));
    var task = spec.task().fitted(network, Optional.of(columns.getLast()), Normalisation.NONE);
    Objective objective =
        Objective.of(
            task,
            network,
            spec.training().optimizer(),
            new Columns(List.of("image"), Optional.of("label")));
    return new TrainingPrograms(
            backend,
            objective,
            feed,
            Feed.EMPTY,
            columns,
            spec.training().partSize(),
            spec.training().clipping())
        .step(spec.training().accumulate(), List.of(new Accuracy()));
  }

  private static Session open(Task task) {
    Session session = task.program().open();
    SplittableRandom random = new SplittableRandom(5);
    float[] pixels = new float[BATCH * 784];
    int[] labels = new int[BATCH];
    float[] mask = new float[BATCH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble(-1, 1);
    }
    for (int i = 0; i < BATCH; i++) {
      labels[i] = random.nextInt(10);
      mask[i] = i < BATCH - 3 ? 1 : 0;
    }
    float[] parameters = new float[Math.toIntExact(task.network().parameters().elements())];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) random.nextDouble(-0.05, 0.05);
    }
    session.write(TrainingPrograms.columnName("image"), MemorySegment.ofArray(pixels));
    session.write(TrainingPrograms.columnName("label"), MemorySegment.ofArray(labels));
    session.write(TrainingPrograms.MASK, MemorySegment.ofArray(mask));
    session.write(TrainingPrograms.PARAMETERS, MemorySegment.ofArray(parameters));
    session.setDouble("step_size", 0.001);
    session.setDouble("second_correction", 1);
    return session;
  }

  private static float[] read(Session session, String name, long elements) {
    float[] data = new float[Math.toIntExact(elements)];
    session.read(name, MemorySegment.ofArray(data));
    return data;
  }

  @Test
  void leNetIsPlanned() {
    Task task = task(java(1), "lenet");
    String plan = task.program().explain();
    assertTrue(task.program().launches() <= 43, plan);
    long state = 4 * 3 * task.network().parameters().elements();
    assertTrue(task.program().peakBytes() < state + 14_000_000, plan);
    long updates = plan.lines().filter(line -> line.contains("-> parameters+0")).count();
    assertEquals(1, updates, "the update is one kernel: " + plan);
    assertTrue(plan.contains("parameters+0 first_moment+0 second_moment+0  [f32["), plan);
    long copies = plan.lines().filter(line -> line.contains("{%0=in0; -> [0]}")).count();
    assertEquals(0, copies, "gradients are computed in their place: " + plan);
  }

  /** Four times the length takes four times the memory, not sixteen. */
  @Test
  void attentionIsLinearInMemory() {
    long[] bytes = new long[2];
    for (int i = 0; i < 2; i++) {
      long length = i == 0 ? 256 : 1024;
      Tensor all = Tensor.input("x", Type.of(DType.F32, 1, length, 3 * 64));
      Tensor heads = all.reshape(1, length, 3, 2, 32).permute(2, 0, 3, 1, 4);
      Tensor[] parts = new Tensor[3];
      for (int part = 0; part < 3; part++) {
        parts[part] = heads.slice(0, part, part + 1).reshape(1, 2, length, 32);
      }
      Tensor out = Attention.of(parts[0], parts[1], parts[2], null, true, null);
      Tensor gradient = out.square().sum().gradients(all).getFirst();
      Program program = Program.builder(java(1)).feed(all).result("gradient", gradient).compile();
      String plan = program.explain();
      assertTrue(plan.contains("attention-gradient"), plan);
      bytes[i] = program.peakBytes();
    }
    assertTrue(bytes[1] < 4.1 * bytes[0], bytes[0] + " and " + bytes[1]);
  }

  /** The backend logs what it interprets in tiles; an update must not be among it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\": \"adam\"",
        "\"type\": \"adamw\"",
        "\"type\": \"adamw\", \"decayVectors\": false",
        "\"type\": \"sgd\"",
        "\"type\": \"sgd\", \"momentum\": 0.9",
        "\"type\": \"sgd\", \"momentum\": 0.9, \"weightDecay\": 0.0005"
      })
  void anUpdateIsOneGeneratedLoop(String optimizer) {
    List<String> interpreted = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord message) {
            interpreted.add(message.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.fathom.backend.java");
    logger.addHandler(handler);
    logger.setLevel(Level.FINE);
    try {
      String averaging = optimizer.contains("adam") ? ", \"averaging\": 0.99" : "";
      for (String options :
          List.of(
              "",
              ", \"clipNorm\": 1",
              ", \"accumulate\": 2",
              ", \"clipNorm\": 1, \"accumulate\": 2")) {
        Spec spec =
            Spec.parse(
                """
                {"name": "task", "data": {"dataset": "digits"}, "model": "mlp",
                 "training": {"epochs": 1, "optimizer": {%s, "learningRate": 0.001}%s}}"""
                    .formatted(optimizer, options + averaging));
        Network network = spec.network(Shape.of(1, 28, 28));
        TrainingPrograms.Step step = step(java(1), spec, network);
        assertEquals(options.contains("accumulate"), step.update().isPresent(), options);
        String plan = step.update().orElse(step.gradient()).explain();
        long updates = plan.lines().filter(line -> line.contains("-> parameters+0")).count();
        assertEquals(1, updates, "the update is one kernel: " + plan);
      }
    } finally {
      logger.setLevel(null);
      logger.removeHandler(handler);
    }
    assertTrue(
        interpreted.stream().noneMatch(message -> message.contains("select")),
        interpreted::toString);
  }

  @Test
  void anMlpIsPlanned() {
    Task task = task(java(1), "mlp");
    assertTrue(task.program().launches() <= 32, task.program().explain());
  }

  /**
   * Less than 1 KB a step over all threads, in each of three hundreds of steps in a row. Vectors
   * are boxed until the compiler has seen every kernel often enough, so it takes some hundred steps
   * to get there; that a session itself needs none from the first step on, ProgramTest says.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mlp", "lenet"})
  void aStepAllocatesNoHeap(String model) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Session session = open(task(java(2), model))) {
      List<Long> perStep = new ArrayList<>();
      int calm = 0;
      while (calm < 3 && perStep.size() < MOST_HUNDREDS) {
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          session.run();
        }
        perStep.add((threads.getTotalThreadAllocatedBytes() - before) / 100);
        calm = perStep.getLast() < 1024 ? calm + 1 : 0;
      }
      assertEquals(3, calm, "bytes a step of each hundred: " + perStep);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "lenet"})
  void threadsDoNotChangeBits(String model) {
    float[][] ends = new float[2][];
    for (int threads = 1; threads <= 2; threads++) {
      Task task = task(java(threads), model);
      try (Session session = open(task)) {
        for (int i = 0; i < 5; i++) {
          session.run();
        }
        ends[threads - 1] =
            read(session, TrainingPrograms.PARAMETERS, task.network().parameters().elements());
      }
    }
    assertArrayEquals(ends[0], ends[1]);
  }

  /** What a backend declines is lowered to the core, and means the same. */
  @Test
  void leNetTrainsOnTheCoreAlone() {
    float[][] losses = new float[2][5];
    for (Backend backend : new Backend[] {java(2), new MinimalBackend()}) {
      Task task = task(backend, "lenet");
      try (Session session = open(task)) {
        for (int i = 0; i < 5; i++) {
          session.run();
          losses[backend instanceof MinimalBackend ? 1 : 0][i] =
              read(session, TrainingPrograms.LOSS, 1)[0];
        }
      }
    }
    assertArrayEquals(losses[0], losses[1], 2e-4f);
    assertTrue(losses[0][4] < losses[0][0], "the loss falls");
  }
}
