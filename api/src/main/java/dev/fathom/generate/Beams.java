package dev.fathom.generate;

import dev.fathom.generate.BeamSearch.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A {@link BeamSearch} under way, of one text: whoever has the model asks for the beams, and tells
 * what may follow each. So the beams of several texts can go on in one step. For one thread.
 */
final class Beams {
  private final BeamSearch search;
  private final List<Found> found = new ArrayList<>();
  private List<Beam> running = List.of(new Beam(new int[0], 0, 0));
  private boolean done;

  /**
   * A beginning.
   *
   * @param parent the number of the beam of the step before that it goes on from
   * @param sum the log-probability of its tokens
   */
  private record Beam(int[] tokens, int parent, double sum) {}

  /** A token behind a beam. */
  private record Candidate(int beam, int token, double sum) {}

  Beams(BeamSearch search) {
    this.search = search;
  }

  boolean isDone() {
    return done;
  }

  /** {@return how many beams there are} */
  int size() {
    return running.size();
  }

  /** {@return the tokens of a beam, not to be changed} */
  int[] tokens(int beam) {
    return running.get(beam).tokens();
  }

  /** {@return the beam before the last step that a beam goes on from} */
  int parent(int beam) {
    return running.get(beam).parent();
  }

  /**
   * Takes a step.
   *
   * @param logits of the tokens behind each beam, minus infinity for those that must not come
   * @param tokens how many tokens there are; logits behind theirs are ignored
   */
  void step(List<float[]> logits, int tokens) {
    int length = running.getFirst().tokens().length + 1;
    boolean isLast = length == search.maxTokens();
    List<Candidate> candidates = candidates(logits, tokens);
    List<Beam> next = new ArrayList<>();
    for (int rank = 0; rank < candidates.size() && next.size() < search.beams(); rank++) {
      Candidate each = candidates.get(rank);
      boolean ends = search.end().contains(each.token());
      int[] all = running.get(each.beam()).tokens();
      if (!ends) {
        all = Arrays.copyOf(all, length);
        all[length - 1] = each.token();
        next.add(new Beam(all, each.beam(), each.sum()));
      }
      if (rank < search.beams() && (ends || isLast)) {
        keep(all, search.score(each.sum(), length), ends);
      }
    }
    running = next;
    done = isLast || running.isEmpty() || isDecided(length);
  }

  private void keep(int[] tokens, double score, boolean ends) {
    found.add(
        new Found(
            Arrays.stream(tokens).boxed().toList(),
            score,
            ends ? FinishReason.STOP : FinishReason.LENGTH));
    found.sort(Comparator.comparingDouble(each -> -each.score()));
    if (found.size() > search.beams()) {
      found.removeLast();
    }
  }

  /** Whether no beginning would become better than what was found, at its present length. */
  private boolean isDecided(int length) {
    return found.size() == search.beams()
        && search.score(running.getFirst().sum(), length) <= found.getLast().score();
  }

  /** The likeliest tokens behind all beams, twice as many as beams if there are. */
  private List<Candidate> candidates(List<float[]> logits, int tokens) {
    int most = search.beams() * Math.max(2, 1 + search.end().size());
    List<Candidate> candidates = new ArrayList<>();
    for (int beam = 0; beam < running.size(); beam++) {
      int at = beam;
      double before = running.get(beam).sum();
      Logits.score(logits.get(beam), tokens, 0, Math.min(most, tokens))
          .likeliest()
          .forEach(
              (token, logProbability) -> {
                if (logProbability > Double.NEGATIVE_INFINITY) {
                  candidates.add(new Candidate(at, token, before + logProbability));
                }
              });
    }
    candidates.sort(Comparator.comparingDouble(each -> -each.sum()));
    return candidates.subList(0, Math.min(most, candidates.size()));
  }

  /** {@return the best texts so far, the best first} */
  List<Found> found() {
    return List.copyOf(found.subList(0, Math.min(search.count(), found.size())));
  }
}
