package dev.fathom.backend.java.loops;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Expression.Node;
import dev.fathom.spi.ScalarOp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What makes two expressions the same loop: neither shapes nor the values of constants. The text
 * is, for {@code relu(x + bias)} with a bias that is one value a row, {@code xu|add 0 1;relu 2|3}:
 * the kinds of the leaves (x an array, m an array of bool, u one f32 value, b one bool), the
 * operations on earlier numbers, and the results.
 *
 * @param text the key
 * @param slots the slots of the leaves in the order of their numbers
 */
public record LoopKey(String text, int[] slots) {
  private static final Set<ScalarOp> KNOWN =
      EnumSet.of(
          ScalarOp.NEGATE,
          ScalarOp.ABS,
          ScalarOp.RELU,
          ScalarOp.SQRT,
          ScalarOp.RSQRT,
          ScalarOp.ADD,
          ScalarOp.SUBTRACT,
          ScalarOp.MULTIPLY,
          ScalarOp.DIVIDE,
          ScalarOp.MIN,
          ScalarOp.MAX,
          ScalarOp.EQUAL,
          ScalarOp.NOT_EQUAL,
          ScalarOp.LESS,
          ScalarOp.LESS_EQUAL,
          ScalarOp.NOT,
          ScalarOp.AND,
          ScalarOp.OR,
          ScalarOp.SELECT);

  /** {@return whether loops can have {@code op}} */
  public static boolean knows(ScalarOp op) {
    return KNOWN.contains(op);
  }

  /**
   * {@return the key of an expression, if a loop could do it}
   *
   * @param nodeSlots the slot of each node, -1 for one that is not used
   * @param uniform whether a leaf is one value for the whole tile
   */
  public static Optional<LoopKey> of(Expression map, int[] nodeSlots, boolean[] uniform) {
    List<Node> nodes = map.nodes();
    int[] numbers = new int[nodes.size()];
    StringBuilder kinds = new StringBuilder();
    List<Integer> slots = new ArrayList<>();
    for (int at = 0; at < numbers.length; at++) {
      if (nodeSlots[at] >= 0 && !(nodes.get(at) instanceof Node.Apply)) {
        boolean isFlag = nodes.get(at).type() == DType.BOOL;
        if (nodes.get(at).type() != DType.F32 && !isFlag) {
          return Optional.empty();
        }
        numbers[at] = slots.indexOf(nodeSlots[at]);
        if (numbers[at] < 0) {
          numbers[at] = slots.size();
          slots.add(nodeSlots[at]);
          kinds.append(isFlag ? uniform[at] ? 'b' : 'm' : uniform[at] ? 'u' : 'x');
        }
      }
    }
    int next = slots.size();
    List<String> steps = new ArrayList<>();
    for (int at = 0; at < numbers.length; at++) {
      if (nodeSlots[at] >= 0 && nodes.get(at) instanceof Node.Apply apply) {
        if (!KNOWN.contains(apply.op()) || !isKnown(apply, nodes)) {
          return Optional.empty();
        }
        StringBuilder step = new StringBuilder(apply.op().label());
        apply.arguments().forEach(argument -> step.append(' ').append(numbers[argument]));
        steps.add(step.toString());
        numbers[at] = next++;
      }
    }
    List<String> results = new ArrayList<>();
    for (int result : map.results()) {
      DType type = nodes.get(result).type();
      if (type != DType.F32 && !(type == DType.BOOL && nodes.get(result) instanceof Node.Apply)) {
        return Optional.empty();
      }
      results.add(Integer.toString(numbers[result]));
    }
    return Optional.of(of(kinds, steps, results, slots));
  }

  /** {@return the key of a loop of these parts} */
  public static LoopKey of(
      CharSequence kinds, List<String> steps, List<String> results, List<Integer> slots) {
    String text = kinds + "|" + String.join(";", steps) + "|" + String.join(" ", results);
    return new LoopKey(text, slots.stream().mapToInt(Integer::intValue).toArray());
  }

  /** {@return whether numbers are f32, and bool is computed from bool or from f32 alone} */
  private static boolean isKnown(Node.Apply apply, List<Node> nodes) {
    DType type = nodes.get(apply.arguments().getLast()).type();
    return switch (apply.op().domain()) {
      case BITS -> type == DType.BOOL;
      default -> type == DType.F32;
    };
  }
}
