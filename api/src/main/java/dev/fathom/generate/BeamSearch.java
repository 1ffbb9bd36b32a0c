package dev.fathom.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The search of one sequence: keeps the likeliest beginnings, the beams, and the likeliest that are
 * finished. It ends when none of the beams can become better than these, as beam search of the
 * library transformers does by default. For one thread.
 */
final class BeamSearch {
  private static final Comparator<Hypothesis> BEST =
      Comparator.comparingDouble(Hypothesis::score).reversed();

  private final BeamSettings settings;
  private final int end;
  private final int most;
  private final List<Hypothesis> finished = new ArrayList<>();
  private List<Beam> beams;
  private boolean done;

  /**
   * A beginning.
   *
   * @param parent the number of the beam of the step before that it goes on from
   * @param logProbability of its tokens
   */
  private record Beam(int[] tokens, int parent, double logProbability) {}

  /** A token behind a beam. */
  private record Candidate(int beam, int token, double logProbability) {}

  /**
   * @param end the token behind a finished sequence
   * @param most tokens of a sequence, with that one
   */
  BeamSearch(BeamSettings settings, int end, int most) {
    this.settings = settings;
    this.end = end;
    this.most = most;
    beams = List.of(new Beam(new int[0], 0, 0));
  }

  boolean isDone() {
    return done;
  }

  /** {@return the beam before the step that a beam goes on from} */
  int parent(int beam) {
    return beam < beams.size() ? beams.get(beam).parent() : 0;
  }

  /** {@return the last token of a beam; {@code start} if there is none} */
  int token(int beam, int start) {
    if (beam >= beams.size() || beams.get(beam).tokens().length == 0) {
      return start;
    }
    int[] tokens = beams.get(beam).tokens();
    return tokens[tokens.length - 1];
  }

  /**
   * Takes a step.
   *
   * @param logProbabilities of the tokens behind each beam: row {@code i} of beam {@code i}, minus
   *     infinity for those that must not come
   */
  void step(float[][] logProbabilities) {
    int length = beams.getFirst().tokens().length + 1;
    List<Beam> next = new ArrayList<>();
    List<Candidate> candidates = candidates(logProbabilities);
    for (int rank = 0; rank < candidates.size() && next.size() < settings.beams(); rank++) {
      Candidate candidate = candidates.get(rank);
      int[] before = beams.get(candidate.beam()).tokens();
      if (candidate.token() != end) {
        int[] tokens = Arrays.copyOf(before, length);
        tokens[length - 1] = candidate.token();
        next.add(new Beam(tokens, candidate.beam(), candidate.logProbability()));
      } else if (rank < settings.beams()) {
        finish(before, candidate.logProbability(), length);
      }
    }
    if (next.isEmpty()) {
      done = true;
      return;
    }
    beams = next;
    if (length == most) {
      beams.forEach(beam -> finish(beam.tokens(), beam.logProbability(), length));
      done = true;
    } else {
      done =
          finished.size() >= settings.beams()
              && finished.getLast().score() >= score(beams.getFirst().logProbability(), length);
    }
  }

  /** The likeliest in order; of as likely ones that of the earlier beam and the lower token. */
  private List<Candidate> candidates(float[][] logProbabilities) {
    List<Candidate> best = new ArrayList<>();
    int wanted = 2 * settings.beams();
    for (int beam = 0; beam < beams.size(); beam++) {
      double before = beams.get(beam).logProbability();
      float[] row = logProbabilities[beam];
      for (int token = 0; token < row.length; token++) {
        double value = before + row[token];
        if (value > Double.NEGATIVE_INFINITY
            && (best.size() < wanted || value > best.getLast().logProbability())) {
          int at = best.size();
          while (at > 0 && best.get(at - 1).logProbability() < value) {
            at--;
          }
          best.add(at, new Candidate(beam, token, value));
          if (best.size() > wanted) {
            best.removeLast();
          }
        }
      }
    }
    return best;
  }

  private void finish(int[] tokens, double logProbability, int length) {
    finished.add(new Hypothesis(tokens, logProbability, score(logProbability, length)));
    finished.sort(BEST);
    if (finished.size() > settings.beams()) {
      finished.removeLast();
    }
  }

  private double score(double logProbability, int length) {
    return logProbability / Math.pow(length, settings.lengthPenalty());
  }

  /** {@return the best sequences, the best first} */
  List<Hypothesis> best() {
    return List.copyOf(finished.subList(0, Math.min(settings.count(), finished.size())));
  }
}
