package dev.fathom.backend.java.elementwise;

import dev.fathom.backend.java.elementwise.TileProgram.Access;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/** Elementwise kernels: a {@link TileProgram} over the boxes of a {@link Nest}. */
public final class FusedKernels {
  /** Elements of a task, where an operation takes a fraction of a nanosecond. */
  private static final int TASK = 16384;

  private FusedKernels() {}

  public static Plan plan(Fused spec) {
    return spec.shape().elements() > Integer.MAX_VALUE
        ? new Plan.Declined("more than 2^31 - 1 elements")
        : Plan.Accepted.PLAIN;
  }

  public static Kernel compile(Fused spec, Plan.Accepted plan, Engine engine) {
    return compile(spec, plan, engine.workers(), Loops.of(engine.vector()));
  }

  static Kernel compile(Fused spec, Plan.Accepted plan, Workers workers, Loops loops) {
    return new FusedKernel(spec, plan, workers, loops);
  }

  /** {@return the axes that an expression names, which must not be merged} */
  static boolean[] namedAxes(Expression map, int rank) {
    boolean[] named = new boolean[rank];
    for (Expression.Node node : map.nodes()) {
      if (node instanceof Expression.Node.Index index) {
        named[index.axis()] = true;
      }
    }
    return named;
  }

  /** {@return how many elements are worth a task of their own} */
  static int taskElements(Expression map) {
    for (Expression.Node node : map.nodes()) {
      if (node instanceof Expression.Node.Apply apply
          && (apply.type() != DType.F32 || isSlow(apply.op()))) {
        return TASK / 4;
      }
    }
    return TASK;
  }

  private static boolean isSlow(ScalarOp op) {
    return switch (op) {
      case EXP, LOG, SIN, COS, TANH, SIGMOID, ERF, POWER, REMAINDER -> true;
      default -> false;
    };
  }

  private static final class FusedKernel extends JavaKernel {
    private final Fused spec;
    private final Workers workers;
    private final Loops loops;

    /**
     * Replaced when a loop was made at run time. A thread may see the new one later than others,
     * since both give the same bits.
     */
    private Boxes boxes;

    FusedKernel(Fused spec, Plan.Accepted plan, Workers workers, Loops loops) {
      super(spec, plan);
      this.spec = spec;
      this.workers = workers;
      this.loops = loops;
      this.boxes = new Boxes(spec, loops);
    }

    @Override
    public List<String> remarks() {
      return boxes.program.remarks();
    }

    @Override
    protected void run(Binding[] bindings, long[] scalars) {
      Boxes current = boxes;
      if (current.program.isOutdated()) {
        current = new Boxes(spec, loops);
        boxes = current;
      }
      workers.parallel(current.tasks, current.body, bindings, scalars);
    }
  }

  /** How a kernel is cut, and what is run over each box. */
  private static final class Boxes {
    private final Nest nest;
    private final TileProgram program;
    private final Loops loops;
    private final int boxesPerTask;
    private final int tasks;
    private final Workers.Body body = this::task;

    Boxes(Fused spec, Loops loops) {
      this.loops = loops;
      Nest tiles = nest(spec, Nest.Cut.TILES);
      Nest large = nest(spec, Nest.Cut.LARGE);
      TileProgram whole = program(spec, large, loops);
      // Without scratch memory a box need not fit into the cache, and fewer boxes cost less.
      boolean free = whole.isLoop && whole.isInPlace();
      this.nest = free ? large : tiles;
      this.program = free ? whole : program(spec, tiles, loops);
      long perBox = Math.ceilDiv(nest.elements, Math.max(1, nest.boxes));
      this.boxesPerTask = (int) Math.max(1, taskElements(spec.map()) / Math.max(1, perBox));
      this.tasks = Math.ceilDiv(nest.boxes, boxesPerTask);
    }

    private static Nest nest(Fused spec, Nest.Cut cut) {
      List<View> views = new ArrayList<>(spec.inputs());
      views.addAll(spec.outputs());
      boolean[] named = namedAxes(spec.map(), spec.shape().rank());
      return Nest.of(spec.shape(), views, new int[named.length], false, named, cut);
    }

    private static TileProgram program(Fused spec, Nest nest, Loops loops) {
      int inputs = spec.inputs().size();
      Access[] access = new Access[inputs + spec.outputs().size()];
      for (int i = 0; i < access.length; i++) {
        access[i] = nest.access(i, i >= inputs);
      }
      boolean[][] alias = new boolean[spec.outputs().size()][inputs];
      for (int o = 0; o < alias.length; o++) {
        for (int i = 0; i < inputs; i++) {
          alias[o][i] = spec.outputs().get(o).equals(spec.inputs().get(i));
        }
      }
      return TileProgram.compile(spec.map(), inputs, access, alias, loops);
    }

    private void task(int task, int worker, Binding[] bindings, long[] scalars) {
      TileState state = TileState.local(0);
      state.bind(program, loops, scalars);
      for (int operand = 0; operand < program.access.length; operand++) {
        state.operand(operand, JavaBuffer.array(bindings[operand]));
      }
      BoxCursor cursor = state.cursor;
      int box = task * boxesPerTask;
      int end = Math.min(nest.boxes, box + boxesPerTask);
      cursor.seek(nest, box, bindings);
      while (true) {
        cursor.load(program);
        state.run(cursor.n);
        cursor.store(program);
        if (++box == end) {
          break;
        }
        cursor.next();
      }
      state.release();
    }
  }
}
