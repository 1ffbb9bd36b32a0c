package dev.fathom.backend.java.loops;

import dev.fathom.backend.java.loops.LoopCode.Argument;
import dev.fathom.backend.java.loops.LoopCode.Call;
import dev.fathom.backend.java.loops.LoopCode.Comparison;
import dev.fathom.backend.java.loops.LoopCode.Leaf;
import dev.fathom.backend.java.loops.LoopCode.Load;
import dev.fathom.backend.java.loops.LoopCode.Species;
import dev.fathom.backend.java.loops.LoopCode.Splat;
import dev.fathom.backend.java.loops.LoopCode.Term;
import dev.fathom.backend.java.loops.LoopCode.Type;
import dev.fathom.backend.java.loops.LoopCode.Uniform;
import dev.fathom.backend.java.loops.LoopCode.Variable;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

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
    LoopGraph graph = LoopGraph.parse(key);
    Expression.Builder builder = new Expression.Builder();
    List<Integer> positions = new ArrayList<>();
    for (LoopGraph.Value value : graph.values()) {
      positions.add(
          value.isLeaf()
              ? builder.input(positions.size(), type(value.kind()))
              : builder.apply(
                  value.op(), Arrays.stream(value.arguments()).map(positions::get).toArray()));
    }
    return builder.build(graph.results().stream().map(positions::get).toArray(Integer[]::new));
  }

  /** {@return the type of a kind of leaf} */
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
      loop(out, i, LoopCode.of(keys.get(i)));
    }
    return out.append("}\n").toString();
  }

  private static void loop(StringBuilder out, int number, LoopCode loop) {
    out.append("\n  private static void loop").append(number);
    out.append("(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {\n");
    int leaves = loop.leaves().size();
    for (int leaf = 0; leaf < leaves; leaf++) {
      Leaf each = loop.leaves().get(leaf);
      if (each.uniform()) {
        assign(out, leaf, each.term());
      } else {
        array(out, "a" + leaf, "o" + leaf, leaf, arrayType(each.term()));
      }
    }
    for (int i = 0; i < loop.results().size(); i++) {
      array(out, "r" + i, "t" + i, leaves + i, loop.results().get(i).type());
    }
    line(out, "for (int i = 0; i < NativeImage.end(n); i += W) {");
    for (int leaf = 0; leaf < leaves; leaf++) {
      if (!loop.leaves().get(leaf).uniform()) {
        assign(out, leaf, loop.leaves().get(leaf).term());
      }
    }
    for (int i = 0; i < loop.operations().size(); i++) {
      assign(out, leaves + i, loop.operations().get(i));
    }
    for (int i = 0; i < loop.results().size(); i++) {
      line(out, "%s.intoArray(r%d, t%2$d + i);", text(loop.results().get(i)), i);
    }
    out.append("    }\n  }\n");
  }

  private static void array(StringBuilder out, String array, String offset, int slot, Type type) {
    line(out, "%s[] %s = %1$ss[slots[%d]];", type == Type.FLOATS ? "float" : "int", array, slot);
    line(out, "int %s = at[slots[%d]];", offset, slot);
  }

  private static Type arrayType(Term leaf) {
    return leaf instanceof Call call ? arrayType(call.on()) : leaf.type();
  }

  private static void assign(StringBuilder out, int variable, Term term) {
    String type =
        switch (term.type()) {
          case FLOATS -> "FloatVector";
          case INTS -> "IntVector";
          case FLOAT_MASK -> "VectorMask<Float>";
          case INT_MASK -> "VectorMask<Integer>";
        };
    line(out, "%s v%d = %s;", type, variable, text(term));
  }

  private static String text(Argument argument) {
    return switch (argument) {
      case Variable variable -> "v" + variable.number();
      case Load(int leaf, Type type) ->
          format(
              type == Type.FLOATS
                  ? "FloatVector.fromArray(F, a%d, o%1$d + i)"
                  : "IntVector.fromArray(I, a%d, o%1$d + i)",
              leaf);
      case Uniform(int leaf, boolean flag) ->
          format(
              flag
                  ? "FloatVector.broadcast(F, (float) ints[slots[%d]][at[slots[%1$d]]])"
                  : "FloatVector.broadcast(F, floats[slots[%d]][at[slots[%1$d]]])",
              leaf);
      case Splat(float number) ->
          number == 0
              ? "FloatVector.zero(F)"
              : format("FloatVector.broadcast(F, %s)", text(number));
      case Call(Term on, String method, List<Argument> arguments, Type _) ->
          text(on)
              + arguments.stream()
                  .map(LoopGenerator::text)
                  .collect(Collectors.joining(", ", "." + method + "(", ")"));
      case LoopCode.Number(java.lang.Number number) -> text(number);
      case Comparison(String name) -> "VectorOperators." + name;
      case Species _ -> "F";
    };
  }

  private static String text(java.lang.Number number) {
    if (number instanceof Float single) {
      return single == LoopCode.TRUE ? "TRUE" : format("%.0ff", single);
    }
    return number.toString();
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append("    ").append(format(format, values)).append('\n');
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
