package dev.fathom.encode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Table;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.OptionalLong;

/** How an input of a network is made of columns of a table. Immutable. */
public sealed interface Encoding permits Features, TextTokens {
  /** {@return the columns that it reads, in order} */
  List<Table.Field> fields();

  /** {@return the shape of one example} */
  Shape shape();

  /** {@return whether it gives ids, as integers} */
  boolean isIds();

  /** {@return how many ids there are, from 0 on; empty where data do not say} */
  OptionalLong vocabulary();

  /** {@return whether a missing value of a column is filled} */
  boolean fills(String column);

  /**
   * {@return the input of a table's rows}
   *
   * @param table with the columns, of the same kinds and labels
   * @throws dev.fathom.data.DataException if a value cannot be encoded, with its row
   */
  Encoded over(Table table);

  /** {@return whether each column is one number, as it stands} */
  boolean isPlain();

  /** Writes it for a stored model, a tokenizer excepted. */
  void describe(ObjectNode json);

  /** The rows of a table as an input. */
  interface Encoded {
    /** Copies the numbers of a row to {@code to[offset ..]}. Allocates nothing. */
    void read(int row, double[] to, int offset);

    /**
     * Copies the ids of a row to {@code to[offset ..]}. Allocates nothing.
     *
     * @throws dev.fathom.data.DataException if one is no integer of 32 bits
     */
    void read(int row, int[] to, int offset);
  }
}
