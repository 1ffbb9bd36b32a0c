package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.spi.DType;
import java.util.function.IntFunction;

/**
 * Writes the sums of a tile, {@code rows} by {@code vectors} of {@code lanes}, each vector in a
 * variable {@code c<row>_<vector>}.
 */
record TileCode(DType type, int rows, int vectors, int lanes) {

  /** {@return columns of the tile} */
  int columns() {
    return vectors * lanes;
  }

  /** {@return the C type of a vector} */
  String vector() {
    return CTypes.value(type, lanes);
  }

  /** Declares the sums. */
  void begin(StringBuilder out, String indent, String start) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        out.append(indent).append(vector()).append(' ').append(sum(r, v));
        out.append(" = ").append(start).append(";\n");
      }
    }
  }

  /**
   * Adds one product to each sum: an element of the left operand for each row times the right
   * operand's vectors.
   *
   * @param left a C expression of a row's element
   * @param right a pointer to the columns
   */
  void multiply(StringBuilder out, String indent, IntFunction<String> left, String right) {
    for (int v = 0; v < vectors; v++) {
      out.append(indent).append("const ").append(vector()).append(" r").append(v).append(" = ");
      out.append(load(v * lanes, right)).append(";\n");
    }
    for (int r = 0; r < rows; r++) {
      out.append(indent).append("{ const ").append(vector()).append(" x = (").append(vector());
      out.append(")(").append(left.apply(r)).append(");");
      for (int v = 0; v < vectors; v++) {
        String sum = sum(r, v);
        out.append(' ').append(sum).append(" = fma(x, r").append(v).append(", ").append(sum);
        out.append(");");
      }
      out.append(" }\n");
    }
  }

  /** Reads the sums, row {@code r} from the pointer that {@code row} gives. */
  void load(StringBuilder out, String indent, IntFunction<String> row) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        out.append(indent).append(vector()).append(' ').append(sum(r, v)).append(" = ");
        out.append(load(v * lanes, row.apply(r))).append(";\n");
      }
    }
  }

  /** Stores the sums, row {@code r} to the pointer that {@code row} gives. */
  void store(StringBuilder out, String indent, IntFunction<String> row) {
    for (int r = 0; r < rows; r++) {
      out.append(indent);
      for (int v = 0; v < vectors; v++) {
        out.append("vstore").append(lanes).append('(').append(sum(r, v)).append(", 0, ");
        out.append(row.apply(r)).append(" + ").append(v * lanes).append("); ");
      }
      out.append('\n');
    }
  }

  private String load(int at, String pointer) {
    return "vload" + lanes + "(0, " + pointer + " + " + at + ")";
  }

  private static String sum(int row, int vector) {
    return "c" + row + "_" + vector;
  }

  /**
   * Transposes 16 x 16 floats: row r of the source begins at {@code from + r * fromPitch}, row r of
   * the target at {@code to + r * toPitch}. Four rounds of interleaving the first half of the rows
   * with the second.
   */
  static void transpose(
      StringBuilder out, String indent, String from, long fromPitch, String to, long toPitch) {
    String[] rows = new String[16];
    int next = 0;
    for (int r = 0; r < 16; r++, next++) {
      rows[r] = "t" + next;
      out.append(indent).append("const float16 ").append(rows[r]).append(" = vload16(0, ");
      out.append(from).append(" + ").append(r * fromPitch).append(");\n");
    }
    for (int round = 0; round < 4; round++) {
      String[] mixed = new String[16];
      for (int r = 0; r < 8; r++) {
        for (int half = 0; half < 2; half++, next++) {
          mixed[2 * r + half] = "t" + next;
          out.append(indent).append("const float16 t").append(next).append(" = (float16)(");
          for (int lane = 8 * half; lane < 8 * half + 8; lane++) {
            String element = ".s" + Integer.toHexString(lane);
            out.append(lane > 8 * half ? ", " : "").append(rows[r]).append(element);
            out.append(", ").append(rows[r + 8]).append(element);
          }
          out.append(");\n");
        }
      }
      rows = mixed;
    }
    for (int r = 0; r < 16; r++) {
      out.append(indent).append("vstore16(").append(rows[r]).append(", 0, ");
      out.append(to).append(" + ").append(r * toPitch).append(");\n");
    }
  }
}
