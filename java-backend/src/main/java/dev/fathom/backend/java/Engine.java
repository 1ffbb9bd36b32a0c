package dev.fathom.backend.java;

import dev.fathom.spi.DType;

/**
 * What kernels are made with.
 *
 * @param workers the threads
 * @param vector whether vector kernels are used
 * @param floats inner kernels on float[]
 * @param doubles inner kernels on double[]
 * @param halves inner kernels that read short[] of bf16
 * @param loops inner loops over tiles of float[]
 */
record Engine(
    Workers workers,
    boolean vector,
    Arithmetic floats,
    Arithmetic doubles,
    Bf16 halves,
    Loops loops) {
  static Engine of(Settings settings) {
    Workers workers = new Workers(settings.threads());
    // The Vector API's classes are touched only where it is there.
    return settings.vector()
        ? new Engine(
            workers,
            true,
            new FloatVectors(),
            new DoubleVectors(),
            new Bf16Vectors(),
            new VectorLoops())
        : new Engine(
            workers,
            false,
            new FloatScalars(),
            new DoubleScalars(),
            new Bf16Scalars(),
            new ScalarLoops());
  }

  /** {@return the inner kernels for an accumulator type, f32 or f64} */
  Arithmetic arithmetic(DType accumulator) {
    return accumulator == DType.F64 ? doubles : floats;
  }
}
