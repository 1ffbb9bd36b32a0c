package dev.fathom.table;

/** The treatment of missing values. A target is never filled: all but REFUSE leave out its row. */
public enum Missing {
  /** Refuses them; the error has their number in each column. */
  REFUSE,
  /** Leaves out rows with a missing value. */
  DROP,
  /**
   * Replaces a number, a date, and true and false by the mean of the column's other values, an
   * integer by that mean, rounded; with {@link TableFile#like} it is the mean of the other table. A
   * missing category is one that was not known; a missing class is an error.
   */
  MEAN,
  /** Repeats the value of the row before; a missing first value is an error. */
  PREVIOUS
}
