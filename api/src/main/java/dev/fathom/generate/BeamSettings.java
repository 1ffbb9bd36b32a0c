package dev.fathom.generate;

/**
 * How sequences are searched.
 *
 * @param beams how many beginnings are kept at each step, 1 to {@value #MOST}; 1 takes the
 *     likeliest token each time
 * @param lengthPenalty the power of its length that the logarithm of a sequence's probability is
 *     divided by; 0 prefers short ones, more than 1 long ones
 * @param count how many sequences are told, 1 to {@code beams}
 */
public record BeamSettings(int beams, double lengthPenalty, int count) {
  /** The most beams. */
  public static final int MOST = 64;

  /** 4 beams, length penalty 1, the best sequence. */
  public static final BeamSettings USUAL = new BeamSettings(4, 1, 1);

  public BeamSettings {
    if (beams < 1 || beams > MOST) {
      throw new IllegalArgumentException(
          "[beams] expected 1 to %d beams but got %d".formatted(MOST, beams));
    }
    if (!(Math.abs(lengthPenalty) <= 10)) {
      throw new IllegalArgumentException(
          "[beams] expected a length penalty of -10 to 10 but got " + lengthPenalty);
    }
    if (count < 1 || count > beams) {
      throw new IllegalArgumentException(
          "[beams] expected 1 to %d sequences, as many as there are beams, but got %d"
              .formatted(beams, count));
    }
  }
}
