package dev.fathom.generate;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.compile.Specialised;
import dev.fathom.data.Numbers;
import dev.fathom.graph.Type;
import dev.fathom.image.Picture;
import dev.fathom.json.Nearest;
import dev.fathom.model.DeviceWeights;
import dev.fathom.model.Model;
import dev.fathom.model.NotFiniteException;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Generative;
import dev.fathom.task.Port;
import dev.fathom.task.WishException;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes pictures by a model whose task is {@link Generative}: a loop of the host over one program,
 * {@value #BATCH} pictures at a time. Thread-safe; requests are computed one after the other.
 *
 * <p>Picture i of a seed begins as the same noise whatever the number of pictures.
 */
public final class PictureGenerator implements AutoCloseable {
  private static final int BATCH = 16;
  private static final String EXAMPLES = "examples";
  private static final String CLASSES = "classes";
  private static final String NEXT = "next";
  private static final String SEED = "seed";
  private static final String PICTURE = "picture";
  private static final int CORNERS = 4;

  private final DeviceWeights weights;
  private final Model model;
  private final Generative task;
  private final Network maker;

  /** By the number of pictures: a few or many. */
  private final Specialised<Integer, Session> sessions =
      new Specialised<>(new Specialised.Limits(2, Long.MAX_VALUE), Session::bytes, Session::close);

  private final Session noise;
  private boolean closed;

  /** Is told of each step. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each step; what it throws ends the request.
     *
     * @param step that was taken, from 1
     * @param steps of the whole request
     */
    void step(int step, int steps);
  }

  private PictureGenerator(DeviceWeights weights) {
    this.model = weights.model();
    if (!(model.task() instanceof Generative generative)) {
      throw new IllegalArgumentException(
          "[generate] expected a model that makes pictures but the task of '%s' is %s"
              .formatted(model.name(), model.task().name()));
    }
    this.task = generative;
    this.maker = task.maker(model.network());
    // Fails here and not at the first picture.
    sizes();
    this.weights = weights.share();
    try {
      noise = noiseProgram().open();
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /** {@return whether a model makes pictures} */
  public static boolean makes(Model model) {
    return model.task() instanceof Generative;
  }

  /**
   * {@return a generator that shares weights with others}
   *
   * @throws IllegalArgumentException if the model makes no pictures, with the reason
   */
  public static PictureGenerator open(DeviceWeights weights) {
    return new PictureGenerator(weights);
  }

  /** {@return a generator with weights of its own} */
  public static PictureGenerator open(Backend backend, Model model) {
    try (DeviceWeights weights = DeviceWeights.upload(backend, model)) {
      return open(weights);
    }
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /** {@return channels, height and width of the pictures} */
  private long[] sizes() {
    long[] sizes = made().toArray();
    long[] image = sizes.length == 2 ? new long[] {1, sizes[0], sizes[1]} : sizes;
    if (image.length != 3 || image[0] != 1 && image[0] != 3) {
      throw new IllegalArgumentException(
          "[generate] expected a model that makes pictures [1 or 3, height, width] but '%s' makes %s"
              .formatted(model.name(), made()));
    }
    return image;
  }

  private Shape made() {
    return maker.output();
  }

  /**
   * {@return this, which can make what is asked for}
   *
   * @throws WishException if it cannot, with the reason
   */
  public PictureGenerator check(PictureRequest request) {
    task.steps(request.wish());
    classes(request);
    return this;
  }

  /** {@return the classes that pictures can show, by name; empty if the model knows none} */
  public List<String> labels() {
    return task.labels();
  }

  /** {@return the class that picture {@code index} of a request shows, if the model knows any} */
  public Optional<String> label(PictureRequest request, int index) {
    List<String> labels = task.labels();
    return labels.isEmpty()
        ? Optional.empty()
        : Optional.of(request.label().orElse(labels.get(index % labels.size())));
  }

  /** {@return width and height of a picture, {@code 28x28} for example} */
  public String size() {
    return sizes()[2] + "x" + sizes()[1];
  }

  /**
   * {@return the pictures, in order}
   *
   * @throws WishException if the model cannot make what is asked for, with the reason
   * @throws NotFiniteException if a picture is not finite
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized List<Picture> generate(PictureRequest request, Progress progress) {
    if (closed) {
      throw new IllegalStateException("[generate] the generator is closed");
    }
    List<Map<String, Double>> steps = task.steps(request.wish());
    int[] classes = classes(request);
    List<float[]> beginnings = beginnings(request);
    List<Picture> pictures = new ArrayList<>();
    int size = request.count() == 1 ? 1 : BATCH;
    int all = Math.ceilDiv(request.count(), size) * steps.size();
    int done = 0;
    try (var lease = sessions.lease(size, this::session)) {
      Session session = lease.value();
      for (int from = 0; from < request.count(); from += size) {
        int count = Math.min(size, request.count() - from);
        float[] examples = joined(beginnings.subList(from, from + count), size);
        if (classes.length > 0) {
          session.write(
              CLASSES, MemorySegment.ofArray(Arrays.copyOfRange(classes, from, from + size)));
        }
        float[] next = new float[Math.toIntExact(size * made().elements())];
        for (Map<String, Double> step : steps) {
          session.write(EXAMPLES, MemorySegment.ofArray(examples));
          step.forEach(session::setDouble);
          session.run();
          session.read(NEXT, MemorySegment.ofArray(next));
          examples = next;
          progress.step(++done, all);
        }
        add(pictures, next, count);
      }
    }
    return pictures;
  }

  private int[] classes(PictureRequest request) {
    List<String> labels = task.labels();
    if (labels.isEmpty() && request.label().isPresent()) {
      throw new WishException(
          "class",
          "expected no class, as '%s' knows none, but got '%s'"
              .formatted(model.name(), request.label().get()));
    }
    if (labels.isEmpty()) {
      return new int[0];
    }
    // As long as whole batches are.
    int[] classes = new int[Math.ceilDiv(request.count(), BATCH) * BATCH];
    Optional<Integer> chosen = request.label().map(label -> number(labels, label));
    Arrays.setAll(classes, i -> chosen.orElse(i % labels.size()));
    return classes;
  }

  private int number(List<String> labels, String label) {
    int number = labels.indexOf(label);
    if (number < 0) {
      throw new WishException(
          "class",
          "expected a class of %s but got '%s'%s"
              .formatted(labels, label, Nearest.hint(label, labels)));
    }
    return number;
  }

  private static float[] joined(List<float[]> each, int size) {
    int width = each.getFirst().length;
    float[] all = new float[size * width];
    for (int i = 0; i < each.size(); i++) {
      System.arraycopy(each.get(i), 0, all, i * width, width);
    }
    return all;
  }

  // ---- what pictures begin as ----

  private List<float[]> beginnings(PictureRequest request) {
    List<float[]> drawn = new ArrayList<>();
    int count = request.walk() ? CORNERS : request.count();
    noise.setLong(SEED, request.seed());
    for (int i = 0; i < count; i++) {
      float[] values = new float[Math.toIntExact(maker.input().elements())];
      noise.setLong(PICTURE, i);
      noise.run();
      noise.read(EXAMPLES, MemorySegment.ofArray(values));
      drawn.add(values);
    }
    return request.walk() ? walk(drawn, request) : drawn;
  }

  /**
   * Points of a square: on arcs, so that each is as long as noise is (White, "Sampling Generative
   * Networks", 2016).
   */
  private static List<float[]> walk(List<float[]> corners, PictureRequest request) {
    int across = request.columns();
    int down = Math.ceilDiv(request.count(), across);
    List<float[]> points = new ArrayList<>();
    for (int i = 0; i < request.count(); i++) {
      double x = across == 1 ? 0 : (double) (i % across) / (across - 1);
      double y = down == 1 ? 0 : (double) (i / across) / (down - 1);
      points.add(
          between(
              between(corners.get(0), corners.get(1), x),
              between(corners.get(2), corners.get(3), x),
              y));
    }
    return points;
  }

  private static float[] between(float[] a, float[] b, double share) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    double angle = Math.acos(Math.clamp(dot / Math.sqrt(squaresA * squaresB), -1, 1));
    double sine = Math.sin(angle);
    double ofA = sine < 1e-6 ? 1 - share : Math.sin((1 - share) * angle) / sine;
    double ofB = sine < 1e-6 ? share : Math.sin(share * angle) / sine;
    float[] point = new float[a.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = (float) (ofA * a[i] + ofB * b[i]);
    }
    return point;
  }

  // ---- programs ----

  private Program noiseProgram() {
    Tensor drawn =
        Tensor.normal(
            Tensor.scalar(SEED, DType.I64),
            Tensor.scalar(PICTURE, DType.I64),
            0,
            maker.input().toArray());
    return Program.builder(weights.backend()).result(EXAMPLES, drawn).compile();
  }

  private Session session(int size) {
    Program.Builder builder = Program.builder(weights.backend());
    Shape shape = Shape.of(size).concat(maker.input());
    Tensor examples = Tensor.input(EXAMPLES, new Type(DType.F32, shape));
    Tensor classes = Tensor.input(CLASSES, Type.of(DType.I32, size));
    builder.feed(examples);
    if (!task.labels().isEmpty()) {
      builder.feed(classes);
    }
    Map<String, Tensor> numbers = new LinkedHashMap<>();
    task.steps(Generative.Wish.USUAL)
        .getFirst()
        .keySet()
        .forEach(name -> numbers.put(name, Tensor.scalar(name, DType.F32)));
    DeviceWeights.Inputs frozen = weights.freeze(builder);
    Network whole = model.network();
    Tensor parameters = part(whole.parameters(), maker.parameters(), frozen.parameters());
    Tensor states = part(whole.states(), maker.states(), frozen.states());
    Tensor next =
        task.next(
            inputs ->
                maker.trace(maker.bind(parameters, states), inputs, Optional.empty()).output(),
            examples,
            classes,
            numbers);
    return builder.result(NEXT, next).compile().open(weights.buffers());
  }

  /** The weights of a part of a network, in the order of its own layout. */
  private static Tensor part(Layout whole, Layout part, Tensor flat) {
    if (part.slots().isEmpty() || part.slots().equals(whole.slots())) {
      return part.slots().isEmpty() ? null : flat;
    }
    Tensor[] slices =
        part.slots().stream()
            .map(slot -> whole.slot(slot.name()).orElseThrow())
            .map(slot -> flat.slice(0, slot.offset(), slot.offset() + slot.shape().elements()))
            .toArray(Tensor[]::new);
    return Tensor.concat(0, slices);
  }

  // ---- pictures ----

  private void add(List<Picture> pictures, float[] values, int count) {
    long[] sizes = sizes();
    int channels = (int) sizes[0];
    int width = Math.toIntExact(made().elements());
    double[] raw =
        task.normalisation().invert(Arrays.copyOf(values, count * width), Shape.of(sizes));
    NotFiniteException.check(Port.of("picture", DType.F64, Shape.of(sizes)), Numbers.of(raw));
    for (int i = 0; i < count; i++) {
      byte[] planes = new byte[width];
      for (int at = 0; at < width; at++) {
        planes[at] = (byte) Math.round(Math.clamp(raw[i * width + at], 0, 255));
      }
      pictures.add(Picture.ofPlanes((int) sizes[2], (int) sizes[1], channels, planes));
    }
  }

  /** Frees sessions, and weights that nobody else shares. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    sessions.close();
    noise.close();
    weights.close();
  }
}
