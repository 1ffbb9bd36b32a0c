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
 * @param scores the loops of attention over tiles of float[]
 */
record Engine(
    Workers workers,
    boolean vector,
    Arithmetic floats,
    Arithmetic doubles,
    Bf16 halves,
    Loops loops,
    ScoreLoops scores) {
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
            new VectorLoops(),
            new VectorScores())
        : new Engine(
            workers,
            false,
            new FloatScalars(),
            new DoubleScalars(),
            new Bf16Scalars(),
            new ScalarLoops(),
            new PlainScores());
  }

  /** {@return the inner kernels for an accumulator type, f32 or f64} */
  Arithmetic arithmetic(DType accumulator) {
    return accumulator == DType.F64 ? doubles : floats;
  }

  /** {@return the loops of attention for f32 or f64} */
  ScoreLoops scores(DType type) {
    return type == DType.F64 ? new PlainScores() : scores;
  }
}
