package dev.fathom.train;

import dev.fathom.error.FathomException;

/** A loss or gradient is infinite or NaN; the parameters are those before the step. */
public final class NonFiniteException extends FathomException {
  private static final long serialVersionUID = 1;

  private final long step;
  private final String place;

  NonFiniteException(long step, String place, double loss) {
    super(
        "[train] step %d: %s is not finite (loss %s); a lower learning rate or \"clipNorm\" may help"
            .formatted(step, place, loss));
    this.step = step;
    this.place = place;
  }

  /** {@return the step, from 1} */
  public long step() {
    return step;
  }

  /** {@return the value that became infinite or NaN first, {@code the output of layer 'conv1'}} */
  public String place() {
    return place;
  }
}
