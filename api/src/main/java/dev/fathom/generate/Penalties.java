package dev.fathom.generate;

/**
 * What tokens lose for being there already, so that a text repeats itself less.
 *
 * @param repetition divisor of positive logits, and factor of negative ones, of tokens that came
 *     before, in the prompt too; above 0, at most 100; 1 for none (Keskar et al., "CTRL", 2019)
 * @param presence taken from the logits of tokens that were generated before, -2 to 2; 0 for none
 * @param frequency taken from them once for each time that they were generated, -2 to 2; 0 for none
 * @see <a href="https://platform.openai.com/docs/api-reference/completions/create">OpenAI's
 *     presence and frequency penalties</a>
 */
public record Penalties(double repetition, double presence, double frequency) {
  /** No token loses anything. */
  public static final Penalties NONE = new Penalties(1, 0, 0);

  /**
   * @throws IllegalArgumentException if a value is out of range, naming it
   */
  public Penalties {
    Sampling.check(
        repetition > 0 && repetition <= 100,
        "a repetition penalty above 0, at most 100",
        repetition);
    Sampling.check(Math.abs(presence) <= 2, "a presence penalty of -2 to 2", presence);
    Sampling.check(Math.abs(frequency) <= 2, "a frequency penalty of -2 to 2", frequency);
  }
}
