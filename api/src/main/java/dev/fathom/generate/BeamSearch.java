package dev.fathom.generate;

import java.util.ArrayList;
import java.util.Arrays;
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
    Beams beams = new Beams(this);
    while (!beams.isDone()) {
      List<List<Integer>> texts = new ArrayList<>();
      for (int beam = 0; beam < beams.size(); beam++) {
        texts.add(Arrays.stream(beams.tokens(beam)).boxed().toList());
      }
      List<float[]> logits = model.next(texts);
      logits.forEach(each -> Logits.requireFinite(each, tokens));
      beams.step(logits, tokens);
    }
    return beams.found();
  }

  /** {@return what texts are compared by} */
  double score(double logProbability, int length) {
    return logProbability / Math.pow(length, lengthPenalty);
  }
}
