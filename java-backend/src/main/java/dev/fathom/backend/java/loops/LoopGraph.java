package dev.fathom.backend.java.loops;

import dev.fathom.spi.DType;
import dev.fathom.spi.ScalarOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The values of a loop: leaves, operations on earlier values, and results. Builds the {@link
 * LoopKey}. Not thread-safe.
 */
public final class LoopGraph {
  /** The operations on f32, or on bool. */
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

  private static final Set<ScalarOp> COMMUTATIVE =
      EnumSet.of(
          ScalarOp.ADD,
          ScalarOp.MULTIPLY,
          ScalarOp.MIN,
          ScalarOp.MAX,
          ScalarOp.EQUAL,
          ScalarOp.NOT_EQUAL,
          ScalarOp.AND,
          ScalarOp.OR);

  /** The kind of a value that is computed. */
  private static final char COMPUTED = ' ';

  /**
   * The order, by kind, of operands that may be exchanged: arrays, computed values, single numbers.
   */
  private static final String ORDER = "xm" + COMPUTED + "ub";

  /** A value; a leaf has no operation. */
  record Value(char kind, ScalarOp op, int[] arguments) {
    boolean isLeaf() {
      return op == null;
    }

    private boolean isCommutative() {
      return COMMUTATIVE.contains(op);
    }
  }

  private final List<Value> values = new ArrayList<>();
  private final Map<Integer, Integer> leaves = new HashMap<>();
  private final List<Integer> leafSlots = new ArrayList<>();
  private final List<Integer> results = new ArrayList<>();
  private final List<Integer> resultSlots = new ArrayList<>();

  /**
   * {@return whether loops have {@code op} on operands of {@code type} (of SELECT, the values')}
   */
  public static boolean takes(ScalarOp op, DType type) {
    boolean onFlags = op.domain() == ScalarOp.Domain.BITS;
    return KNOWN.contains(op) && type == (onFlags ? DType.BOOL : DType.F32);
  }

  /** {@return whether leaves and results can be of this type} */
  public static boolean takes(DType type) {
    return type == DType.F32 || type == DType.BOOL;
  }

  /**
   * {@return the number of the value that stands in {@code slot} when the loop begins}
   *
   * @param type f32 or bool
   * @param uniform whether it is one value for the whole tile
   */
  public int leaf(int slot, DType type, boolean uniform) {
    Integer known = leaves.get(slot);
    if (known != null) {
      return known;
    }
    boolean flag = type == DType.BOOL;
    int fresh = leaf(slot, uniform ? flag ? 'b' : 'u' : flag ? 'm' : 'x');
    leaves.put(slot, fresh);
    return fresh;
  }

  private int leaf(int slot, char kind) {
    leafSlots.add(slot);
    values.add(new Value(kind, null, new int[0]));
    return values.size() - 1;
  }

  /** {@return the number of the value of {@code op} on earlier ones} */
  public int apply(ScalarOp op, int... arguments) {
    leafSlots.add(-1);
    values.add(new Value(COMPUTED, op, arguments));
    return values.size() - 1;
  }

  /** Stores a value in {@code slot} at the end. */
  public void result(int value, int slot) {
    results.add(value);
    resultSlots.add(slot);
  }

  /** {@return the values, each behind its arguments} */
  List<Value> values() {
    return values;
  }

  /** {@return the numbers of the values that are results} */
  List<Integer> results() {
    return results;
  }

  /** {@return the loop of that name; slot k is that of leaf k, then of the results} */
  static LoopGraph parse(String key) {
    String[] parts = key.split("\\|", -1);
    LoopGraph graph = new LoopGraph();
    for (int i = 0; i < parts[0].length(); i++) {
      graph.leaf(i, parts[0].charAt(i));
    }
    for (String step : parts[1].isEmpty() ? new String[0] : parts[1].split(";")) {
      String[] words = step.split(" ");
      int[] arguments = Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
      graph.apply(ScalarOp.valueOf(words[0].toUpperCase(Locale.ROOT)), arguments);
    }
    for (String result : parts[2].split(" ")) {
      graph.result(Integer.parseInt(result), parts[0].length() + graph.results.size());
    }
    return graph;
  }

  /**
   * {@return the name of the loop and its slots} Values are numbered in an order that follows from
   * the graph alone: from the results on, arguments first. Where operands may change places, or
   * results, the colours of the values decide.
   */
  public LoopKey key() {
    return new Naming().key();
  }

  /** Numbers the values for the key. */
  private final class Naming {
    private final long[] colours = colours();
    private final int[] numbers = new int[values.size()];
    private final List<Integer> leafOrder = new ArrayList<>();
    private final List<Integer> operationOrder = new ArrayList<>();

    LoopKey key() {
      Arrays.fill(numbers, -1);
      int[] order = resultOrder();
      for (int result : order) {
        visit(results.get(result));
      }
      StringBuilder text = new StringBuilder();
      int[] slots = new int[leafOrder.size() + order.length];
      for (int i = 0; i < leafOrder.size(); i++) {
        text.append(kind(leafOrder.get(i)));
        slots[i] = leafSlots.get(leafOrder.get(i));
      }
      for (int value : operationOrder) {
        numbers[value] += leafOrder.size();
      }
      char separator = '|';
      for (int value : operationOrder) {
        text.append(separator).append(values.get(value).op().label());
        for (int argument : arguments(value)) {
          text.append(' ').append(numbers[argument]);
        }
        separator = ';';
      }
      separator = '|';
      for (int i = 0; i < order.length; i++) {
        text.append(separator).append(numbers[results.get(order[i])]);
        slots[leafOrder.size() + i] = resultSlots.get(order[i]);
        separator = ' ';
      }
      return new LoopKey(text.toString(), slots);
    }

    /** {@return the results in the order of the key} */
    private int[] resultOrder() {
      int[] order = new int[results.size()];
      for (int i = 0; i < order.length; i++) {
        int at = i;
        for (; at > 0 && before(results.get(i), results.get(order[at - 1])); at--) {
          order[at] = order[at - 1];
        }
        order[at] = i;
      }
      return order;
    }

    private void visit(int at) {
      if (numbers[at] >= 0) {
        return;
      }
      for (int argument : arguments(at)) {
        visit(argument);
      }
      List<Integer> order = values.get(at).isLeaf() ? leafOrder : operationOrder;
      numbers[at] = order.size();
      order.add(at);
    }

    /** {@return the operands in the order of the key} */
    private int[] arguments(int at) {
      int[] arguments = values.get(at).arguments();
      return values.get(at).isCommutative() && before(arguments[1], arguments[0])
          ? new int[] {arguments[1], arguments[0]}
          : arguments;
    }

    private boolean before(int one, int other) {
      int kinds = ORDER.indexOf(kind(one)) - ORDER.indexOf(kind(other));
      return kinds < 0 || kinds == 0 && colours[one] < colours[other];
    }

    private char kind(int at) {
      return values.get(at).kind();
    }
  }

  /**
   * {@return a colour for each value, a number that follows from its arguments and its users and
   * differs from those of all other values} Colour refinement (Weisfeiler and Leman, 1968). Of
   * values that it cannot tell apart, such as the two products of {@code x * x + y * y}, the first
   * is given a colour of its own. If such values are not exchangeable after all, a loop may have
   * two keys and is made twice.
   */
  private long[] colours() {
    long[] colours = new long[values.size()];
    for (int at = 0; at < colours.length; at++) {
      Value value = values.get(at);
      colours[at] = mix(value.isLeaf() ? value.kind() : 1000 + value.op().ordinal());
    }
    for (int result : results) {
      colours[result] = mix(colours[result] + 1);
    }
    long[] refined = refine(colours);
    for (int twin = twin(refined); twin >= 0; twin = twin(refined)) {
      refined[twin] = mix(refined[twin] + 1);
      refined = refine(refined);
    }
    return refined;
  }

  private long[] refine(long[] colours) {
    long[] current = colours;
    int before;
    int count = different(colours);
    do {
      before = count;
      current = refineOnce(current);
      count = different(current);
    } while (count > before);
    return current;
  }

  private static int different(long[] colours) {
    long[] sorted = colours.clone();
    Arrays.sort(sorted);
    int count = 1;
    for (int i = 1; i < sorted.length; i++) {
      count += sorted[i] == sorted[i - 1] ? 0 : 1;
    }
    return count;
  }

  private long[] refineOnce(long[] colours) {
    long[] next = new long[colours.length];
    for (int at = 0; at < colours.length; at++) {
      next[at] += mix(colours[at]);
      Value value = values.get(at);
      for (int i = 0; i < value.arguments().length; i++) {
        int place = value.isCommutative() ? 0 : i;
        int argument = value.arguments()[i];
        next[at] += mix(colours[argument] + 2 * place + 1);
        next[argument] += mix(~colours[at] + 2 * place + 1);
      }
    }
    for (int at = 0; at < next.length; at++) {
      next[at] = mix(next[at]);
    }
    return next;
  }

  /** {@return the first value with the least colour that several have, -1 if all differ} */
  private static int twin(long[] colours) {
    long[] sorted = colours.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        int first = 0;
        while (colours[first] != sorted[i]) {
          first++;
        }
        return first;
      }
    }
    return -1;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long z) {
    long a = (z + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
