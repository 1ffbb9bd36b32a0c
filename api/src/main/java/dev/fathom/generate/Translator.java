package dev.fathom.generate;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.compile.Specialised;
import dev.fathom.graph.Type;
import dev.fathom.model.DeviceWeights;
import dev.fathom.model.Model;
import dev.fathom.nn.EncoderDecoder;
import dev.fathom.nn.Network;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Translation;
import dev.fathom.tensor.Tensor;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tells texts from others by a model whose task is {@link Translation}: the encoder sees each once,
 * the decoder goes on by a token at a time, for the beams of several texts in one step.
 * Thread-safe; requests are computed one after the other.
 */
public final class Translator implements AutoCloseable {
  /** 4 beams, length penalty 1, the best text. */
  public static final BeamSearch USUAL = new BeamSearch(4, 1, 1, Integer.MAX_VALUE, Set.of());

  /** Sequences that go on together, if one text does not have more beams. */
  private static final int ROWS = 64;

  private static final String SOURCE = "source";
  private static final String MEMORY = "memory";
  private static final String IDS = "ids";
  private static final String BEAMS = "beams";
  private static final String POSITION = "position";
  private static final String LENGTH = "length";
  private static final String LOGITS = "logits";

  private final DeviceWeights weights;
  private final Model model;
  private final Network network;
  private final Tokenizer tokenizer;

  /** The shape of the encoder's output for a text. */
  private final Shape remembered;

  private final int source;
  private final int target;
  private final int start;
  private final int end;

  /** Special tokens that no text has. */
  private final int[] hidden;

  private final int padding;

  /** By texts and beams of each. */
  private final Specialised<Sizes, Sessions> sessions =
      new Specialised<>(
          new Specialised.Limits(4, Long.MAX_VALUE), Sessions::bytes, Sessions::close);

  private boolean closed;

  private record Sizes(int texts, int beams) {
    int rows() {
      return texts * beams;
    }
  }

  private record Sessions(Session encoder, Session step) {
    long bytes() {
      return encoder.bytes() + step.bytes();
    }

    void close() {
      encoder.close();
      step.close();
    }
  }

  private Translator(DeviceWeights weights) {
    model = weights.model();
    if (!(model.task() instanceof Translation task)) {
      throw new IllegalArgumentException(
          "[translate] expected a model of the task translation but that of '%s' is %s"
              .formatted(model.name(), model.task().name()));
    }
    network = model.network();
    EncoderDecoder layer = network.requireEncoderDecoder();
    tokenizer = model.requireTokenizer("translate");
    source = Math.toIntExact(layer.source());
    remembered = layer.encoder().output(Shape.of(source));
    target = Math.toIntExact(network.input().size(0)) - source;
    start = Translation.special(tokenizer, task.start());
    end = Translation.special(tokenizer, task.end());
    hidden =
        IntStream.range(0, tokenizer.size())
            .filter(token -> token != end && tokenizer.isSpecial(token))
            .toArray();
    padding = Math.toIntExact(layer.paddingToken().orElse(end));
    this.weights = weights.share();
  }

  /** {@return whether a model tells texts from others} */
  public static boolean translates(Model model) {
    return model.task() instanceof Translation;
  }

  /**
   * {@return a translator that shares weights with others}
   *
   * @throws IllegalArgumentException if the model cannot, with the reason
   */
  public static Translator open(DeviceWeights weights) {
    return new Translator(weights);
  }

  /** {@return a translator with weights of its own} */
  public static Translator open(Backend backend, Model model) {
    try (DeviceWeights weights = DeviceWeights.upload(backend, model)) {
      return open(weights);
    }
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /** {@return the most tokens of a text} */
  public int context() {
    return source - 1;
  }

  /**
   * {@return what each text becomes, the best first}
   *
   * @param search whose end is that of the model, and whose most tokens are at most its steps
   * @throws TextException if a character of a text has no token
   * @throws IllegalArgumentException if a text has no tokens or more than {@link #context}, with
   *     its number
   * @throws IllegalStateException after {@link #close()}, or if a logit is not a number
   */
  public synchronized List<List<Translated>> translate(List<String> texts, BeamSearch search) {
    if (closed) {
      throw new IllegalStateException("[translate] the translator is closed");
    }
    List<int[]> tokens = new ArrayList<>();
    for (String text : texts) {
      tokens.add(checked(tokenizer.encode(text), tokens.size()));
    }
    List<List<Translated>> all = new ArrayList<>();
    int most = Math.min(search.maxTokens(), target);
    BeamSearch own =
        new BeamSearch(search.beams(), search.lengthPenalty(), search.count(), most, Set.of(end));
    int together = texts.size() == 1 ? 1 : Math.max(1, ROWS / search.beams());
    Sizes sizes = new Sizes(together, search.beams());
    try (var lease = sessions.lease(sizes, this::sessions)) {
      for (int from = 0; from < tokens.size(); from += together) {
        List<int[]> some = tokens.subList(from, Math.min(tokens.size(), from + together));
        for (Beams beams : search(lease.value(), sizes, some, own)) {
          all.add(beams.found().stream().map(this::translated).toList());
        }
      }
    }
    return all;
  }

  private int[] checked(int[] tokens, int text) {
    if (tokens.length == 0 || tokens.length >= source) {
      throw new IllegalArgumentException(
          "[translate] expected texts of 1 to %d tokens but text %d has %d"
              .formatted(context(), text, tokens.length));
    }
    return tokens;
  }

  private Translated translated(BeamSearch.Found found) {
    int[] tokens = found.tokens().stream().mapToInt(Integer::intValue).toArray();
    return new Translated(tokenizer.decode(tokens), found.score());
  }

  // ---- the search ----

  private List<Beams> search(Sessions on, Sizes sizes, List<int[]> texts, BeamSearch search) {
    encode(on, sizes, texts);
    List<Beams> all = Stream.generate(() -> new Beams(search)).limit(texts.size()).toList();
    int tokens = Math.toIntExact(network.output().size(1));
    float[] logits = new float[sizes.rows() * tokens];
    int[] ids = new int[sizes.rows()];
    int[] parents = new int[sizes.rows()];
    for (int step = 0; !all.stream().allMatch(Beams::isDone); step++) {
      Arrays.fill(ids, start);
      for (int text = 0; text < all.size(); text++) {
        Beams beams = all.get(text);
        int first = text * sizes.beams();
        for (int beam = 0; beam < beams.size() && step > 0; beam++) {
          ids[first + beam] = beams.tokens(beam)[beams.tokens(beam).length - 1];
          parents[first + beam] = first + beams.parent(beam);
        }
      }
      on.step().write(IDS, MemorySegment.ofArray(ids));
      if (sizes.beams() > 1) {
        on.step().write(BEAMS, MemorySegment.ofArray(parents));
      }
      on.step().setLong(POSITION, step);
      on.step().setLong(LENGTH, step + 1L);
      on.step().run();
      on.step().read(LOGITS, MemorySegment.ofArray(logits));
      for (int text = 0; text < all.size(); text++) {
        Beams beams = all.get(text);
        if (!beams.isDone()) {
          beams.step(rows(logits, tokens, text * sizes.beams(), beams.size()), tokenizer.size());
        }
      }
    }
    return all;
  }

  /** Computes the memory of texts, and gives each beam that of its text. */
  private void encode(Sessions on, Sizes sizes, List<int[]> texts) {
    int[] ids = new int[sizes.texts() * source];
    Arrays.fill(ids, padding);
    for (int text = 0; text < sizes.texts(); text++) {
      // Those that are not there are as the last one, so that no row is all padding.
      int[] tokens = texts.get(Math.min(text, texts.size() - 1));
      System.arraycopy(tokens, 0, ids, text * source, tokens.length);
      ids[text * source + tokens.length] = end;
    }
    on.encoder().write(SOURCE, MemorySegment.ofArray(ids));
    on.encoder().run();
    int width = Math.toIntExact(remembered.elements());
    float[] memory = new float[sizes.texts() * width];
    on.encoder().read(MEMORY, MemorySegment.ofArray(memory));
    int[] sources = new int[sizes.rows() * source];
    float[] memories = new float[sizes.rows() * width];
    for (int row = 0; row < sizes.rows(); row++) {
      int text = row / sizes.beams();
      System.arraycopy(ids, text * source, sources, row * source, source);
      System.arraycopy(memory, text * width, memories, row * width, width);
    }
    on.step().write(SOURCE, MemorySegment.ofArray(sources));
    on.step().write(MEMORY, MemorySegment.ofArray(memories));
  }

  /** Some rows of logits; those of special tokens but the end are minus infinity. */
  private List<float[]> rows(float[] logits, int tokens, int from, int count) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = (from + i) * tokens;
      float[] row = Arrays.copyOfRange(logits, at, at + tokens);
      Logits.requireFinite(row, tokenizer.size());
      for (int token : hidden) {
        row[token] = Float.NEGATIVE_INFINITY;
      }
      rows.add(row);
    }
    return rows;
  }

  // ---- programs ----

  private Sessions sessions(Sizes sizes) {
    Program.Builder encoder = Program.builder(weights.backend());
    Tensor ids = Tensor.input(SOURCE, Type.of(DType.I32, sizes.texts(), source));
    encoder.feed(ids);
    Tensor memory = network.encode(ids, weights.freeze(encoder).parameters());
    Session encode = encoder.result(MEMORY, memory).compile().open(weights.buffers());
    try {
      return new Sessions(encode, step(sizes));
    } catch (RuntimeException | Error e) {
      encode.close();
      throw e;
    }
  }

  private Session step(Sizes sizes) {
    Program.Builder builder = Program.builder(weights.backend());
    Tensor ids = Tensor.input(IDS, Type.of(DType.I32, sizes.rows(), 1));
    Tensor sources = Tensor.input(SOURCE, Type.of(DType.I32, sizes.rows(), source));
    Tensor memory =
        Tensor.input(MEMORY, new Type(DType.F32, Shape.of(sizes.rows()).concat(remembered)));
    Tensor beams = Tensor.input(BEAMS, Type.of(DType.I32, sizes.rows()));
    Tensor position = Tensor.scalar(POSITION, DType.I64);
    Tensor length = Tensor.scalar(LENGTH, DType.I64);
    builder.feed(ids).feed(sources).feed(memory).scalar(position).scalar(length);
    if (sizes.beams() > 1) {
      builder.feed(beams);
    }
    Network.Decoded decoded =
        network.decode(
            ids,
            sources,
            memory,
            weights.freeze(builder).parameters(),
            position,
            length,
            sizes.beams() == 1 ? null : beams);
    decoded.caches().forEach(cache -> builder.state(cache.before(), cache.after()));
    return builder.result(LOGITS, decoded.logits()).compile().open(weights.buffers());
  }

  /** Frees programs, and weights that nobody else shares. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      sessions.close();
      weights.close();
    }
  }
}
