package dev.fathom.spi;

import java.util.List;

/**
 * One piece of work that a backend compiles to a {@link Kernel}. Specs are values without buffers
 * or offsets: equal layers share one kernel. A launch binds {@link #inputs()} in order, then {@link
 * #outputs()}, then the workspace if the {@link Plan} asked for one.
 *
 * <p>Unless a spec says otherwise: an output must not {@linkplain View#overlaps overlap} itself; it
 * may share memory with an input only when both are the same view at the same offset and the spec
 * is {@link Fused}; every element of an output is written.
 */
public sealed interface KernelSpec
    permits Fused,
        Reduce,
        Contract,
        Convolve,
        MaxPool,
        MaxPoolValues,
        MaxPoolGradient,
        Gather,
        Scatter,
        DynamicSlice,
        DynamicSliceUpdate,
        Sort,
        Cumulate,
        Random,
        Pack,
        Softmax,
        CrossEntropy,
        CrossEntropyGradient,
        Recurrent,
        RecurrentGradient,
        SelectiveScan,
        SelectiveScanGradient,
        Normalise,
        NormaliseGradient,
        Attention,
        AttentionGradient {

  /** {@return the views that are read, in binding order} */
  List<View> inputs();

  /** {@return the views that are written, in binding order behind the inputs} */
  List<View> outputs();

  /** {@return how many run-time scalars a launch brings} */
  default int scalarCount() {
    return 0;
  }

  /** {@return the functions of single elements that it has inside} */
  default List<Expression> expressions() {
    return List.of();
  }

  /** {@return the SPI version that brought the record} */
  default int recordSince() {
    return 1;
  }

  /**
   * {@return the SPI version that a backend must know to be offered this spec: the greatest of its
   * record's, its element types' and its operations'}
   */
  default int since() {
    return Check.since(this, DType::since, ScalarOp::since);
  }

  /** {@return whether every backend must accept this spec, see the package description} */
  default boolean isCore() {
    return false;
  }

  /** {@return the name that messages use, {@code max-pool} for {@link MaxPool}} */
  default String name() {
    return Check.name(getClass());
  }
}
