package dev.fathom.backend.java.loops;

import dev.fathom.spi.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Loops that nobody wrote, spelled as a {@link LoopKey} may not be. */
public final class RandomLoops {
  private static final List<ScalarOp> OPERATIONS =
      List.of(
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

  private RandomLoops() {}

  /** {@return a loop of so many operations, by a text like that of a key} */
  public static String text(Random random, int operations) {
    StringBuilder kinds = new StringBuilder("xx");
    for (int i = random.nextInt(6); i > 0; i--) {
      kinds.append("xmub".charAt(random.nextInt(4)));
    }
    List<Integer> numbers = new ArrayList<>();
    List<Integer> flags = new ArrayList<>();
    for (int i = 0; i < kinds.length(); i++) {
      (LoopGenerator.type(kinds.charAt(i)).isFloating() ? numbers : flags).add(i);
    }
    List<String> steps = new ArrayList<>();
    List<Integer> computed = new ArrayList<>();
    while (steps.size() < operations) {
      ScalarOp op = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
      boolean onFlags = op.domain() == ScalarOp.Domain.BITS;
      if ((onFlags || op == ScalarOp.SELECT) && flags.isEmpty()) {
        continue;
      }
      StringBuilder step = new StringBuilder(op.label());
      for (int i = 0; i < op.arity(); i++) {
        boolean flag = onFlags || op == ScalarOp.SELECT && i == 0;
        step.append(' ').append(recent(random, flag ? flags : numbers));
      }
      int value = kinds.length() + steps.size();
      steps.add(step.toString());
      computed.add(value);
      (onFlags || op.domain() == ScalarOp.Domain.COMPARE ? flags : numbers).add(value);
    }
    Collections.shuffle(computed, random);
    List<Integer> results = new ArrayList<>(computed.subList(0, Math.min(3, computed.size())));
    return join(kinds, steps, results);
  }

  /** Mostly one of the last, so that there are long chains. */
  private static int recent(Random random, List<Integer> values) {
    int back = Math.min(values.size(), random.nextBoolean() ? 3 : values.size());
    return values.get(values.size() - 1 - random.nextInt(back));
  }

  private static String join(CharSequence kinds, List<String> steps, List<Integer> results) {
    return kinds
        + "|"
        + String.join(";", steps)
        + "|"
        + results.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /**
   * {@return the same loop with its leaves and results in another order, operations as early or as
   * late as they can be, and operands the other way round where that makes no difference} Slots are
   * those of {@code graph}.
   */
  static LoopGraph respell(LoopGraph graph, Random random) {
    List<LoopGraph.Value> values = graph.values();
    int[] slots = new int[values.size()];
    int leaves = 0;
    for (int at = 0; at < slots.length; at++) {
      slots[at] = values.get(at).isLeaf() ? leaves++ : -1;
    }
    LoopGraph other = new LoopGraph();
    int[] numbers = new int[slots.length];
    Arrays.fill(numbers, -1);
    List<Integer> open = IntStream.range(0, slots.length).boxed().collect(Collectors.toList());
    while (!open.isEmpty()) {
      int at = open.get(random.nextInt(open.size()));
      LoopGraph.Value value = values.get(at);
      if (Arrays.stream(value.arguments()).anyMatch(argument -> numbers[argument] < 0)) {
        continue;
      }
      open.remove(Integer.valueOf(at));
      if (value.isLeaf()) {
        boolean uniform = value.kind() == 'u' || value.kind() == 'b';
        numbers[at] = other.leaf(slots[at], LoopGenerator.type(value.kind()), uniform);
        continue;
      }
      int[] arguments = Arrays.stream(value.arguments()).map(i -> numbers[i]).toArray();
      if (commutes(value.op()) && random.nextBoolean()) {
        arguments = new int[] {arguments[1], arguments[0]};
      }
      numbers[at] = other.apply(value.op(), arguments);
    }
    List<Integer> order =
        IntStream.range(0, graph.results().size()).boxed().collect(Collectors.toList());
    Collections.shuffle(order, random);
    for (int result : order) {
      other.result(numbers[graph.results().get(result)], leaves + result);
    }
    return other;
  }

  private static boolean commutes(ScalarOp op) {
    return switch (op) {
      case ADD, MULTIPLY, MIN, MAX, EQUAL, NOT_EQUAL, AND, OR -> true;
      default -> false;
    };
  }
}
