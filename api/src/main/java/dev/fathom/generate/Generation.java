package dev.fathom.generate;

import dev.fathom.text.Decoder;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A text as it is generated, in pieces. For one thread at a time. Closing it, at any time, frees
 * its caches.
 */
public final class Generation implements AutoCloseable {
  private final Generator generator;
  private final Lane lane;
  private final int[] prompt;
  private final int most;
  private int cached;
  private final float[] logits;
  private final float[] raw;
  private final Sampler sampler;
  private final Decoder decoder;
  private final StopStrings stops;
  private final Constraint constraint;
  private final Set<Integer> ends;
  private final Scoring scoring;
  private boolean prefilled;
  private int token;
  private int count;
  private FinishReason finishReason;
  private boolean closed;

  /**
   * Who wants scores of tokens.
   *
   * @param likeliest how many of the likeliest tokens are told for each
   */
  record Scoring(int likeliest, Consumer<? super TokenScore> listener) {}

  /**
   * @param constraint null for none
   * @param scoring null if nobody wants scores
   */
  Generation(
      Generator generator,
      Lane lane,
      int[] prompt,
      Sampling sampling,
      Constraint constraint,
      Scoring scoring) {
    this.generator = generator;
    this.lane = lane;
    this.prompt = prompt;
    this.cached = lane.length();
    // The last token needs no place in the context, since nothing follows it.
    this.most = Math.min(sampling.maxTokens(), generator.context() + 1 - prompt.length);
    this.logits = new float[Math.toIntExact(generator.model().network().output().size(1))];
    this.sampler = new Sampler(sampling, generator.tokenizer().size());
    this.decoder = generator.tokenizer().decoderAfter(prompt);
    this.stops = new StopStrings(sampling.stop());
    this.constraint = constraint;
    Set<Integer> all = new HashSet<>(sampling.end());
    all.addAll(generator.model().continuation().ends());
    this.ends = Set.copyOf(all);
    this.scoring = scoring;
    this.raw = scoring == null ? null : new float[logits.length];
    this.finishReason = most == 0 ? FinishReason.LENGTH : null;
    for (int before : prompt) {
      sampler.note(before);
    }
  }

  /**
   * Generates tokens until some text is certain: whole characters that no stop string begins with.
   *
   * @return the text, not empty; null at the end
   * @throws IllegalStateException if this or the generator is closed
   */
  public String next() {
    while (finishReason == null) {
      requireOpen();
      String piece = step();
      if (!piece.isEmpty()) {
        return piece;
      }
    }
    return null;
  }

  /**
   * {@return how likely each token of the prompt is behind those before it, without the first,
   * which nothing precedes} It is part of the one pass that the prompt takes anyway, so it is asked
   * for before the first piece.
   *
   * @param likeliest how many of the likeliest tokens are told for each, 0 or more
   * @throws IllegalStateException if this or the generator is closed, the prompt was taken already,
   *     or a logit is not a number
   */
  public List<TokenScore> scorePrompt(int likeliest) {
    requireOpen();
    if (prefilled) {
      throw new IllegalStateException("[generate] the prompt was taken already");
    }
    prefilled = true;
    cached = 0;
    return lane.score(prompt, logits, generator.tokenizer().size(), likeliest);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("[generate] the generation is closed");
    }
    generator.requireOpen();
  }

  private String step() {
    if (count > 0) {
      generator.step(lane, token, logits);
    } else if (!prefilled) {
      prefilled = true;
      generator.prefill(lane, prompt, logits);
    }
    BitSet allowed = constraint == null ? null : allowed();
    token = scoring == null ? sampler.next(logits, allowed) : scored(allowed);
    count++;
    if (ends.contains(token)) {
      return last("", FinishReason.STOP);
    }
    String piece = stops.add(decoder.next(token));
    if (stops.found()) {
      finishReason = FinishReason.STOP;
      return piece;
    }
    if (constraint != null) {
      constraint.accept(token);
      if (constraint.isWhole() && (count == most || constraint.allowed(most - count).isEmpty())) {
        return last(piece, FinishReason.STOP);
      }
    }
    return count == most ? last(piece, FinishReason.LENGTH) : piece;
  }

  /** Ends the text; {@return the piece with what was held back} */
  private String last(String piece, FinishReason reason) {
    String all = piece + stops.add(decoder.end());
    finishReason = stops.found() ? FinishReason.STOP : reason;
    return stops.found() ? all : all + stops.rest();
  }

  private BitSet allowed() {
    BitSet allowed = constraint.allowed(most - count);
    if (constraint.isWhole()) {
      ends.forEach(allowed::set);
    }
    if (allowed.isEmpty()) {
      throw new IllegalArgumentException(
          "[generate] expected a text that meets the constraint but none can go on within %d tokens"
              .formatted(most - count));
    }
    return allowed;
  }

  /** The sampler changes logits, so they are kept. */
  private int scored(BitSet allowed) {
    System.arraycopy(logits, 0, raw, 0, raw.length);
    int chosen = sampler.next(logits, allowed);
    int tokens = generator.tokenizer().size();
    scoring.listener().accept(Logits.score(raw, tokens, chosen, scoring.likeliest()));
    return chosen;
  }

  /** {@return why it ended; empty before the end} */
  public Optional<FinishReason> finishReason() {
    return Optional.ofNullable(finishReason);
  }

  /** {@return how many tokens the prompt has} */
  public int promptTokens() {
    return prompt.length;
  }

  /** {@return how many of the prompt's tokens were known from a text before, and not computed} */
  public int cachedTokens() {
    return cached;
  }

  /** {@return how many tokens were generated so far, those of a stop string with them} */
  public int completionTokens() {
    return count;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      generator.leave(lane);
    }
  }
}
