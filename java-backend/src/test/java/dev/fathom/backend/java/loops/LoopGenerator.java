package dev.fathom.backend.java.loops;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.ScalarOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes {@code GeneratedLoops.java} from the keys in {@code loops.txt}. To add a loop: find its
 * key (logger {@code dev.fathom.backend.java} at DEBUG names those that have none) and add the
 * line; {@code GeneratedLoopsTest} fails then, and says how to remake the code.
 */
public final class LoopGenerator {
  static final Path KEYS = Path.of("loops.txt");
  public static final Path TARGET =
      Path.of("src/main/java/dev/fathom/backend/java/loops/GeneratedLoops.java");

  private LoopGenerator() {}

  /** {@return the lines of the list that are keys} */
  public static List<String> keys() throws IOException {
    return Files.readAllLines(KEYS).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  /** {@return the expression of a key; its leaf k is input k} */
  public static Expression expression(String key) {
    String[] parts = key.split("\\|", -1);
    Expression.Builder builder = new Expression.Builder();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < parts[0].length(); i++) {
      positions.add(builder.input(i, type(parts[0].charAt(i))));
    }
    for (String step : parts[1].split(";")) {
      String[] words = step.split(" ");
      int[] from = new int[words.length - 1];
      for (int i = 0; i < from.length; i++) {
        from[i] = positions.get(Integer.parseInt(words[i + 1]));
      }
      positions.add(builder.apply(ScalarOp.valueOf(words[0].toUpperCase(Locale.ROOT)), from));
    }
    List<Integer> results = new ArrayList<>();
    for (String result : parts[2].split(" ")) {
      results.add(positions.get(Integer.parseInt(result)));
    }
    return builder.build(results.toArray(Integer[]::new));
  }

  public static DType type(char kind) {
    return kind == 'b' || kind == 'm' ? DType.BOOL : DType.F32;
  }

  public static String generate(List<String> keys) {
    StringBuilder out = new StringBuilder();
    out.append("package dev.fathom.backend.java.loops;\n\n")
        .append("import dev.fathom.backend.java.platform.NativeImage;\n")
        .append("import java.util.Map;\n")
        .append("import jdk.incubator.vector.FloatVector;\n")
        .append("import jdk.incubator.vector.IntVector;\n")
        .append("import jdk.incubator.vector.VectorMask;\n")
        .append("import jdk.incubator.vector.VectorOperators;\n")
        .append("import jdk.incubator.vector.VectorSpecies;\n\n")
        .append("/** Written by LoopGenerator from loops.txt; not to be edited by hand. */\n")
        .append("final class GeneratedLoops {\n")
        .append("  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;\n")
        .append("  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;\n")
        .append("  private static final int W = F.length();\n")
        .append("  private static final float TRUE = Float.intBitsToFloat(1);\n\n")
        .append("  static final Map<String, TileLoop> ALL =\n      Map.ofEntries(\n");
    for (int i = 0; i < keys.size(); i++) {
      out.append("          Map.entry(\"").append(keys.get(i)).append("\", GeneratedLoops::loop");
      out.append(i).append(i + 1 < keys.size() ? "),\n" : "));\n\n");
    }
    out.append("  private GeneratedLoops() {}\n");
    for (int i = 0; i < keys.size(); i++) {
      loop(out, i, keys.get(i));
    }
    return out.append("}\n").toString();
  }

  private static void loop(StringBuilder out, int number, String key) {
    Expression map = expression(key);
    String kinds = key.substring(0, key.indexOf('|'));
    out.append("\n  private static void loop").append(number);
    out.append("(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {\n");
    for (int i = 0; i < kinds.length(); i++) {
      String slot = "slots[" + i + "]";
      switch (kinds.charAt(i)) {
        case 'x' -> array(out, "float", "a" + i, "o" + i, slot);
        case 'm' -> array(out, "int", "a" + i, "o" + i, slot);
        case 'u' ->
            line(out, "FloatVector v%d = FloatVector.broadcast(F, floats[%s][at[%2$s]]);", i, slot);
        default ->
            line(
                out,
                "VectorMask<Float> v%d = FloatVector.broadcast(F, (float) ints[%s][at[%2$s]])"
                    + ".compare(VectorOperators.NE, 0f);",
                i,
                slot);
      }
    }
    for (int i = 0; i < map.results().size(); i++) {
      String type = map.resultType(i) == DType.BOOL ? "int" : "float";
      array(out, type, "r" + i, "t" + i, "slots[" + (kinds.length() + i) + "]");
    }
    line(out, "for (int i = 0; i < NativeImage.end(n); i += W) {");
    for (int i = 0; i < kinds.length(); i++) {
      if (kinds.charAt(i) == 'x') {
        line(out, "FloatVector v%d = FloatVector.fromArray(F, a%1$d, o%1$d + i);", i);
      } else if (kinds.charAt(i) == 'm') {
        line(
            out,
            "VectorMask<Integer> v%d = IntVector.fromArray(I, a%1$d, o%1$d + i)"
                + ".compare(VectorOperators.NE, 0);",
            i);
      }
    }
    for (int at = 0; at < map.nodes().size(); at++) {
      if (map.nodes().get(at) instanceof Node.Apply apply) {
        String type = apply.type() == DType.BOOL ? "VectorMask<Float>" : "FloatVector";
        line(out, "%s v%d = %s;", type, at, operation(apply, kinds));
      }
    }
    for (int i = 0; i < map.results().size(); i++) {
      String value = "v" + map.results().get(i);
      if (map.resultType(i) == DType.BOOL) {
        value = "FloatVector.zero(F).blend(TRUE, " + value + ").reinterpretAsInts()";
      }
      line(out, "%s.intoArray(r%d, t%2$d + i);", value, i);
    }
    out.append("    }\n  }\n");
  }

  private static void array(
      StringBuilder out, String type, String array, String offset, String slot) {
    line(out, "%s[] %s = %1$ss[%s];", type, array, slot);
    line(out, "int %s = at[%s];", offset, slot);
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append("    ").append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** The same as {@link VectorLoops} does, so that the bits are the same. */
  private static String operation(Node.Apply apply, String kinds) {
    List<Integer> of = apply.arguments();
    String x = "v" + of.getFirst();
    String y = "v" + of.getLast();
    return switch (apply.op()) {
      case NEGATE -> x + ".neg()";
      case ABS -> x + ".abs()";
      case RELU -> x + ".blend(0f, " + x + ".compare(VectorOperators.LE, 0f))";
      case SQRT -> x + ".sqrt()";
      case RSQRT -> "FloatVector.broadcast(F, 1f).div(" + x + ".sqrt())";
      case ADD -> x + ".add(" + y + ")";
      case SUBTRACT -> x + ".sub(" + y + ")";
      case MULTIPLY -> x + ".mul(" + y + ")";
      case DIVIDE -> x + ".div(" + y + ")";
      case MIN -> x + ".min(" + y + ")";
      case MAX -> x + ".max(" + y + ")";
      case EQUAL -> x + ".compare(VectorOperators.EQ, " + y + ")";
      case NOT_EQUAL -> x + ".compare(VectorOperators.NE, " + y + ")";
      case LESS -> x + ".compare(VectorOperators.LT, " + y + ")";
      case LESS_EQUAL -> x + ".compare(VectorOperators.LE, " + y + ")";
      case NOT -> x + ".not()";
      case AND -> x + ".and(" + y + ")";
      case OR -> x + ".or(" + y + ")";
      case SELECT -> {
        String chosen = "v" + of.get(1);
        boolean array = of.getFirst() < kinds.length() && kinds.charAt(of.getFirst()) == 'm';
        yield array
            ? y
                + ".reinterpretAsInts().blend("
                + chosen
                + ".reinterpretAsInts(), "
                + x
                + ").reinterpretAsFloats()"
            : y + ".blend(" + chosen + ", " + x + ")";
      }
      default -> throw new IllegalArgumentException(apply.op().toString());
    };
  }
}
