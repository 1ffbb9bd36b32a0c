package dev.fathom.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Looks for the likeliest texts instead of drawing one: at each step the {@code beams} likeliest
 * beginnings are gone on with (Graves, 2012). What it finds is what {@code generate(num_beams=...)}
 * of Hugging Face's transformers does, {@code early_stopping=False}. Immutable.
 *
 * @param beams how many beginnings are kept, 1 or more
 * @param lengthPenalty a text's score is its log-probability divided by its number of tokens to
 *     this power: 0 leaves it, above 0 longer texts gain
 * @param count how many of the best texts are told, 1 to {@code beams}
 * @param maxTokens how many tokens a text has at most, 1 or more
 * @param end tokens that end a text; they count, and are not part of it
 */
public record BeamSearch(
    int beams, double lengthPenalty, int count, int maxTokens, Set<Integer> end) {
  /**
   * A text that was found.
   *
   * @param tokens without what it goes on from, and without the token that ends it
   * @param score its log-probability by the length penalty
   * @param finishReason why it ended
   */
  public record Found(List<Integer> tokens, double score, FinishReason finishReason) {
    public Found {
      tokens = List.copyOf(tokens);
    }
  }

  /** A model: what may follow. */
  @FunctionalInterface
  public interface Model {
    /**
     * {@return the logits of the next token behind each text}
     *
     * @param texts the tokens of each that were found so far, all as many
     */
    List<float[]> next(List<List<Integer>> texts);
  }

  private record Beam(List<Integer> tokens, double sum) {
    Beam with(int token, double newSum) {
      List<Integer> more = new ArrayList<>(tokens);
      more.add(token);
      return new Beam(more, newSum);
    }
  }

  /** A token behind a beam. */
  private record Candidate(Beam beam, int token, double sum) {}

  /**
   * @throws IllegalArgumentException if a value is out of range, naming it
   */
  public BeamSearch {
    check(beams >= 1, "1 beam or more", beams);
    check(Double.isFinite(lengthPenalty), "a length penalty that is a number", lengthPenalty);
    check(count >= 1 && count <= beams, "1 to %d texts, the beams,".formatted(beams), count);
    check(maxTokens >= 1, "1 token or more", maxTokens);
    end = Set.copyOf(end);
  }

  private static void check(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException("[beams] expected " + expected + " but got " + actual);
    }
  }

  /**
   * {@return the best texts, the best first}
   *
   * @param tokens how many tokens there are; logits behind theirs are ignored
   */
  public List<Found> find(Model model, int tokens) {
    List<Beam> running = List.of(new Beam(List.of(), 0));
    List<Found> found = new ArrayList<>();
    for (int length = 1; ; length++) {
      List<Candidate> candidates = candidates(model, running, tokens);
      List<Beam> next = new ArrayList<>();
      for (int rank = 0; rank < candidates.size() && next.size() < beams; rank++) {
        Candidate each = candidates.get(rank);
        boolean ends = end.contains(each.token);
        Beam longer = ends ? each.beam : each.beam.with(each.token, each.sum);
        if (!ends) {
          next.add(longer);
        }
        if (rank < beams && (ends || length == maxTokens)) {
          FinishReason reason = ends ? FinishReason.STOP : FinishReason.LENGTH;
          keep(found, new Found(longer.tokens, score(each.sum, length), reason));
        }
      }
      running = next;
      if (length == maxTokens || running.isEmpty() || isDecided(found, running, length)) {
        return List.copyOf(found.subList(0, Math.min(count, found.size())));
      }
    }
  }

  private double score(double sum, int length) {
    return sum / Math.pow(length, lengthPenalty);
  }

  private void keep(List<Found> found, Found one) {
    found.add(one);
    found.sort(Comparator.comparingDouble(each -> -each.score()));
    if (found.size() > beams) {
      found.removeLast();
    }
  }

  /** Whether no beginning would become better than what was found, at its present length. */
  private boolean isDecided(List<Found> found, List<Beam> running, int length) {
    return found.size() == beams
        && score(running.getFirst().sum, length) <= found.getLast().score();
  }

  /** {@return the likeliest tokens behind all beams, twice as many as beams if there are} */
  private List<Candidate> candidates(Model model, List<Beam> running, int tokens) {
    List<float[]> logits = model.next(running.stream().map(Beam::tokens).toList());
    int most = beams * Math.max(2, 1 + end.size());
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      Beam beam = running.get(i);
      Logits.requireFinite(logits.get(i), tokens);
      TokenScore scores = Logits.score(logits.get(i), tokens, 0, Math.min(most, tokens));
      scores
          .likeliest()
          .forEach(
              (token, logProbability) ->
                  candidates.add(new Candidate(beam, token, beam.sum + logProbability)));
    }
    candidates.sort(Comparator.comparingDouble(each -> -each.sum));
    return candidates.subList(0, Math.min(most, candidates.size()));
  }

  /** {@return the tokens of a text and those behind it} */
  static int[] joined(int[] prompt, List<Integer> tokens) {
    int[] all = Arrays.copyOf(prompt, prompt.length + tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      all[prompt.length + i] = tokens.get(i);
    }
    return all;
  }
}
