package dev.fathom.backend.java.loops;

import dev.fathom.backend.java.loops.LoopGraph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a loop, as calls of the Vector API: the same as {@link VectorLoops} does, operation
 * by operation, so that the bits are the same. {@code LoopGenerator} of the tests writes it as
 * Java, {@link LoopEmitter} as bytecode.
 *
 * @param leaves how each leaf comes to its variable; those that are arrays anew at each turn
 * @param operations the further variables, in this order
 * @param results the values that are stored at the end of each turn
 */
record LoopCode(List<Leaf> leaves, List<Term> operations, List<Term> results) {

  /** The type of a variable. */
  enum Type {
    FLOATS,
    INTS,
    FLOAT_MASK,
    INT_MASK;

    boolean isMask() {
      return this == FLOAT_MASK || this == INT_MASK;
    }
  }

  /** A leaf; one that is uniform is made before the loop. */
  record Leaf(boolean uniform, Term term) {}

  /** An argument of a call. */
  sealed interface Argument {}

  /** A value of one of the types. */
  sealed interface Term extends Argument {
    Type type();
  }

  /** Variable {@code number}: first come the leaves, then the operations. */
  record Variable(int number, Type type) implements Term {}

  /** A vector of the array of a leaf, FLOATS or INTS. */
  record Load(int leaf, Type type) implements Term {}

  /** The one element of a leaf in all lanes: f32, or of bool as 0 or 1. */
  record Uniform(int leaf, boolean flag) implements Term {
    @Override
    public Type type() {
      return Type.FLOATS;
    }
  }

  /** A number in all lanes. */
  record Splat(float number) implements Term {
    @Override
    public Type type() {
      return Type.FLOATS;
    }
  }

  /** {@code on.method(arguments)}. */
  record Call(Term on, String method, List<Argument> arguments, Type type) implements Term {}

  /** A number: a Float or an Integer. */
  record Number(java.lang.Number value) implements Argument {}

  /** A constant of {@link jdk.incubator.vector.VectorOperators}. */
  record Comparison(String name) implements Argument {}

  /** The species of f32. */
  record Species() implements Argument {}

  /** The float whose bits are those of the int 1, so that blending floats makes a bool. */
  static final float TRUE = Float.intBitsToFloat(1);

  /** {@return the code of the loop of that name} */
  static LoopCode of(String key) {
    LoopGraph graph = LoopGraph.parse(key);
    List<Leaf> leaves = new ArrayList<>();
    List<Term> operations = new ArrayList<>();
    List<Variable> variables = new ArrayList<>();
    for (Value value : graph.values()) {
      Term term;
      if (value.isLeaf()) {
        term = leaf(leaves.size(), value.kind());
        leaves.add(new Leaf(value.kind() == 'u' || value.kind() == 'b', term));
      } else {
        term = operation(value, variables);
        operations.add(term);
      }
      variables.add(new Variable(variables.size(), term.type()));
    }
    List<Term> results = graph.results().stream().map(at -> result(variables.get(at))).toList();
    return new LoopCode(leaves, operations, results);
  }

  /** {@return the code of an operation} */
  private static Term operation(Value value, List<Variable> variables) {
    List<Variable> of = new ArrayList<>();
    for (int argument : value.arguments()) {
      of.add(variables.get(argument));
    }
    Variable x = of.getFirst();
    Variable y = of.getLast();
    return switch (value.op()) {
      case NEGATE -> floats(x, "neg");
      case ABS -> floats(x, "abs");
      case RELU -> floats(x, "blend", number(0f), compare(x, "LE", number(0f)));
      case SQRT -> floats(x, "sqrt");
      case RSQRT -> floats(new Splat(1f), "div", floats(x, "sqrt"));
      case ADD -> floats(x, "add", y);
      case SUBTRACT -> floats(x, "sub", y);
      case MULTIPLY -> floats(x, "mul", y);
      case DIVIDE -> floats(x, "div", y);
      case MIN -> floats(x, "min", y);
      case MAX -> floats(x, "max", y);
      case EQUAL -> compare(x, "EQ", y);
      case NOT_EQUAL -> compare(x, "NE", y);
      case LESS -> compare(x, "LT", y);
      case LESS_EQUAL -> compare(x, "LE", y);
      case NOT -> new Call(mask(x), "not", List.of(), Type.FLOAT_MASK);
      case AND -> new Call(mask(x), "and", List.of(mask(y)), Type.FLOAT_MASK);
      case OR -> new Call(mask(x), "or", List.of(mask(y)), Type.FLOAT_MASK);
      case SELECT -> select(x, of.get(1), y);
      default -> throw new IllegalArgumentException("[loop] no code for " + value.op().label());
    };
  }

  private static Term leaf(int number, char kind) {
    return switch (kind) {
      case 'x' -> new Load(number, Type.FLOATS);
      case 'm' -> {
        Load ints = new Load(number, Type.INTS);
        List<Argument> notZero = List.of(new Comparison("NE"), number(0));
        yield new Call(ints, "compare", notZero, Type.INT_MASK);
      }
      case 'u' -> new Uniform(number, false);
      case 'b' -> compare(new Uniform(number, true), "NE", number(0f));
      default -> throw new IllegalArgumentException("[loop] no leaf of kind " + kind);
    };
  }

  private static Term select(Variable condition, Variable chosen, Variable otherwise) {
    if (condition.type() == Type.FLOAT_MASK) {
      return floats(otherwise, "blend", chosen, condition);
    }
    Term ints = new Call(ints(otherwise), "blend", List.of(ints(chosen), condition), Type.INTS);
    return floats(ints, "reinterpretAsFloats");
  }

  /** {@return a bool as 0 or 1 in INTS, numbers as they are} */
  private static Term result(Variable value) {
    return value.type().isMask()
        ? ints(floats(new Splat(0f), "blend", number(TRUE), mask(value)))
        : value;
  }

  private static Term ints(Term floats) {
    return new Call(floats, "reinterpretAsInts", List.of(), Type.INTS);
  }

  /** Makes a mask of floats from one of ints. */
  private static Term mask(Variable mask) {
    return mask.type() == Type.INT_MASK
        ? new Call(mask, "cast", List.of(new Species()), Type.FLOAT_MASK)
        : mask;
  }

  private static Term floats(Term on, String method, Argument... arguments) {
    return new Call(on, method, List.of(arguments), Type.FLOATS);
  }

  private static Term compare(Term x, String how, Argument y) {
    return new Call(x, "compare", List.of(new Comparison(how), y), Type.FLOAT_MASK);
  }

  private static Number number(java.lang.Number value) {
    return new Number(value);
  }
}
