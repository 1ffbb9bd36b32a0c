package dev.fathom.benchmarks;

import dev.fathom.spi.Attention;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.Convolve.Role;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.List;
import java.util.Optional;

/** The kernels that are timed, of the sizes that they have in the workloads of {@code bench}. */
public enum Kernels {
  /** A dense layer of {@code mlp}: 128 x 512 times 512 x 512. */
  CONTRACT_DENSE(contract(128, 512, 512)),
  /** A square product of 64, where packing costs as much as the arithmetic. */
  CONTRACT_SMALL(contract(64, 64, 64)),
  /** {@code gemm1024}. */
  CONTRACT_LARGE(contract(1024, 1024, 1024)),

  /** The second convolution of {@code lenet}: 32 to 64 channels of 14 x 14, 32 examples. */
  CONVOLVE_OUTPUT(convolve(Role.OUTPUT, 32, 32, 64, 14)),
  CONVOLVE_INPUT(convolve(Role.INPUT, 32, 32, 64, 14)),
  CONVOLVE_WEIGHT(convolve(Role.WEIGHT, 32, 32, 64, 14)),

  /** The pool behind it. */
  MAX_POOL(pool(32, 64, 14)),

  /** The scores of a head, 256 x 256. */
  SOFTMAX(new Softmax(false, view(2048, 256), view(2048, 256))),
  /** A norm of {@code gpt}. */
  LAYER_NORM(layerNorm(2048, 384)),
  /** The attention of {@code gpt}: 8 examples, 6 heads, 256 steps, 64 features. */
  ATTENTION(attention(8, 6, 256, 64)),

  /** Adam's update of a million parameters. */
  ADAM(adam(1_000_000)),

  /** The sum of a million numbers. */
  SUM_ALL(sum(Shape.of(1_000_000), 1)),
  /** The sum of each of 2048 rows. */
  SUM_ROWS(sum(Shape.of(2048, 384), 1)),
  /** The sum of each of 384 columns, a bias's gradient. */
  SUM_COLUMNS(columns(2048, 384));

  private final KernelSpec spec;

  Kernels(KernelSpec spec) {
    this.spec = spec;
  }

  KernelSpec spec() {
    return spec;
  }

  private static View view(long... sizes) {
    return View.contiguous(DType.F32, Shape.of(sizes));
  }

  private static KernelSpec contract(long m, long n, long k) {
    // The right operand lies as weights do, [n, k].
    return new Contract(
        Source.of(view(m, k)), Source.of(view(n, k)), 0, 1, DType.F32, Epilogue.store(view(m, n)));
  }

  private static KernelSpec convolve(Role role, long batch, long in, long out, long side) {
    View x = view(batch, in, side, side);
    View w = view(out, in, 3, 3);
    View y = view(batch, out, side, side);
    Window window = new Window(3, 1, 1, 1, 1);
    View first = role == Role.INPUT ? y : x;
    View second = role == Role.WEIGHT ? y : w;
    View result =
        switch (role) {
          case OUTPUT -> y;
          case INPUT -> x;
          case WEIGHT -> w;
        };
    return new Convolve(
        role, List.of(window, window), 1, DType.F32, first, second, Epilogue.store(result));
  }

  private static KernelSpec pool(long batch, long channels, long side) {
    Window window = new Window(2, 2, 0, 0, 1);
    Shape half = Shape.of(batch, channels, side / 2, side / 2);
    return new MaxPool(
        List.of(window, window),
        view(batch, channels, side, side),
        View.contiguous(DType.F32, half),
        View.contiguous(DType.I32, half));
  }

  private static KernelSpec layerNorm(long rows, long features) {
    return new Normalise(
        1e-5,
        view(rows, features),
        view(features),
        Optional.of(view(features)),
        view(rows, features),
        view(rows),
        Optional.of(view(rows)));
  }

  private static KernelSpec attention(long batch, long heads, long steps, long size) {
    View each = view(batch, heads, steps, size);
    return new Attention(
        true,
        1 / Math.sqrt(size),
        false,
        Optional.empty(),
        each,
        each,
        each,
        Optional.empty(),
        each,
        view(batch, heads, steps));
  }

  /** {@code parameter, m, v, gradient -> parameter, m, v}, bias corrections left out. */
  private static KernelSpec adam(long parameters) {
    Expression.Builder b = new Expression.Builder();
    int[] in = new int[4];
    for (int i = 0; i < in.length; i++) {
      in[i] = b.input(i, DType.F32);
    }
    int m = mixed(b, in[1], in[3], 0.9);
    int v = mixed(b, in[2], b.apply(ScalarOp.MULTIPLY, in[3], in[3]), 0.999);
    int root = b.apply(ScalarOp.ADD, b.apply(ScalarOp.SQRT, v), b.constant(1e-8, DType.F32));
    int step =
        b.apply(ScalarOp.MULTIPLY, b.constant(1e-3, DType.F32), b.apply(ScalarOp.DIVIDE, m, root));
    int p = b.apply(ScalarOp.SUBTRACT, in[0], step);
    View flat = view(parameters);
    return new Fused(
        flat.shape(), List.of(flat, flat, flat, flat), b.build(p, m, v), List.of(flat, flat, flat));
  }

  private static int mixed(Expression.Builder b, int old, int now, double keep) {
    return b.apply(
        ScalarOp.ADD,
        b.apply(ScalarOp.MULTIPLY, old, b.constant(keep, DType.F32)),
        b.apply(ScalarOp.MULTIPLY, now, b.constant(1 - keep, DType.F32)));
  }

  private static KernelSpec sum(Shape shape, int axes) {
    View out = View.contiguous(DType.F32, shape.slice(0, shape.rank() - axes));
    return new Reduce(ReduceOp.SUM, Source.of(View.contiguous(DType.F32, shape)), axes, out);
  }

  private static KernelSpec columns(long rows, long columns) {
    View turned = View.of(DType.F32, Shape.of(columns, rows), 1, columns);
    return new Reduce(ReduceOp.SUM, Source.of(turned), 1, view(columns));
  }
}
