package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Instruction;
import dev.fathom.backend.java.elementwise.TileProgram.Kind;
import dev.fathom.backend.java.elementwise.TileProgram.Step;
import dev.fathom.backend.java.loops.LoopGraph;
import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Replaces neighbouring instructions of a {@link TileProgram} by loops. An expression with an
 * exponential, for example, cannot be one loop, but the instructions before and behind the
 * exponential can.
 */
final class TileSegments {
  private final List<Instruction> instructions;
  private final Set<Integer> uniform;
  private final Set<Integer> outputs;
  private final LoopSource loops;

  /**
   * @param uniform slots of one value
   * @param outputs slots that are read after the instructions
   */
  TileSegments(
      List<Instruction> instructions,
      Set<Integer> uniform,
      Set<Integer> outputs,
      LoopSource loops) {
    this.instructions = instructions;
    this.uniform = uniform;
    this.outputs = outputs;
    this.loops = loops;
  }

  /** {@return the instructions, with segments in place of those that a loop does} */
  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int from = 0; from < instructions.size(); ) {
      int to = from;
      while (to < instructions.size() && isSimple(instructions.get(to))) {
        to++;
      }
      Optional<Step> loop = to - from < 2 ? Optional.empty() : loop(from, to);
      if (loop.isPresent()) {
        steps.add(loop.get());
      } else {
        to = Math.max(to, from + 1);
        steps.addAll(instructions.subList(from, to));
      }
      from = to;
    }
    return steps;
  }

  private static boolean isSimple(Instruction step) {
    return (step.kind() == Kind.UNARY || step.kind() == Kind.BINARY)
        && LoopGraph.takes(step.op(), step.type());
  }

  private Optional<Step> loop(int from, int to) {
    List<Instruction> stretch = instructions.subList(from, to);
    LoopGraph graph = new LoopGraph();
    Map<Integer, Integer> values = new HashMap<>();
    Set<Integer> written = new LinkedHashSet<>();
    for (Instruction step : stretch) {
      int[] reads = step.reads();
      for (int i = 0; i < reads.length; i++) {
        int slot = reads[i];
        reads[i] =
            values.computeIfAbsent(slot, _ -> graph.leaf(slot, DType.F32, uniform.contains(slot)));
      }
      values.put(step.d(), graph.apply(step.op(), reads));
      written.add(step.d());
    }
    for (int slot : written) {
      if (isReadFrom(to, slot)) {
        graph.result(values.get(slot), slot);
      }
    }
    return loops.step(graph.key(), stretch.size(), () -> stretch);
  }

  /**
   * {@return whether instruction {@code at} or a later one reads the value that {@code slot} holds
   * before it}
   */
  private boolean isReadFrom(int at, int slot) {
    for (Instruction step : instructions.subList(at, instructions.size())) {
      for (int read : step.reads()) {
        if (read == slot) {
          return true;
        }
      }
      if (step.d() == slot) {
        return false;
      }
    }
    return outputs.contains(slot);
  }
}
