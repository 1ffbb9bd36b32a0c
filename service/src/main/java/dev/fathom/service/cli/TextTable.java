package dev.fathom.service.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns below their names, each as wide as its longest cell, in lines of 80 characters. */
final class TextTable {

  static final int LINE = 80;

  private static final String GAP = "  ";
  private static final String CUT = "...";
  private static final int MOST = 40;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... names) {
    rows.add(List.of(names));
  }

  /** Adds a row; a cell that is too long is cut, the last one to the end of the line. */
  void add(String... cells) {
    rows.add(List.of(cells));
  }

  /** {@return the lines, the names first} */
  List<String> lines() {
    int last = rows.getFirst().size() - 1;
    var widths = new int[last];
    for (var row : rows) {
      for (int i = 0; i < last; i++) {
        widths[i] = Math.min(MOST, Math.max(widths[i], row.get(i).length()));
      }
    }
    List<String> lines = new ArrayList<>();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < last; i++) {
        var cell = cut(row.get(i), widths[i]);
        line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
      line.append(row.get(last));
      lines.add(cut(line.toString().stripTrailing(), LINE));
    }
    return lines;
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - CUT.length()) + CUT;
  }
}
