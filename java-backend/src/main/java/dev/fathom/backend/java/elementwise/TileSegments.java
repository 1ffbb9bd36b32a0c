package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Instruction;
import dev.fathom.backend.java.elementwise.TileProgram.Kind;
import dev.fathom.backend.java.elementwise.TileProgram.Segment;
import dev.fathom.backend.java.elementwise.TileProgram.Step;
import dev.fathom.backend.java.loops.LoopKey;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.TileLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts loops in the place of neighbouring instructions of a {@link TileProgram}: an expression with
 * an exponential, say, is no loop, but what stands before and behind it is.
 */
final class TileSegments {
  private static final System.Logger LOG = System.getLogger("dev.fathom.backend.java");

  private final List<Instruction> instructions;
  private final Set<Integer> uniform;
  private final Set<Integer> outputs;
  private final Loops loops;

  /**
   * @param uniform slots of one value
   * @param outputs slots that are read behind the instructions
   */
  TileSegments(
      List<Instruction> instructions, Set<Integer> uniform, Set<Integer> outputs, Loops loops) {
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
      Optional<Segment> segment = to - from < 2 ? Optional.empty() : segment(from, to);
      if (segment.isPresent()) {
        steps.add(segment.get());
      } else {
        to = Math.max(to, from + 1);
        steps.addAll(instructions.subList(from, to));
      }
      from = to;
    }
    return steps;
  }

  private static boolean isSimple(Instruction step) {
    return (step.kind() == Kind.UNARY || step.kind() == Kind.BINARY) && LoopKey.knows(step.op());
  }

  private Optional<Segment> segment(int from, int to) {
    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    Set<Integer> written = new LinkedHashSet<>();
    StringBuilder kinds = new StringBuilder();
    for (Instruction step : instructions.subList(from, to)) {
      for (int slot : step.reads()) {
        if (!written.contains(slot) && !numbers.containsKey(slot)) {
          numbers.put(slot, numbers.size());
          kinds.append(uniform.contains(slot) ? 'u' : 'x');
        }
      }
      written.add(step.d());
    }
    List<Integer> slots = new ArrayList<>(numbers.keySet());
    int next = slots.size();
    Map<Integer, Integer> current = new HashMap<>(numbers);
    List<String> operations = new ArrayList<>();
    for (Instruction step : instructions.subList(from, to)) {
      StringBuilder operation = new StringBuilder(step.op().label());
      for (int slot : step.reads()) {
        operation.append(' ').append(current.get(slot));
      }
      operations.add(operation.toString());
      current.put(step.d(), next++);
    }
    List<String> results = new ArrayList<>();
    for (int slot : written) {
      if (isReadFrom(to, slot)) {
        results.add(Integer.toString(current.get(slot)));
        slots.add(slot);
      }
    }
    LoopKey key = LoopKey.of(kinds, operations, results, slots);
    TileLoop loop = loops.loop(key.text());
    if (loop == null) {
      LOG.log(System.Logger.Level.DEBUG, () -> "instructions, for want of the loop " + key.text());
      return Optional.empty();
    }
    return Optional.of(new Segment(loop, key.slots()));
  }

  /** {@return whether what stands in {@code slot} before instruction {@code at} is still read} */
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
