package dev.fathom.generate;

import dev.fathom.compile.Session;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The caches of the beams of one text, which are computed together. A beam goes on in the caches of
 * the one that it came from, its sisters in copies of them. For one thread.
 */
final class BeamLanes implements AutoCloseable {
  /** More beams are computed one after the other: each number of them is a program. */
  private static final int MOST_AT_ONCE = 16;

  private final DecodePrograms programs;
  private final List<Lane> lanes = new ArrayList<>();

  /** The lane of each beam. */
  private int[] places = {0};

  /** Of all lanes; null where they are computed one after the other. */
  private Session session;

  BeamLanes(DecodePrograms programs, int beams) {
    this.programs = programs;
    try {
      for (int i = 0; i < beams; i++) {
        lanes.add(new Lane(programs, false));
      }
      if (beams > 1 && beams <= MOST_AT_ONCE && programs.joins()) {
        Map<String, Buffer> caches = new TreeMap<>();
        for (int i = 0; i < beams; i++) {
          int at = i;
          lanes
              .get(i)
              .caches()
              .forEach((name, cache) -> caches.put(DecodePrograms.cache(name, at), cache));
        }
        session = programs.lanes(beams).open(Priority.HIGH, caches);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** {@return the logits behind a prompt, where all beams begin} */
  float[] begin(int... prompt) {
    float[] logits = new float[programs.vocabulary()];
    lanes.getFirst().prefill(prompt, logits);
    return logits;
  }

  /** {@return the logits behind the last token of each beam} */
  List<float[]> next(Beams beams) {
    places = place(beams);
    List<float[]> logits = new ArrayList<>();
    if (session != null) {
      return stepTogether(beams);
    }
    for (int beam = 0; beam < beams.size(); beam++) {
      float[] own = new float[programs.vocabulary()];
      lanes.get(places[beam]).step(last(beams, beam), own);
      logits.add(own);
    }
    return logits;
  }

  /** Gives each beam a lane that has all tokens but its last. */
  private int[] place(Beams beams) {
    int[] next = new int[beams.size()];
    boolean[] taken = new boolean[lanes.size()];
    for (int beam = 0; beam < next.length; beam++) {
      int place = places[beams.parent(beam)];
      next[beam] = taken[place] ? -1 : place;
      taken[place] = true;
    }
    int free = 0;
    for (int beam = 0; beam < next.length; beam++) {
      if (next[beam] < 0) {
        while (taken[free]) {
          free++;
        }
        taken[free] = true;
        next[beam] = free;
        Lane parent = lanes.get(places[beams.parent(beam)]);
        lanes.get(free).copyFrom(parent, parent.length());
      }
    }
    return next;
  }

  private List<float[]> stepTogether(Beams beams) {
    int[] ids = new int[lanes.size()];
    for (int beam = 0; beam < beams.size(); beam++) {
      ids[places[beam]] = last(beams, beam);
    }
    session.write(DecodePrograms.IDS, MemorySegment.ofArray(ids));
    for (int i = 0; i < ids.length; i++) {
      int length = lanes.get(i).length();
      session.setLong(DecodePrograms.POSITION + i, length);
      session.setLong(DecodePrograms.LENGTH + i, length + 1L);
    }
    session.run();
    int width = programs.vocabulary();
    float[] all = new float[ids.length * width];
    session.read(DecodePrograms.LOGITS, MemorySegment.ofArray(all));
    List<float[]> logits = new ArrayList<>();
    for (int beam = 0; beam < beams.size(); beam++) {
      int from = places[beam] * width;
      logits.add(Arrays.copyOfRange(all, from, from + width));
      lanes.get(places[beam]).advance(ids[places[beam]]);
    }
    return logits;
  }

  private static int last(Beams beams, int beam) {
    int[] tokens = beams.tokens(beam);
    return tokens[tokens.length - 1];
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    lanes.forEach(Lane::close);
  }
}
