package dev.fathom.backend.java.sequence;

/**
 * The loops of a selective scan over a stretch of steps: for one number of the states, of {@link
 * #width()} channels side by side. All operands lie in one array, where {@link ScanSlot} says.
 */
interface ScanLoops {
  /**
   * {@return the loops}
   *
   * @param vector whether those of the Vector API, which must be there then
   */
  static ScanLoops of(boolean vector) {
    return vector ? new VectorScans() : new PlainScans();
  }

  /** {@return the number of channels side by side} */
  int width();

  /**
   * Takes the state through the steps, and adds what they read of it to {@code y}.
   *
   * @param at where the slot begins
   * @param n number of the state
   * @param column the first of the channels
   */
  void scan(float[] w, int at, ScanSlot slot, int n, int column, int steps);

  /**
   * Takes the gradient of the state, {@code g}, from the last step to the first. The state before
   * them is in {@code state}; all gradients are added to what is there.
   */
  void gradient(float[] w, int at, ScanSlot slot, int n, int column, int steps);
}
