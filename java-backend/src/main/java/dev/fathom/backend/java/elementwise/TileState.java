package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.elementwise.TileProgram.Instruction;
import dev.fathom.backend.java.elementwise.TileProgram.Uniform;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.loops.TileLoop;
import dev.fathom.backend.java.memory.FloatRows;
import dev.fathom.backend.java.memory.Tiles;
import dev.fathom.spi.DType;
import java.util.Arrays;

/**
 * The scratch memory in which one thread runs {@link TileProgram}s. Use: {@link #bind} once a task;
 * then for each tile fill the staged and splat inputs, {@link #run}, and take the staged outputs.
 * Memory grows to the largest program and is then kept.
 */
public final class TileState {
  /** How many programs a thread may have under way at once, for example two prologues. */
  private static final int LEVELS = 4;

  private static final ThreadLocal<TileState[]> LOCAL =
      ThreadLocal.withInitial(() -> new TileState[LEVELS]);

  /** The arrays and offsets of the slots, by type; only the one of the slot's type has meaning. */
  float[][] f = {};

  double[][] d = {};
  int[][] i = {};
  long[][] l = {};
  int[] at = {};

  /** Where each operand begins in its array; for the kernel that runs the program. */
  int[] bases = {};

  /** Where the tile begins in the array of each operand. */
  int[] offsets = {};

  /** The offset whose elements a staged or splat input holds, -1 for none. */
  int[] staged = {};

  /** An index in the result's shape, for the kernel that runs the program. */
  int[] index = {};

  /** Walks the boxes of a nest for the kernel that runs the program. */
  final BoxCursor cursor = new BoxCursor(this);

  /** The running result of the kernel that reduces the values of the program. */
  final Fold fold = new Fold();

  private final float[] temp = new float[TileProgram.TILE];
  private float[] floats = {};
  private double[] doubles = {};
  private int[] ints = {};
  private long[] longs = {};

  private TileProgram program;
  private Loops loops;
  private int width;
  private Object[] operands = {};

  private TileState() {}

  /**
   * {@return this thread's state number {@code level}} A kernel that runs several programs at once
   * takes several levels, 0 to 3.
   */
  static TileState local(int level) {
    TileState[] states = LOCAL.get();
    if (states[level] == null) {
      states[level] = new TileState();
    }
    return states[level];
  }

  /** Lets go of the operands' arrays, which may be large and dropped by now. */
  void release() {
    if (program != null) {
      for (int slot = 0; slot < program.slotTypes.length; slot++) {
        home(slot);
      }
      Arrays.fill(operands, null);
    }
  }

  /** Prepares for {@code program}: assigns scratch and fills in scalars and constants. */
  void bind(TileProgram program, Loops loops, long[] scalars) {
    release();
    this.program = program;
    this.loops = loops;
    this.width = loops.width();
    int slots = program.slotTypes.length;
    if (at.length < slots) {
      f = new float[slots][];
      d = new double[slots][];
      i = new int[slots][];
      l = new long[slots][];
      at = new int[slots];
    }
    if (operands.length < program.access.length) {
      operands = new Object[program.access.length];
      bases = new int[program.access.length];
      offsets = new int[program.access.length];
      staged = new int[program.access.length];
    }
    Arrays.fill(staged, -1);
    grow(program.scratch);
    for (int slot = 0; slot < slots; slot++) {
      home(slot);
    }
    for (Uniform uniform : program.uniforms) {
      splat(uniform.slot(), uniform.scalar() ? scalars[(int) uniform.value()] : uniform.value());
    }
  }

  private void grow(int[] scratch) {
    if (floats.length < scratch[0]) {
      floats = new float[scratch[0]];
    }
    if (doubles.length < scratch[1]) {
      doubles = new double[scratch[1]];
    }
    if (ints.length < scratch[2]) {
      ints = new int[scratch[2]];
    }
    if (longs.length < scratch[3]) {
      longs = new long[scratch[3]];
    }
  }

  private void home(int slot) {
    f[slot] = floats;
    d[slot] = doubles;
    i[slot] = ints;
    l[slot] = longs;
    at[slot] = program.homes[slot];
  }

  /** Says in which array an operand lies. */
  void operand(int operand, Object array) {
    operands[operand] = array;
  }

  /** {@return the array in which an operand lies} */
  Object operand(int operand) {
    return operands[operand];
  }

  /** Brings {@code n} elements, {@code stride} apart, of an input to its place {@code at}. */
  void load(DType dtype, int operand, int offset, int stride, int place, int n) {
    int slot = program.operandSlots[operand];
    int home = program.homes[slot] + place;
    Tiles.load(dtype, operands[operand], offset, stride, bank(slot), home, n);
  }

  /** Takes {@code n} elements of an output from {@code place} to where they belong. */
  void store(DType dtype, int operand, int offset, int stride, int place, int n) {
    int slot = program.operandSlots[operand];
    int home = program.homes[slot] + place;
    Tiles.store(dtype, operands[operand], offset, stride, bank(slot), home, n);
  }

  /** Fills the tile of an input with the element at {@code offset}. */
  void splat(DType dtype, int operand, int offset) {
    splat(program.operandSlots[operand], Tiles.bits(dtype, operands[operand], offset));
  }

  /** {@return the scratch array in which a staged operand is expected or found} */
  Object staging(int operand) {
    return bank(program.operandSlots[operand]);
  }

  private Object bank(int slot) {
    return switch (program.slotTypes[slot]) {
      case F32 -> floats;
      case F64 -> doubles;
      case I64 -> longs;
      default -> ints;
    };
  }

  /** {@return where in {@link #staging} it begins} */
  int stagingOffset(int operand) {
    return program.homes[program.operandSlots[operand]];
  }

  /** Fills the tile of an input with one value, given as raw bits; a loop reads the first alone. */
  void splat(int slot, long bits) {
    int from = program.homes[slot];
    int to = from + (program.isLoop ? 1 : TileProgram.TILE);
    switch (program.slotTypes[slot]) {
      case F32 -> FloatRows.fill(floats, from, to, Float.intBitsToFloat((int) bits));
      case F64 -> Arrays.fill(doubles, from, to, Double.longBitsToDouble(bits));
      case I64 -> Arrays.fill(longs, from, to, bits);
      default -> Arrays.fill(ints, from, to, (int) bits);
    }
  }

  /** Fills in the positions {@code start + k} of an index slot, each {@code repeat} times over. */
  void positions(int slot, int start, int count, int repeat, int n) {
    int home = program.homes[slot];
    boolean wide = program.slotTypes[slot] == DType.I64;
    int k = 0;
    for (int at = 0; at < n; ) {
      for (int r = 0; r < repeat; r++, at++) {
        if (wide) {
          longs[home + at] = start + k;
        } else {
          ints[home + at] = start + k;
        }
      }
      k = k + 1 == count ? 0 : k + 1;
    }
  }

  /**
   * Runs the program over a tile that begins at {@link #offsets}.
   *
   * @param n 0 to {@link TileProgram#TILE} elements
   */
  void run(int n) {
    int main = n - n % width;
    if (main > 0) {
      for (int operand = 0; operand < program.access.length; operand++) {
        int slot = program.operandSlots[operand];
        if (slot >= 0 && program.access[operand] == Access.DIRECT) {
          attach(slot, operands[operand], offsets[operand]);
        }
      }
      execute(main);
    }
    if (main < n) {
      tail(main, n - main);
    }
  }

  private void attach(int slot, Object array, int offset) {
    switch (program.slotTypes[slot]) {
      case F32 -> f[slot] = (float[]) array;
      case F64 -> d[slot] = (double[]) array;
      case I64 -> l[slot] = (long[]) array;
      default -> i[slot] = (int[]) array;
    }
    at[slot] = offset;
  }

  /** The last elements, fewer than a vector: direct operands are copied to scratch and back. */
  private void tail(int from, int n) {
    for (int operand = 0; operand < program.access.length; operand++) {
      int slot = program.operandSlots[operand];
      if (slot >= 0) {
        home(slot);
        if (program.access[operand] == Access.STAGED) {
          at[slot] += from;
        } else if (program.access[operand] == Access.DIRECT && operand < program.inputs) {
          int source = offsets[operand] + from;
          System.arraycopy(operands[operand], source, bank(slot), at[slot], n);
        }
      }
    }
    for (TileProgram.IndexSlot index : program.indices) {
      at[index.slot()] += from;
    }
    execute(width);
    for (TileProgram.IndexSlot index : program.indices) {
      at[index.slot()] -= from;
    }
    for (int operand = 0; operand < program.access.length; operand++) {
      int slot = program.operandSlots[operand];
      if (slot >= 0 && program.access[operand] == Access.STAGED) {
        at[slot] -= from;
      } else if (program.access[operand] == Access.DIRECT && operand >= program.inputs) {
        int target = offsets[operand] + from;
        System.arraycopy(bank(slot), at[slot], operands[operand], target, n);
      }
    }
  }

  private void execute(int n) {
    for (TileProgram.Step step : program.steps) {
      execute(step, n);
    }
  }

  private void execute(TileProgram.Step step, int n) {
    switch (step) {
      case Instruction instruction -> execute(instruction, n);
      case TileProgram.Segment(TileLoop loop, int[] slots) -> loop.run(f, i, at, slots, n);
      case TileProgram.HotSegment hot -> execute(hot, n);
    }
  }

  private void execute(TileProgram.HotSegment hot, int n) {
    TileLoop loop = hot.loop().loop();
    if (loop != null) {
      loop.run(f, i, at, hot.slots(), n);
      return;
    }
    for (TileProgram.Step step : hot.tiles()) {
      execute(step, n);
    }
    hot.loop().count((long) n * hot.operations());
  }

  private void execute(Instruction step, int n) {
    int a = step.a();
    int b = step.b();
    int c = step.c();
    int to = step.d();
    switch (step.kind()) {
      case UNARY -> loops.unary(step.op(), f[a], at[a], f[to], at[to], n, temp);
      case BINARY -> loops.binary(step.op(), f[a], at[a], f[b], at[b], f[to], at[to], n);
      case COMPARE -> loops.compare(step.op(), f[a], at[a], f[b], at[b], i[to], at[to], n);
      case SELECT -> loops.select(i[a], at[a], f[b], at[b], f[c], at[c], f[to], at[to], n);
      case MOVE -> move(step, n);
      case CAST -> PlainLoops.cast(this, step, loops, n);
      case PLAIN -> PlainLoops.apply(this, step, n);
    }
  }

  private void move(Instruction step, int n) {
    int a = step.a();
    int to = step.d();
    switch (step.type()) {
      case F32 -> FloatRows.copy(f[a], at[a], f[to], at[to], n);
      case F64 -> System.arraycopy(d[a], at[a], d[to], at[to], n);
      case I64 -> System.arraycopy(l[a], at[a], l[to], at[to], n);
      default -> System.arraycopy(i[a], at[a], i[to], at[to], n);
    }
  }
}
