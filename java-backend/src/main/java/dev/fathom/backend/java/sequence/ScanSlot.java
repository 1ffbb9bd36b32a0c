package dev.fathom.backend.java.sequence;

/**
 * How a selective scan is cut, by shape alone, and what a worker's slot of the workspace holds: a
 * task takes {@link #BLOCK} channels of a row of the batch through all steps, a stretch of steps at
 * a time.
 */
final class ScanSlot {
  /**
   * Channels of a task, a multiple of the lanes of every vector. The gradients of what all channels
   * share are summed block by block, so fewer would take more memory.
   */
  static final int BLOCK = 64;

  /** Steps of a stretch at most. */
  final int steps;

  /** Numbers of a state. */
  final int size;

  /** Rows of channels, {@code [steps, BLOCK]}. */
  final int x;

  final int delta;

  /** {@code delta * x}. */
  final int taken;

  /** The output, or its gradient. */
  final int y;

  final int dTaken;
  final int dDelta;

  /** What all channels share, {@code [steps, size]}. */
  final int b;

  final int c;

  /** Numbers of the states, {@code [size, BLOCK]}. */
  final int a;

  final int state;
  final int g;
  final int dA;

  /** For the channels of one vector, {@code [steps, width]}. */
  final int decays;

  /** The states before the steps, and behind the last: {@code [steps + 1, width]}. */
  final int before;

  final int dB;
  final int dC;

  final int elements;

  ScanSlot(int steps, int size, int width, boolean gradient) {
    this.steps = steps;
    this.size = size;
    int rows = steps * BLOCK;
    int shared = steps * size;
    int numbers = size * BLOCK;
    int column = steps * width;
    x = 0;
    delta = x + rows;
    taken = delta + rows;
    y = taken + rows;
    dTaken = y + rows;
    dDelta = dTaken + (gradient ? rows : 0);
    a = dDelta + (gradient ? rows : 0);
    state = a + numbers;
    g = state + numbers;
    dA = g + (gradient ? numbers : 0);
    decays = dA + (gradient ? numbers : 0);
    before = decays + column;
    dB = before + column + width;
    dC = dB + column;
    b = dC + column;
    c = b + shared;
    elements = Math.ceilDiv(c + shared, BLOCK) * BLOCK;
  }
}
