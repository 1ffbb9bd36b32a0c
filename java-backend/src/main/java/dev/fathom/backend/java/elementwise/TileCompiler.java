package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.elementwise.TileProgram.IndexSlot;
import dev.fathom.backend.java.elementwise.TileProgram.Instruction;
import dev.fathom.backend.java.elementwise.TileProgram.Kind;
import dev.fathom.backend.java.elementwise.TileProgram.Uniform;
import dev.fathom.backend.java.loops.LoopGraph;
import dev.fathom.backend.java.loops.LoopKey;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a {@link TileProgram}: orders its instructions and assigns slots. */
final class TileCompiler {
  final int inputs;
  final Access[] access;
  final int[] operandSlots;
  final List<Instruction> out = new ArrayList<>();
  final List<DType> types = new ArrayList<>();
  final List<IndexSlot> indices = new ArrayList<>();
  final List<Uniform> uniforms = new ArrayList<>();

  private final Expression map;
  private final boolean[][] alias;

  /** The slot of each node. */
  private final int[] slots;

  /** The last step that reads each node; a step is a node's position, results come behind. */
  private final int[] lastUse;

  private final boolean[] isRegister;
  private final List<Integer> free = new ArrayList<>();

  TileCompiler(Expression map, int inputs, Access[] access, boolean[][] alias) {
    this.map = map;
    this.inputs = inputs;
    this.access = access;
    this.alias = alias;
    List<Node> nodes = map.nodes();
    this.slots = new int[nodes.size()];
    this.lastUse = new int[nodes.size()];
    this.isRegister = new boolean[nodes.size()];
    this.operandSlots = new int[access.length];
    Arrays.fill(operandSlots, -1);
    Arrays.fill(slots, -1);
    Arrays.fill(lastUse, -1);
    findLastUses();
    for (int at = 0; at < nodes.size(); at++) {
      if (lastUse[at] >= 0 && !(nodes.get(at) instanceof Node.Apply)) {
        leaf(at);
      }
    }
    boolean[] stored = new boolean[map.results().size()];
    // Results that are leaves come first: an output may be the same memory as an input, and none
    // has been written yet.
    for (int result = 0; result < stored.length; result++) {
      int at = map.results().get(result);
      if (!(nodes.get(at) instanceof Node.Apply)) {
        int target = outputFor(at, -1, stored);
        if (target >= 0) {
          move(at, slots[at], operandSlots[inputs + target]);
        } else if (!stored[result] && isAliased(at)) {
          int register = register(nodes.get(at).type());
          move(at, slots[at], register);
          slots[at] = register;
        }
      }
    }
    for (int at = 0; at < nodes.size(); at++) {
      if (lastUse[at] >= 0 && nodes.get(at) instanceof Node.Apply apply) {
        apply(at, apply, stored);
      }
    }
    for (int result = 0; result < stored.length; result++) {
      if (!stored[result]) {
        int at = map.results().get(result);
        move(at, slots[at], operandSlots[inputs + result]);
      }
    }
  }

  /** {@return the key of the loop that could do all of it, null if none could} */
  LoopKey loopKey() {
    List<Node> nodes = map.nodes();
    LoopGraph graph = new LoopGraph();
    int[] values = new int[nodes.size()];
    for (int at = 0; at < values.length; at++) {
      DType type = nodes.get(at).type();
      if (lastUse[at] < 0) {
        continue;
      }
      if (nodes.get(at) instanceof Node.Apply apply) {
        int[] arguments = apply.arguments().stream().mapToInt(i -> values[i]).toArray();
        if (!LoopGraph.takes(apply.op(), nodes.get(apply.arguments().getLast()).type())) {
          return null;
        }
        values[at] = graph.apply(apply.op(), arguments);
      } else if (!LoopGraph.takes(type)) {
        return null;
      } else {
        switch (nodes.get(at)) {
          case Node.Input(int index, DType _) ->
              values[at] = graph.leaf(operandSlots[index], type, access[index] == Access.SPLAT);
          case Node.Scalar _, Node.Constant _ -> values[at] = graph.leaf(slots[at], type, true);
          case Node.Index _, Node.Apply _ -> throw new AssertionError(nodes.get(at));
        }
      }
    }
    for (int result = 0; result < map.results().size(); result++) {
      int at = map.results().get(result);
      if (map.resultType(result) == DType.BOOL && !(nodes.get(at) instanceof Node.Apply)) {
        return null;
      }
      graph.result(values[at], operandSlots[inputs + result]);
    }
    return graph.key();
  }

  private void findLastUses() {
    List<Node> nodes = map.nodes();
    for (int result : map.results()) {
      lastUse[result] = nodes.size();
    }
    for (int at = nodes.size() - 1; at >= 0; at--) {
      if (lastUse[at] >= 0 && nodes.get(at) instanceof Node.Apply apply) {
        for (int argument : apply.arguments()) {
          lastUse[argument] = Math.max(lastUse[argument], at);
        }
      }
    }
    for (int result = 0; result < map.results().size(); result++) {
      operandSlots[inputs + result] = slot(map.resultType(result));
    }
  }

  private int slot(DType type) {
    types.add(type);
    return types.size() - 1;
  }

  private void leaf(int at) {
    switch (map.nodes().get(at)) {
      case Node.Input(int index, DType type) -> {
        if (operandSlots[index] < 0) {
          operandSlots[index] = slot(type);
        }
        slots[at] = operandSlots[index];
      }
      case Node.Scalar(int index, DType type) -> {
        slots[at] = slot(type);
        uniforms.add(new Uniform(true, index, type, slots[at]));
      }
      case Node.Constant(long bits, DType type) -> {
        slots[at] = slot(type);
        uniforms.add(new Uniform(false, bits, type, slots[at]));
      }
      case Node.Index(int axis, DType type) -> {
        slots[at] = slot(type);
        indices.add(new IndexSlot(axis, type, slots[at]));
      }
      case Node.Apply _ -> throw new AssertionError();
    }
  }

  private void apply(int at, Node.Apply apply, boolean[] stored) {
    int[] arguments = new int[3];
    for (int i = 0; i < apply.arguments().size(); i++) {
      arguments[i] = slots[apply.arguments().get(i)];
    }
    DType type = map.nodes().get(apply.arguments().getLast()).type();
    for (int argument : apply.arguments()) {
      if (lastUse[argument] == at && isRegister[argument]) {
        isRegister[argument] = false;
        free.add(slots[argument]);
      }
    }
    int output = outputFor(at, at, stored);
    if (output >= 0) {
      slots[at] = operandSlots[inputs + output];
    } else {
      slots[at] = register(apply.type());
      isRegister[at] = true;
    }
    out.add(
        new Instruction(
            kind(apply, type),
            apply.op(),
            type,
            apply.type(),
            arguments[0],
            arguments[1],
            arguments[2],
            slots[at]));
  }

  private static Kind kind(Node.Apply apply, DType type) {
    if (apply.op() == ScalarOp.CAST) {
      return Kind.CAST;
    }
    if (type != DType.F32) {
      return Kind.PLAIN;
    }
    return switch (apply.op().domain()) {
      case COMPARE -> Kind.COMPARE;
      case SELECT -> Kind.SELECT;
      default -> apply.op().arity() == 1 ? Kind.UNARY : Kind.BINARY;
    };
  }

  /**
   * {@return an output that may be written at {@code step} with the value of node {@code at}, now
   * marked as stored; -1 if there is none} It may not while an input that could be the same memory
   * is still to be read.
   */
  private int outputFor(int at, int step, boolean[] stored) {
    for (int result = 0; result < stored.length; result++) {
      if (map.results().get(result) == at && !stored[result] && isFree(result, at, step)) {
        stored[result] = true;
        return result;
      }
    }
    return -1;
  }

  private boolean isFree(int result, int value, int step) {
    if (access[inputs + result] != Access.DIRECT) {
      return true;
    }
    for (int at = 0; at < lastUse.length; at++) {
      if (lastUse[at] > step
          && at != value
          && map.nodes().get(at) instanceof Node.Input(int index, DType _)
          && alias[result][index]) {
        return false;
      }
    }
    return true;
  }

  private boolean isAliased(int at) {
    if (map.nodes().get(at) instanceof Node.Input(int index, DType _)) {
      for (boolean[] row : alias) {
        if (row[index]) {
          return true;
        }
      }
    }
    return false;
  }

  private int register(DType type) {
    for (int i = 0; i < free.size(); i++) {
      if (TileProgram.bank(types.get(free.get(i))) == TileProgram.bank(type)) {
        return free.remove(i);
      }
    }
    return slot(type);
  }

  private void move(int at, int from, int to) {
    DType type = map.nodes().get(at).type();
    out.add(new Instruction(Kind.MOVE, null, type, type, from, 0, 0, to));
  }
}
