package dev.fathom.encode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Table.Field;
import java.util.List;
import java.util.OptionalLong;

/**
 * How the values of a column of a table become numbers of an input. Each kind of code is one file;
 * {@link Codes} says which a column gets and reads those of a stored model. Immutable.
 */
public interface ColumnCode {
  /** {@return the column, with its labels and its mean in the training} */
  Field field();

  /** {@return the name of the code in a stored model, in lower camel case: {@code oneHot}} */
  String type();

  /** {@return the names of the numbers that a value gives, in order: {@code job=nurse}} */
  List<String> features();

  /**
   * Writes the numbers of a value to {@code to[offset ..]}. Allocates nothing.
   *
   * @param value as {@link dev.fathom.data.Table#values} gives it: a number, 1 or 0, seconds since
   *     1970, or the number of a label
   */
  void write(double value, double[] to, int offset);

  /** {@return whether {@code "fit"} gives its numbers mean 0 and deviation 1} */
  default boolean isScaled() {
    return false;
  }

  /** {@return whether it gives one id, for a layer that learns a vector for each} */
  default boolean isId() {
    return false;
  }

  /** {@return how many ids there are, from 0 on; empty where data do not say, as of integers} */
  default OptionalLong vocabulary() {
    return OptionalLong.empty();
  }

  /** Writes what {@link #field} does not say, for a stored model. */
  default void describe(ObjectNode json) {}
}
