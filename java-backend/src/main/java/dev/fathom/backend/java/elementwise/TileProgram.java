package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.loops.HotLoop;
import dev.fathom.backend.java.loops.LoopKey;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.TileLoop;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.ScalarOp;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * An {@link Expression} as instructions over tiles: each runs one operation over up to {@link
 * #TILE} elements before the next begins, with intermediate values in scratch registers that stay
 * in the first-level cache. Immutable; a thread runs it through a {@link TileState}.
 *
 * <p>Every value stands in a slot: a register, an operand read or written where it lies, an operand
 * staged in scratch, or a splat. Slots of i32 and bool are {@code int[]}, bool as 0 or 1.
 *
 * <p>Operands are numbered as in a launch: the inputs, then the outputs.
 */
final class TileProgram {
  /** The most elements of a tile. */
  static final int TILE = 512;

  /** Distance of registers in scratch; not a power of two, so that they do not evict each other. */
  private static final int SPACING = TILE + 16;

  /** How an operand lies within a tile. */
  enum Access {
    /** Dense, in an array of its value type: used where it lies. */
    DIRECT,
    /** Copied to or from scratch by the caller: strided, or stored in a narrow type. */
    STAGED,
    /** One element for the whole tile, which the caller fills in; inputs only. */
    SPLAT
  }

  /** Kinds of instructions; the first three are on f32. */
  enum Kind {
    UNARY,
    BINARY,
    COMPARE,
    SELECT,
    MOVE,
    CAST,
    PLAIN
  }

  /** A step of a program, which runs over a whole tile before the next step begins. */
  sealed interface Step permits Instruction, Segment, HotSegment {}

  /**
   * Several instructions in one loop.
   *
   * @param slots as {@link TileLoop#run} takes them
   */
  record Segment(TileLoop loop, int[] slots) implements Step {}

  /**
   * Several instructions in one loop, as soon as it is hot.
   *
   * @param slots as {@link TileLoop#run} takes them
   * @param operations how many it has
   * @param tiles does the same until then
   */
  record HotSegment(HotLoop loop, int[] slots, int operations, Step[] tiles) implements Step {}

  /**
   * One operation.
   *
   * @param type the operands' type (of SELECT: the chosen values')
   * @param to the result's type
   */
  record Instruction(Kind kind, ScalarOp op, DType type, DType to, int a, int b, int c, int d)
      implements Step {
    /** {@return the slots of the operands} */
    int[] reads() {
      int count = kind == Kind.SELECT ? 3 : op == null ? 1 : op.arity();
      return Arrays.copyOf(new int[] {a, b, c}, count);
    }
  }

  /** A position along an axis of the iteration space, which the caller fills in. */
  record IndexSlot(int axis, DType type, int slot) {}

  /** A value that is the same in the whole launch: a run-time scalar, or a constant's bits. */
  record Uniform(boolean scalar, long value, DType type, int slot) {}

  final Step[] steps;
  final int inputs;
  final Access[] access;

  /** The slot of each operand, -1 for an input that is not used. */
  final int[] operandSlots;

  final DType[] slotTypes;

  /** Where each slot lies in scratch; for direct operands, where a tail of a tile lies. */
  final int[] homes;

  final IndexSlot[] indices;
  final Uniform[] uniforms;

  /** Scratch elements wanted: of float, double, int, long. */
  final int[] scratch = new int[4];

  /** Whether one loop does all of it: the only step. */
  final boolean isLoop;

  private final List<LoopSource.Missing> missing;
  private final Supplier<TileProgram> again;

  private TileProgram(TileCompiler compiler, Loops loops, Supplier<TileProgram> again) {
    this.again = again;
    this.inputs = compiler.inputs;
    this.access = compiler.access;
    this.operandSlots = compiler.operandSlots;
    this.slotTypes = compiler.types.toArray(DType[]::new);
    this.indices = compiler.indices.toArray(IndexSlot[]::new);
    this.uniforms = compiler.uniforms.toArray(Uniform[]::new);
    this.homes = new int[slotTypes.length];
    LoopSource source = new LoopSource(loops);
    this.steps = steps(compiler, source, loops).toArray(Step[]::new);
    this.isLoop = steps.length == 1 && steps[0] instanceof Segment;
    this.missing = List.copyOf(source.missing());
    boolean[] direct = new boolean[slotTypes.length];
    for (int operand = 0; operand < operandSlots.length; operand++) {
      if (operandSlots[operand] >= 0 && access[operand] == Access.DIRECT) {
        direct[operandSlots[operand]] = true;
      }
    }
    for (int slot = 0; slot < slotTypes.length; slot++) {
      int bank = bank(slotTypes[slot]);
      homes[slot] = scratch[bank];
      scratch[bank] += direct[slot] ? 80 : SPACING;
    }
  }

  private List<? extends Step> steps(TileCompiler compiler, LoopSource source, Loops loops) {
    if (!loops.fuses()) {
      return compiler.out;
    }
    LoopKey key = compiler.loopKey();
    if (key == null) {
      return segments(compiler, source);
    }
    LoopSource parts = source.generatedOnly();
    Optional<Step> whole = source.step(key, compiler.out.size(), () -> segments(compiler, parts));
    return whole.isPresent() ? List.of(whole.get()) : segments(compiler, parts);
  }

  private List<Step> segments(TileCompiler compiler, LoopSource source) {
    return new TileSegments(compiler.out, uniformSlots(), outputSlots(), source).steps();
  }

  /** {@return whether a loop was made since that computes the whole program} */
  boolean isOutdated() {
    return steps.length == 1 && steps[0] instanceof HotSegment hot && hot.loop().loop() != null;
  }

  /** {@return this program, or the one to run now if it is outdated} */
  TileProgram current() {
    return isOutdated() ? again.get() : this;
  }

  /** {@return a sentence for each loop that was not generated} */
  List<String> remarks() {
    return missing.stream().map(LoopSource.Missing::toString).toList();
  }

  private Set<Integer> uniformSlots() {
    Set<Integer> found = new HashSet<>();
    for (Uniform each : uniforms) {
      found.add(each.slot());
    }
    for (int operand = 0; operand < inputs; operand++) {
      if (access[operand] == Access.SPLAT) {
        found.add(operandSlots[operand]);
      }
    }
    return found;
  }

  private Set<Integer> outputSlots() {
    return Arrays.stream(operandSlots, inputs, operandSlots.length)
        .boxed()
        .collect(Collectors.toSet());
  }

  /** {@return whether no operand is staged} */
  boolean isInPlace() {
    for (Access each : access) {
      if (each == Access.STAGED) {
        return false;
      }
    }
    return true;
  }

  /** {@return which array a type lies in: 0 float, 1 double, 2 int, 3 long} */
  static int bank(DType type) {
    return switch (type) {
      case F32 -> 0;
      case F64 -> 1;
      case I64 -> 3;
      default -> 2;
    };
  }

  /**
   * Compiles an expression.
   *
   * @param access of each input, then of each output
   * @param alias whether output {@code o} may be the same memory as input {@code i}, by {@code
   *     [o][i]}
   */
  static TileProgram compile(
      Expression map, int inputs, Access[] access, boolean[][] alias, Loops loops) {
    return new TileProgram(
        new TileCompiler(map, inputs, access, alias),
        loops,
        () -> compile(map, inputs, access, alias, loops));
  }
}
