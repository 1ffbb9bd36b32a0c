package dev.fathom.generate;

import dev.fathom.compile.Prepared;
import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.graph.Type;
import dev.fathom.model.DeviceWeights;
import dev.fathom.model.Model;
import dev.fathom.nn.Network;
import dev.fathom.nn.Parameters;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import dev.fathom.text.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Computes vectors of texts: the input of the last layer, the head, of a model of texts. If that is
 * a vector for each step, it is their mean over the tokens of the text. Thread-safe; at most
 * {@value #MOST} texts are computed at the same time, others wait.
 */
public final class Embedder implements AutoCloseable {
  private static final int MOST = 4;
  private static final String IDS = "ids";
  private static final String SHARES = "shares";
  private static final String VECTOR = "vector";

  private final Model model;
  private final Tokenizer tokenizer;
  private final DeviceWeights weights;
  private final Prepared prepared;
  private final int size;
  private final Semaphore running = new Semaphore(MOST, true);
  private volatile boolean closed;

  private Embedder(DeviceWeights weights, Tokenizer tokenizer, Prepared prepared, int size) {
    this.model = weights.model();
    this.tokenizer = tokenizer;
    this.weights = weights.share();
    this.prepared = prepared;
    this.size = size;
  }

  /** {@return an embedder with weights of its own, see {@link #open(DeviceWeights)}} */
  public static Embedder open(Backend backend, Model model) {
    check(model);
    try (DeviceWeights weights = DeviceWeights.upload(backend, model)) {
      return open(weights);
    }
  }

  /**
   * {@return an embedder that shares weights with others}
   *
   * @throws IllegalArgumentException if it is no model of texts, or has nothing but one layer
   */
  public static Embedder open(DeviceWeights weights) {
    Tokenizer tokenizer = check(weights.model());
    Network network = weights.model().network();
    int context = context(weights.model());
    Program.Builder builder = Program.builder(weights.backend());
    DeviceWeights.Inputs frozen = weights.freeze(builder);
    Tensor ids = Tensor.input(IDS, Type.of(DType.I32, 1, context));
    Tensor shares = Tensor.input(SHARES, Type.of(DType.F32, 1, context));
    Parameters bound = network.bind(frozen.parameters(), frozen.states());
    Network.Trace trace = network.trace(bound, List.of(ids), Optional.empty());
    Tensor hidden = trace.layers().get(network.head().inputs().getFirst());
    Tensor vector = hidden.shape().rank() == 3 ? hidden.mul(shares.unsqueeze(-1)).sum(1) : hidden;
    Prepared prepared =
        builder.feed(ids).feed(shares).result(VECTOR, vector).compile().prepare(weights.buffers());
    return new Embedder(weights, tokenizer, prepared, Math.toIntExact(vector.shape().elements()));
  }

  private static Tokenizer check(Model model) {
    Tokenizer tokenizer =
        model
            .tokenizer()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "[embed] expected a model of texts but '%s' has no tokenizer"
                            .formatted(model.name())));
    if (model.network().graph().nodes().size() < 2) {
      throw new IllegalArgumentException(
          "[embed] expected a model with a layer in front of its head but '%s' has one layer"
              .formatted(model.name()));
    }
    return tokenizer;
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /** {@return the tokenizer of texts} */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** {@return the length of a vector} */
  public int size() {
    return size;
  }

  /** {@return the most tokens of a text} */
  public int context() {
    return context(model);
  }

  private static int context(Model model) {
    return Math.toIntExact(model.network().input().size(0));
  }

  /**
   * {@return the vector of a text, {@link #size()} numbers}
   *
   * @param tokens of the text, 1 to {@link #context()}; exactly as many, if the network sees later
   *     steps and has no padding
   * @throws IllegalArgumentException if there are too few or too many, or one is not in the
   *     vocabulary
   * @throws IllegalStateException after {@link #close()}, or if the model gives what is no number
   */
  public float[] embed(int... tokens) {
    Network network = model.network();
    int least = network.paddingToken().isPresent() || network.graph().decodes() ? 1 : context();
    Prompts.check("embed", tokens, least, context(), tokenizer, model);
    int[] ids = Arrays.copyOf(tokens, context());
    Arrays.fill(ids, tokens.length, ids.length, (int) network.paddingToken().orElse(0));
    float[] shares = new float[ids.length];
    Arrays.fill(shares, 0, tokens.length, 1f / tokens.length);
    float[] vector = new float[size];
    running.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("[embed] the embedder is closed");
      }
      try (Session session = prepared.open(Priority.HIGH)) {
        session.write(IDS, MemorySegment.ofArray(ids));
        session.write(SHARES, MemorySegment.ofArray(shares));
        session.run();
        session.read(VECTOR, MemorySegment.ofArray(vector));
      }
    } finally {
      running.release();
    }
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalStateException(
            "[embed] expected a vector of numbers but '%s' gives %s at position %d"
                .formatted(model.name(), vector[i], i));
      }
    }
    return vector;
  }

  /** Frees the weights; texts under way end normally. */
  @Override
  public void close() {
    closed = true;
    running.acquireUninterruptibly(MOST);
    weights.close();
    running.release(MOST);
  }
}
