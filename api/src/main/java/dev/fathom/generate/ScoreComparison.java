package dev.fathom.generate;

import dev.fathom.model.Model;
import dev.fathom.spi.Backend;
import java.util.Arrays;
import java.util.List;

/**
 * How well two language models with the same tokens foretell a text, such as one and its copy in
 * fewer bits.
 *
 * @param tokens how many tokens were foretold
 * @param loss the mean cross-entropy of the first, in nats a token
 * @param otherLoss that of the other
 * @param agreed for how many tokens both took the same one for the likeliest
 */
public record ScoreComparison(int tokens, double loss, double otherLoss, int agreed) {

  /**
   * {@return how both foretell a text, which is cut where the context is full} One model after the
   * other is on the device.
   *
   * @throws IllegalArgumentException if one is no language model, see {@link Generator#open}
   * @throws dev.fathom.text.TextException if a character has no token
   */
  public static ScoreComparison of(Backend backend, Model model, Model other, String text) {
    List<TokenScore> first = scores(backend, model, text);
    List<TokenScore> second = scores(backend, other, text);
    int agreed = 0;
    for (int i = 0; i < first.size(); i++) {
      if (likeliest(first.get(i)) == likeliest(second.get(i))) {
        agreed++;
      }
    }
    return new ScoreComparison(first.size(), loss(first), loss(second), agreed);
  }

  private static List<TokenScore> scores(Backend backend, Model model, String text) {
    try (Generator generator = Generator.open(backend, model)) {
      int[] tokens = model.tokens(text);
      return generator.score(
          Arrays.copyOf(tokens, Math.min(tokens.length, generator.context())), 1);
    }
  }

  private static int likeliest(TokenScore score) {
    return score.likeliest().firstEntry().getKey();
  }

  private static double loss(List<TokenScore> scores) {
    return scores.stream().mapToDouble(score -> -score.logProbability()).average().orElse(0);
  }
}
