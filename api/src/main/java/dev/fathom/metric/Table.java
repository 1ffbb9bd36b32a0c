package dev.fathom.metric;

import java.util.Arrays;
import java.util.List;

/**
 * Figures in rows and columns: a confusion matrix, the points of a curve.
 *
 * @param name of the table, in lower camel case: {@code confusion}
 * @param columns the names of the columns
 * @param rows the names of the rows; empty if they have none, as the points of a curve
 * @param values {@code [rows][columns]}
 */
public record Table(String name, List<String> columns, List<String> rows, double[][] values) {
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    values = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }
}
