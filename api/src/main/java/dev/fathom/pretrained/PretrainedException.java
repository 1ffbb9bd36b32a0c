package dev.fathom.pretrained;

import dev.fathom.error.FathomException;

/** A folder of a model that others trained is wrong; the message names the file and the place. */
public final class PretrainedException extends FathomException {
  private static final long serialVersionUID = 1;

  /**
   * @param place file and what in it is wrong, {@code config.json, /hidden_act} for example
   * @param problem the expectation and the actual value
   */
  PretrainedException(String place, String problem) {
    super("[import] " + place + ": " + problem);
  }
}
