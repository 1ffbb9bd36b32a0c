package dev.fathom.generate;

import dev.fathom.compile.Session;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** One text's session: its caches and the tokens so far. For one thread at a time. */
final class Lane implements AutoCloseable {
  private final DecodePrograms programs;
  private final Session session;
  private final int[] next = new int[1];
  private int length;

  Lane(DecodePrograms programs) {
    this.programs = programs;
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
    Map<String, Buffer> caches = new TreeMap<>();
    programs.caches().forEach(name -> caches.put(name, session.buffer(name)));
    // The memory that a whole prompt takes besides the caches is freed before the first step.
    try (var lease = programs.prefill(prompt.length);
        Session whole = lease.value().open(Priority.HIGH, caches)) {
      run(whole, Arrays.copyOf(prompt, programs.bucket(prompt.length)), prompt.length, logits);
    }
  }

  /**
   * Computes a decode step: takes one token.
   *
   * @param logits room for the logits of the token behind it
   */
  void step(int token, float[] logits) {
    next[0] = token;
    run(session, next, length + 1, logits);
  }

  private void run(Session on, int[] ids, int newLength, float[] logits) {
    on.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
    on.setLong(DecodePrograms.POSITION, newLength - 1);
    on.setLong(DecodePrograms.LENGTH, newLength);
    on.run();
    on.read(DecodePrograms.LOGITS, MemorySegment.ofArray(logits));
    length = newLength;
  }

  @Override
  public void close() {
    session.close();
  }
}
