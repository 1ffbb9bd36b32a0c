package dev.fathom.data;

/** The treatment of rows that a series should have by its times but has not. */
public enum Gaps {
  /** Refuses them; the error names the first. */
  REFUSE,
  /** Repeats the row before. */
  PREVIOUS,
  /** Draws a straight line from the row before to the row behind. */
  INTERPOLATE,
  /** Leaves them out; no example lies across one. */
  SPLIT
}
