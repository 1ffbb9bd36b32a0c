package dev.fathom.generate;

import dev.fathom.compile.Session;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Buffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** One text's session: its caches and the tokens so far. For one thread at a time. */
final class Lane implements AutoCloseable {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number = NUMBERS.getAndIncrement();
  private final DecodePrograms programs;
  private final boolean exact;
  private final Session session;
  private final int[] next = new int[1];
  private int length;

  /**
   * @param exact whether its logits have to be the same whatever else runs, to the last bit
   */
  Lane(DecodePrograms programs, boolean exact) {
    this.programs = programs;
    this.exact = exact;
    this.session = programs.step().open(Priority.HIGH);
  }

  /**
   * Fills the caches by a prompt.
   *
   * @param logits room for the logits of the token behind the last one
   */
  void prefill(int[] prompt, float[] logits) {
    if (prompt.length == 1) {
      step(prompt[0], logits);
      return;
    }
    // The memory that a whole prompt takes besides the caches is freed before the first step.
    try (var lease = programs.prefill(prompt.length);
        Session whole = lease.value().open(Priority.HIGH, caches())) {
      run(whole, padded(prompt), prompt.length, MemorySegment.ofArray(logits));
    }
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
  void advance() {
    length++;
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
  }

  private void run(Session on, int[] ids, int newLength, MemorySegment logits) {
    on.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
    on.setLong(DecodePrograms.POSITION, newLength - 1);
    on.setLong(DecodePrograms.LENGTH, newLength);
    on.run();
    on.read(DecodePrograms.LOGITS, logits);
    length = newLength;
  }

  @Override
  public void close() {
    session.close();
  }
}
