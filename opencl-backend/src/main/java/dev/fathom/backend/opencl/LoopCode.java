package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.code.CTypes;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.spi.DType;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Writes the loops of a kernel over a {@link Nest}. Sizes and strides are arguments. All loops but
 * the innermost are one row number, which is taken apart; each view gets a pointer to its row.
 */
final class LoopCode {
  private final KernelCode code;
  private final String prefix;
  private final Nest nest;
  private final List<DType> types;
  private final boolean free;

  /**
   * Begins a walk.
   *
   * @param prefix of all names, unique within the kernel
   * @param types of the nest's views
   */
  LoopCode(KernelCode code, String prefix, Nest nest, List<DType> types) {
    this(
        code,
        prefix,
        nest,
        types,
        IntStream.range(0, types.size())
            .mapToLong(nest::innerStride)
            .anyMatch(s -> s != 0 && s != 1));
  }

  private LoopCode(KernelCode code, String prefix, Nest nest, List<DType> types, boolean free) {
    this.code = code;
    this.prefix = prefix;
    this.nest = nest;
    this.types = types;
    this.free = free;
    for (int loop = 0; loop < nest.loops(); loop++) {
      code.fixed(size(loop), nest.sizes()[loop]);
      for (int view = 0; view < types.size(); view++) {
        if (loop < nest.inner() || free) {
          code.fixed(stride(view, loop), nest.strides()[view][loop]);
        }
      }
    }
  }

  /** {@return a walk whose source does not depend on any step} */
  static LoopCode free(KernelCode code, String prefix, Nest nest, List<DType> types) {
    return new LoopCode(code, prefix, nest, types, true);
  }

  /**
   * {@return whether the steps of the innermost loop are arguments} A step that is neither 0 nor 1
   * rules out lanes; then all steps are arguments, so that fewer programs are compiled.
   */
  boolean isFree() {
    return free;
  }

  /** {@return the argument with the length of the innermost loop} */
  String innerSize() {
    return size(nest.inner());
  }

  private String size(int loop) {
    return prefix + "n" + loop;
  }

  private String stride(int view, int loop) {
    return prefix + "t" + view + "_" + loop;
  }

  /**
   * Declares the positions of the outer loops and a pointer {@code <prefix>p<view>} for each view.
   *
   * @param row the number of the row
   * @param from where a view's pointer starts, before the row is added
   */
  void row(String indent, String row, IntFunction<String> from) {
    StringBuilder body = code.body();
    if (nest.inner() > 0) {
      body.append("%slong %srest = %s;%n".formatted(indent, prefix, row));
      for (int loop = nest.inner() - 1; loop > 0; loop--) {
        body.append(
            "%1$sconst long %2$si%3$d = %2$srest %% %4$s; %2$srest /= %4$s;%n"
                .formatted(indent, prefix, loop, size(loop)));
      }
      body.append("%1$sconst long %2$si0 = %2$srest;%n".formatted(indent, prefix));
    }
    for (int view = 0; view < types.size(); view++) {
      String type = CTypes.stored(types.get(view));
      body.append(
          "%s__global %s* %sp%d = %s".formatted(indent, type, prefix, view, from.apply(view)));
      for (int loop = 0; loop < nest.inner(); loop++) {
        body.append(" + %si%d * %s".formatted(prefix, loop, stride(view, loop)));
      }
      body.append(";\n");
    }
  }

  /** {@return the pointer that {@link #row} declared} */
  String pointer(int view) {
    return prefix + "p" + view;
  }

  /** {@return where element {@code x} of the row lies, behind the pointer} */
  String at(int view, String x) {
    long stride = nest.innerStride(view);
    return free ? "(" + x + ") * " + stride(view, nest.inner()) : stride == 0 ? "0" : x;
  }

  private int loop(int axis) {
    for (int loop = 0; loop < nest.loops(); loop++) {
      if (nest.axes()[loop] == axis) {
        return loop;
      }
    }
    return -1;
  }

  /**
   * {@return the position along an axis, for several lanes as an {@code int16}}
   *
   * @param x the position in the innermost loop
   * @param along whether lanes are neighbours in that loop
   */
  String position(int axis, String x, int lanes, boolean along) {
    int loop = loop(axis);
    String at = loop == nest.inner() ? x : prefix + "i" + loop;
    if (lanes == 1) {
      return at;
    }
    String all = "(int16)((int)(" + at + "))";
    return along && loop == nest.inner()
        ? "(" + all + " + (int16)(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15))"
        : all;
  }

  /**
   * {@return a load of element {@code x}, or of the lanes from it on}
   *
   * @param along whether lanes are neighbours in the innermost loop
   */
  String load(int view, String x, int lanes, boolean along) {
    DType type = types.get(view);
    return lanes > 1 && !(along && nest.innerStride(view) == 1)
        ? CTypes.spread(CTypes.load(type, 1, pointer(view), at(view, x)), type.valueType(), lanes)
        : CTypes.load(type, lanes, pointer(view), at(view, x));
  }

  /** {@return a store of element {@code x}, or of the lanes from it on, side by side} */
  String store(int view, String x, int lanes, String value) {
    return CTypes.store(types.get(view), lanes, pointer(view), at(view, x), value);
  }
}
