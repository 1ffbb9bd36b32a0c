package dev.fathom.generate;

import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.image.PictureFile;
import dev.fathom.model.DeviceWeights;
import dev.fathom.model.Model;
import dev.fathom.model.NotFiniteException;
import dev.fathom.model.Predictor;
import dev.fathom.model.Preparation;
import dev.fathom.nn.Network;
import dev.fathom.spi.Backend;
import dev.fathom.task.RawOutputs;
import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Computes vectors of examples, pictures and texts: what a layer inside of a network gives for
 * them, by default the one in front of its last, the head. A feature map is averaged over its
 * places; a sequence over its steps, of a text over its tokens. Thread-safe.
 *
 * <pre>{@code
 * try (Embedder embedder = Embedder.open(backend, model)) {
 *   float[] vector = embedder.embed(new PictureFile("cat.png", file)).getFirst();
 * }
 * }</pre>
 *
 * <p>It is a {@link Predictor} of a model that ends at that layer.
 */
public final class Embedder implements AutoCloseable {
  /** How many pictures are in memory as examples. */
  private static final int BATCH = 32;

  private final Model model;
  private final LayerVector vector;
  private final Predictor predictor;

  private Embedder(DeviceWeights weights, Optional<String> layer) {
    model = weights.model();
    vector = LayerVector.of(model, layer);
    predictor = Predictor.open(weights, inner(model, vector));
  }

  /** {@return the model that ends at a layer} */
  private static Model inner(Model model, LayerVector vector) {
    Preparation preparation = model.preparation();
    List<Preparation.Input> inputs = new ArrayList<>(preparation.inputs());
    if (vector.shares()) {
      inputs.add(
          new Preparation.Input(
              LayerVector.SHARES, model.network().input(), Normalisation.NONE, List.of()));
    }
    return Model.builder(model.name(), vector, model.parameters(), model.states())
        .preparation(
            new Preparation(
                inputs, preparation.tokenizer(), preparation.texts(), preparation.pictures()))
        .task(new RawOutputs(List.of(LayerVector.VECTOR)))
        .weightType(model.weightType())
        .build();
  }

  /** {@return an embedder with weights of its own, see {@link #open(DeviceWeights, Optional)}} */
  public static Embedder open(Backend backend, Model model, Optional<String> layer) {
    try (DeviceWeights weights = DeviceWeights.upload(backend, model)) {
      return open(weights, layer);
    }
  }

  /** {@return an embedder with weights of its own, of the layer in front of the head} */
  public static Embedder open(Backend backend, Model model) {
    return open(backend, model, Optional.empty());
  }

  /**
   * {@return an embedder that shares weights with others}
   *
   * @param layer the full name of a layer, one of {@link Network#layers()}; empty for the one in
   *     front of the head
   * @throws dev.fathom.task.WishException if there is no such layer
   * @throws IllegalArgumentException if the model has no layers, or none in front of its head
   */
  public static Embedder open(DeviceWeights weights, Optional<String> layer) {
    return new Embedder(weights, layer);
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /** {@return the length of a vector} */
  public int size() {
    return vector.size();
  }

  /** {@return the most tokens of a text} */
  public int context() {
    return Math.toIntExact(model.network().input().size(0));
  }

  /**
   * {@return the vector of a text, {@link #size()} numbers}
   *
   * @param tokens of the text, 1 to {@link #context()}; exactly as many, if the network sees later
   *     steps and has no padding
   * @throws IllegalArgumentException if this is no model of texts, there are too few tokens or too
   *     many, or one is not in the vocabulary
   * @throws NotFiniteException if a number of it is not finite
   * @throws IllegalStateException after {@link #close()}
   */
  public float[] embed(int... tokens) {
    Tokenizer tokenizer = model.tokenizer().orElseThrow(() -> wrong("texts", "has no tokenizer"));
    Network network = model.network();
    int least = network.paddingToken().isPresent() || network.graph().decodes() ? 1 : context();
    Prompts.check("embed", tokens, least, context(), tokenizer, model);
    float[] ids = new float[context()];
    Arrays.fill(ids, network.paddingToken().orElse(0));
    for (int i = 0; i < tokens.length; i++) {
      ids[i] = tokens[i];
    }
    float[] shares = new float[ids.length];
    Arrays.fill(shares, 0, tokens.length, 1f / tokens.length);
    return run(List.of(Numbers.of(ids)), shares);
  }

  /**
   * {@return the vectors of pictures, {@link #size()} numbers each, in order}
   *
   * @throws IllegalArgumentException if this is no model of pictures
   * @throws dev.fathom.image.PictureException if a file cannot be read, naming it
   * @throws NotFiniteException if a number of a vector is not finite
   * @throws IllegalStateException after {@link #close()}
   */
  public List<float[]> embed(PictureFile... pictures) {
    if (!model.readsPictures()) {
      throw wrong("pictures", "reads none");
    }
    List<float[]> vectors = new ArrayList<>();
    for (int from = 0; from < pictures.length; from += BATCH) {
      int count = Math.min(BATCH, pictures.length - from);
      List<PictureFile> some = Arrays.asList(pictures).subList(from, from + count);
      float[] all = embed(List.of(model.examples(some)));
      for (int i = 0; i < count; i++) {
        vectors.add(Arrays.copyOfRange(all, i * size(), (i + 1) * size()));
      }
    }
    return vectors;
  }

  /**
   * {@return the vectors of examples, {@code [examples, size()]}, row-major}
   *
   * @param raw {@code [examples, ...]} of each input, as {@link Predictor#answer} takes them
   * @throws IllegalArgumentException if they are not as many values as examples have
   * @throws NotFiniteException if a number of a vector is not finite
   * @throws IllegalStateException after {@link #close()}
   */
  public float[] embed(List<Numbers> raw) {
    return run(raw, vector.shares() ? shares(raw.getFirst()) : new float[0]);
  }

  private float[] run(List<Numbers> raw, float... shares) {
    List<Numbers> inputs = new ArrayList<>(raw);
    if (vector.shares()) {
      inputs.add(Numbers.of(shares));
    }
    return predictor.answer(inputs).getFirst().floats();
  }

  /** Each step that is no padding counts the same. */
  private float[] shares(Numbers ids) {
    int steps = context();
    float[] shares = new float[ids.size()];
    long padding = model.network().paddingToken().orElse(-1);
    for (int from = 0; from + steps <= shares.length; from += steps) {
      int count = 0;
      for (int i = from; i < from + steps; i++) {
        shares[i] = ids.get(i) == padding ? 0 : 1;
        count += (int) shares[i];
      }
      for (int i = from; i < from + steps && count > 0; i++) {
        shares[i] /= count;
      }
    }
    return shares;
  }

  private IllegalArgumentException wrong(String what, String why) {
    return new IllegalArgumentException(
        "[embed] expected a model of %s but '%s' %s".formatted(what, model.name(), why));
  }

  /** Frees the weights, unless others share them; requests under way end normally. */
  @Override
  public void close() {
    predictor.close();
  }
}
