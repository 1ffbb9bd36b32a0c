package dev.fathom.generate;

import dev.fathom.compile.Coverage;
import dev.fathom.model.DeviceWeights;
import dev.fathom.model.Model;
import dev.fathom.nn.Network;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.text.Tokenizer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Continues texts by a language model. Thread-safe: texts that are generated at the same time share
 * the programs and the weights, each has its own caches; their steps are computed together, and a
 * new text joins at the next step. With a seed a text is the same, to the last bit of its scores,
 * whatever else runs; without one it is, alone, a little faster. At most {@value #MOST} are under
 * way, others wait.
 *
 * <p>Caches of texts that ended may be kept, so that a text without a seed that begins alike, such
 * as the next turn of a chat, computes no more of its prompt than what is new. A text with a seed
 * computes its whole prompt, so that it does not depend on those before it.
 */
public final class Generator implements AutoCloseable {
  private static final int MOST = 8;

  private final Model model;
  private final Tokenizer tokenizer;
  private final DeviceWeights weights;
  private final DecodePrograms programs;
  private TokenTrie tokens;
  private final DecodeBatch batch;
  private final PrefixCache prefixes;
  private int underWay;
  private boolean closed;

  private Generator(DeviceWeights weights, Tokenizer tokenizer, long prefixBytes) {
    this.model = weights.model();
    this.tokenizer = tokenizer;
    this.weights = weights.share();
    try {
      this.programs = new DecodePrograms(weights);
      this.batch = new DecodeBatch(programs);
      this.prefixes = new PrefixCache(programs, prefixBytes);
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /** {@return a generator with weights of its own, see {@link #open(DeviceWeights)}} */
  public static Generator open(Backend backend, Model model) {
    return open(backend, model, 0);
  }

  /** {@return a generator with weights of its own, see {@link #open(DeviceWeights, long)}} */
  public static Generator open(Backend backend, Model model, long prefixBytes) {
    check(model);
    try (DeviceWeights weights = DeviceWeights.upload(backend, model)) {
      return open(weights, prefixBytes);
    }
  }

  /**
   * {@return a generator that shares weights with others, and keeps no texts that ended; the
   * program that goes on by a token is compiled at once}
   *
   * @throws IllegalArgumentException if the model has no tokenizer, or its network does not give
   *     logits of the next token, or cannot go on step by step, as a recurrent one, which is named
   */
  public static Generator open(DeviceWeights weights) {
    return open(weights, 0);
  }

  /**
   * {@return a generator that shares weights with others}
   *
   * @param prefixBytes how much device memory caches of texts that ended may take, in bytes; 0 for
   *     none. They are freed where memory is needed
   * @throws IllegalArgumentException as {@link #open(DeviceWeights)}
   */
  public static Generator open(DeviceWeights weights, long prefixBytes) {
    return new Generator(weights, check(weights.model()), prefixBytes);
  }

  private static Tokenizer check(Model model) {
    Tokenizer tokenizer = model.requireTokenizer("generate");
    Network network = model.network();
    network.requireDecoding();
    long tokens = Math.min(network.vocabulary(), network.output().size(1));
    if (tokenizer.size() > tokens) {
      throw new IllegalArgumentException(
          "[generate] expected a network for the %d tokens of the tokenizer but '%s' has %d"
              .formatted(tokenizer.size(), model.name(), tokens));
    }
    return tokenizer;
  }

  /** {@return the model} */
  public Model model() {
    return model;
  }

  /** {@return the tokenizer of prompts} */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** {@return the tokens by their bytes, for constraints} */
  public synchronized TokenTrie tokens() {
    if (tokens == null) {
      tokens = new TokenTrie(tokenizer);
    }
    return tokens;
  }

  /** {@return the most tokens that the model sees} */
  public int context() {
    return programs.context();
  }

  /**
   * {@return the whole text that follows a prompt}
   *
   * @throws dev.fathom.text.TextException if a character of the prompt has no token
   * @throws IllegalArgumentException if the prompt has no tokens, or more than the context
   */
  public Completion complete(String prompt, Sampling sampling) {
    return complete(prompt, sampling, piece -> {});
  }

  /**
   * {@return the whole text that follows a prompt}
   *
   * @param listener gets its pieces as they come, in this thread
   */
  public Completion complete(String prompt, Sampling sampling, Consumer<String> listener) {
    StringBuilder text = new StringBuilder();
    try (Generation generation = start(prompt, sampling)) {
      for (String piece = generation.next(); piece != null; piece = generation.next()) {
        text.append(piece);
        listener.accept(piece);
      }
      return new Completion(
          text.toString(),
          generation.finishReason().orElseThrow(),
          generation.promptTokens(),
          generation.completionTokens());
    }
  }

  /**
   * {@return a generation, to be asked for its pieces and closed}
   *
   * @throws dev.fathom.text.TextException if a character of the prompt has no token
   * @throws IllegalArgumentException if the prompt has no tokens, or more than the context
   */
  public Generation start(String prompt, Sampling sampling) {
    return start(model.tokens(prompt), sampling);
  }

  /**
   * {@return a generation, to be asked for its pieces and closed}
   *
   * @param prompt tokens; one at least, since a text goes on from something
   * @throws IllegalArgumentException if the prompt has no tokens, or more than the context, or one
   *     that is not in the vocabulary
   * @throws IllegalStateException if the generator is closed
   */
  public Generation start(int[] prompt, Sampling sampling) {
    return start(prompt, sampling, null, null);
  }

  /**
   * {@return a generation whose text meets a constraint}
   *
   * @throws IllegalArgumentException as {@link #start(int[], Sampling)}
   */
  public Generation start(int[] prompt, Sampling sampling, Constraint constraint) {
    return start(prompt, sampling, constraint, null);
  }

  /** {@return a generation whose text meets a constraint, and that tells scores of its tokens} */
  public Generation start(
      int[] prompt,
      Sampling sampling,
      Constraint constraint,
      int likeliest,
      Consumer<? super TokenScore> scores) {
    return start(prompt, sampling, constraint, new Generation.Scoring(likeliest, scores));
  }

  /**
   * {@return a generation that also tells how likely its tokens were}
   *
   * @param likeliest how many of the likeliest tokens are told for each, 0 or more
   * @param scores gets each token, in the thread that asks for pieces, before the piece that has
   *     its text; those of a stop string too
   * @throws IllegalArgumentException as {@link #start(int[], Sampling)}
   */
  public Generation start(
      int[] prompt, Sampling sampling, int likeliest, Consumer<? super TokenScore> scores) {
    return start(prompt, sampling, null, new Generation.Scoring(likeliest, scores));
  }

  private Generation start(
      int[] prompt, Sampling sampling, Constraint constraint, Generation.Scoring scoring) {
    check(prompt);
    enter();
    Lane lane = null;
    try {
      lane =
          sampling.seed().isPresent()
              ? relieved(() -> new Lane(programs, true))
              : relieved(() -> prefixes.open(prompt));
      return new Generation(this, lane, prompt.clone(), sampling, constraint, scoring);
    } catch (RuntimeException | Error e) {
      leave(lane);
      throw e;
    }
  }

  /** {@return what is made; where memory does not do, once more without what is kept} */
  <T> T relieved(Supplier<T> making) {
    try {
      return making.get();
    } catch (BackendException e) {
      if (prefixes.clear()) {
        return making.get();
      }
      throw e;
    }
  }

  /** {@return the device memory that caches of texts that ended take, in bytes} */
  public long prefixBytes() {
    return prefixes.bytes();
  }

  /**
   * {@return how likely each token of a text is behind those before it, without the first, which
   * nothing precedes} It is computed in one pass, one text after the other.
   *
   * @param text tokens, 1 to {@link #context()}
   * @param likeliest how many of the likeliest tokens are told for each, 0 or more
   * @throws IllegalArgumentException as {@link #start(int[], Sampling)}
   * @throws IllegalStateException if the generator is closed, or a logit is not a number
   */
  public List<TokenScore> score(int[] text, int likeliest) {
    try (Generation scored = start(text, Sampling.GREEDY.withMaxTokens(0))) {
      return scored.scorePrompt(likeliest);
    }
  }

  /**
   * {@return the likeliest texts that follow a prompt, the best first}
   *
   * @param prompt tokens; one at least
   * @param search its most tokens are cut where the context is full
   * @throws IllegalArgumentException as {@link #start(int[], Sampling)}
   * @throws IllegalStateException if the generator is closed, or a logit is not a number
   */
  public List<BeamSearch.Found> find(int[] prompt, BeamSearch search) {
    check(prompt);
    int most = Math.min(search.maxTokens(), context() + 1 - prompt.length);
    BeamSearch cut =
        new BeamSearch(search.beams(), search.lengthPenalty(), search.count(), most, search.end());
    enter();
    try (BeamLanes lanes = relieved(() -> new BeamLanes(programs, cut.beams()))) {
      Beams beams = new Beams(cut);
      List<float[]> logits = List.of(relieved(() -> lanes.begin(prompt)));
      while (true) {
        logits.forEach(each -> Logits.requireFinite(each, tokenizer.size()));
        beams.step(logits, tokenizer.size());
        if (beams.isDone()) {
          return beams.found();
        }
        requireOpen();
        logits = lanes.next(beams);
      }
    } finally {
      left();
    }
  }

  /**
   * Checks that there can be a text that goes on from a prompt.
   *
   * @throws IllegalArgumentException as {@link #start(int[], Sampling)}
   */
  public void check(int... prompt) {
    Prompts.check("generate", prompt, 1, context(), tokenizer, model);
  }

  private synchronized void enter() {
    boolean interrupted = false;
    while (underWay == MOST && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    requireOpen();
    underWay++;
  }

  /** Computes what is new in the prompt of a text. */
  void prefill(Lane lane, int[] prompt, float[] logits) {
    relieved(
        () -> {
          lane.prefill(prompt, logits);
          return lane;
        });
  }

  /** Computes a decode step of a text, together with those of others that want one now. */
  void step(Lane lane, int token, float[] logits) {
    if (programs.joins()) {
      batch.step(lane, token, logits);
    } else {
      lane.step(token, logits);
    }
  }

  /**
   * Ends the use that {@link #enter} began.
   *
   * @param lane null if there is none
   */
  void leave(Lane lane) {
    if (lane != null) {
      batch.leave(lane);
      prefixes.keep(lane);
    }
    left();
  }

  private synchronized void left() {
    underWay--;
    notifyAll();
    if (closed && underWay == 0) {
      free();
    }
  }

  synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("[generate] the generator is closed");
    }
  }

  /** {@return which specs the backend compiles, and which not: of a step and the longest prompt} */
  public Coverage coverage() {
    try (var longest = programs.prefill(context())) {
      return programs.step().program().coverage().plus(longest.value().program().coverage());
    }
  }

  /**
   * Ends each generation that is under way at its next token. The weights are freed when the last
   * of them is closed.
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      notifyAll();
      if (underWay == 0) {
        free();
      }
    }
  }

  private void free() {
    batch.close();
    prefixes.close();
    weights.close();
  }
}
