package dev.fathom.generate;

import java.util.BitSet;

/**
 * What a text must be, token by token. A {@link Generation} asks it before each token, and tells it
 * of each that it chose. For one thread and one text.
 */
public interface Constraint {
  /**
   * {@return the tokens that may come next, for the caller to change; empty if none can}
   *
   * @param left how many tokens may still be generated, 1 or more; a constraint that can be met
   *     leaves itself room to end in as many
   */
  BitSet allowed(int left);

  /** Notes the token that came, one of those that were allowed. */
  void accept(int token);

  /** {@return whether the text may end here} It does where nothing may follow. */
  boolean isWhole();
}
