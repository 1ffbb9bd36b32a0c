package dev.fathom.generate;

import dev.fathom.compile.Session;
import dev.fathom.spi.Backend.Priority;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores whole texts. Thread-safe: the logits of all steps take much memory, so one text is scored
 * after the other.
 */
final class Scorer {
  private final DecodePrograms programs;
  private final int tokens;

  /**
   * @param tokens the number of tokens
   */
  Scorer(DecodePrograms programs, int tokens) {
    this.programs = programs;
    this.tokens = tokens;
  }

  /** {@return the scores of all tokens but the first} */
  synchronized List<TokenScore> score(int[] text, int likeliest) {
    List<TokenScore> scores = new ArrayList<>();
    if (text.length == 1) {
      return scores;
    }
    // Nothing follows the last token, so nobody asks what is likely behind it.
    int[] seen = Arrays.copyOf(text, programs.bucket(text.length - 1));
    try (var lease = programs.whole(text.length - 1);
        Session session = lease.value().open(Priority.HIGH);
        Arena arena = Arena.ofConfined()) {
      session.write(DecodePrograms.IDS, MemorySegment.ofArray(seen));
      session.run();
      int width = programs.vocabulary();
      MemorySegment all = arena.allocate(ValueLayout.JAVA_FLOAT, (long) seen.length * width);
      session.read(DecodePrograms.LOGITS, all);
      float[] logits = new float[width];
      for (int i = 1; i < text.length; i++) {
        long from = (i - 1L) * width * Float.BYTES;
        MemorySegment.copy(all, ValueLayout.JAVA_FLOAT, from, logits, 0, width);
        Logits.requireFinite(logits, tokens);
        scores.add(Logits.score(logits, tokens, text[i], likeliest));
      }
    }
    return scores;
  }
}
