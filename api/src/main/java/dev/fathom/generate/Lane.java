package dev.fathom.generate;

import dev.fathom.compile.Session;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Queue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** One text's session: the tokens so far, and their caches. For one thread at a time. */
final class Lane implements AutoCloseable {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number = NUMBERS.getAndIncrement();
  private final DecodePrograms programs;
  private final boolean exact;
  private final Session session;
  private final int[] next = new int[1];

  /** Those in the caches, {@link #length} of them. */
  private final int[] tokens;

  private int length;

  /**
   * @param exact whether its logits have to be the same whatever else runs, to the last bit
   */
  Lane(DecodePrograms programs, boolean exact) {
    this(programs, exact, programs.step().open(Priority.HIGH), new int[programs.context()]);
  }

  private Lane(DecodePrograms programs, boolean exact, Session session, int... tokens) {
    this.programs = programs;
    this.exact = exact;
    this.session = session;
    this.tokens = tokens;
  }

  /**
   * {@return a text with the caches of this one, which must not be used or closed any more}
   *
   * @param first how many of its tokens the text begins with
   */
  Lane goOn(int first) {
    Lane lane = new Lane(programs, false, session, tokens);
    lane.length = first;
    return lane;
  }

  /** {@return a text with copies of the caches, which begins with the first tokens of this one} */
  Lane copy(int first) {
    Lane lane = new Lane(programs, false);
    lane.copyFrom(this, first);
    return lane;
  }

  /** Becomes a text that begins with the first tokens of another. */
  void copyFrom(Lane other, int first) {
    Map<String, Buffer> mine = caches();
    try (Queue queue = programs.backend().openQueue(Priority.HIGH)) {
      other
          .caches()
          .forEach(
              (name, cache) ->
                  queue.copy(
                      new Binding(cache, 0), new Binding(mine.get(name), 0), cache.elements()));
      queue.await();
    }
    System.arraycopy(other.tokens, 0, tokens, 0, first);
    length = first;
  }

  /** {@return how many of the first tokens of a text are in the caches} */
  int common(int... text) {
    int different = Arrays.mismatch(tokens, 0, length, text, 0, text.length);
    return different < 0 ? length : different;
  }

  /** {@return the tokens in the caches} */
  int[] known() {
    return Arrays.copyOf(tokens, length);
  }

  /** {@return the device memory of the caches, in bytes} */
  long bytes() {
    return caches().values().stream().mapToLong(c -> c.elements() * c.dtype().bytes()).sum();
  }

  /**
   * Fills the caches by a prompt, whose first {@link #length} tokens are there.
   *
   * @param logits room for the logits of the token behind the last one
   */
  void prefill(int[] prompt, float[] logits) {
    int rest = prompt.length - length;
    int bucket = programs.bucket(rest);
    if (rest == 1) {
      step(prompt[length], logits);
    } else if (length == 0 || bucket == programs.context()) {
      // The memory that a whole prompt takes besides the caches is freed before the first step.
      try (var lease = programs.prefill(prompt.length);
          Session whole = lease.value().open(Priority.HIGH, caches())) {
        run(whole, padded(prompt), prompt.length, MemorySegment.ofArray(logits));
      }
      note(prompt);
    } else {
      piece(prompt, Math.min(length, programs.context() - bucket), bucket, logits);
    }
  }

  /** Goes on behind the first {@code start} tokens. */
  private void piece(int[] prompt, int start, int bucket, float[] logits) {
    int[] ids = Arrays.copyOf(Arrays.copyOfRange(prompt, start, prompt.length), bucket);
    try (var lease = programs.piece(bucket);
        Session piece = lease.value().open(Priority.HIGH, caches())) {
      piece.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
      piece.setLong(DecodePrograms.START, start);
      piece.setLong(DecodePrograms.POSITION, prompt.length - 1L - start);
      piece.setLong(DecodePrograms.LENGTH, (long) start + bucket);
      piece.run();
      piece.read(DecodePrograms.LOGITS, MemorySegment.ofArray(logits));
    }
    note(prompt);
  }

  private void note(int... prompt) {
    System.arraycopy(prompt, 0, tokens, 0, prompt.length);
    length = prompt.length;
  }

  /**
   * Fills the caches by a prompt, and tells how likely it is. The logits of all its tokens take
   * much memory, so one prompt of a model is scored after the other.
   *
   * @param logits room for the logits of the token behind the last one
   * @param tokens the number of tokens that there are
   * @param likeliest how many of the likeliest tokens are told for each
   * @return the scores of all tokens but the first
   */
  List<TokenScore> score(int[] prompt, float[] logits, int tokens, int likeliest) {
    List<TokenScore> scores = new ArrayList<>();
    length = 0;
    if (prompt.length == 1) {
      step(prompt[0], logits);
      return scores;
    }
    synchronized (programs) {
      try (var lease = programs.scoring(prompt.length);
          Session whole = lease.value().open(Priority.HIGH, caches());
          Arena arena = Arena.ofConfined()) {
        int[] ids = padded(prompt);
        MemorySegment all =
            arena.allocate(ValueLayout.JAVA_FLOAT, (long) ids.length * logits.length);
        run(whole, ids, prompt.length, all);
        for (int next = 1; next <= prompt.length; next++) {
          long from = (next - 1L) * logits.length * Float.BYTES;
          MemorySegment.copy(all, ValueLayout.JAVA_FLOAT, from, logits, 0, logits.length);
          if (next < prompt.length) {
            Logits.requireFinite(logits, tokens);
            scores.add(Logits.score(logits, tokens, prompt[next], likeliest));
          }
        }
      }
    }
    note(prompt);
    return scores;
  }

  private int[] padded(int... prompt) {
    return Arrays.copyOf(prompt, programs.bucket(prompt.length));
  }

  /** {@return a number of its own} */
  long number() {
    return number;
  }

  boolean isExact() {
    return exact;
  }

  /** {@return how many tokens it has} */
  int length() {
    return length;
  }

  /** Notes a token that was computed together with those of others. */
  void advance(int token) {
    tokens[length++] = token;
  }

  /** {@return the caches, by their names in {@link DecodePrograms#step}} */
  Map<String, Buffer> caches() {
    Map<String, Buffer> caches = new TreeMap<>();
    programs.caches().forEach(name -> caches.put(name, session.buffer(name)));
    return caches;
  }

  /**
   * Computes a decode step: takes one token.
   *
   * @param logits room for the logits of the token behind it
   */
  void step(int token, float[] logits) {
    next[0] = token;
    run(session, next, length + 1, MemorySegment.ofArray(logits));
    advance(token);
  }

  private void run(Session on, int[] ids, int newLength, MemorySegment logits) {
    on.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
    on.setLong(DecodePrograms.POSITION, newLength - 1);
    on.setLong(DecodePrograms.LENGTH, newLength);
    on.run();
    on.read(DecodePrograms.LOGITS, logits);
  }

  @Override
  public void close() {
    session.close();
  }
}
