package dev.fathom.backend.java.sequence;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.Plan;
import java.util.List;

/**
 * Attention and its gradient, tile by tile with a running softmax (Dao et al., "FlashAttention",
 * 2022, and Dao, "FlashAttention-2", 2023), so that memory grows with the length, not with its
 * square.
 */
public final class AttentionKernels {
  private AttentionKernels() {}

  public static Plan plan(Attention spec, Engine engine) {
    Arithmetic arithmetic = Arithmetic.of(spec.queries().dtype(), engine.vector());
    AttentionSizes sizes =
        new AttentionSizes(arithmetic, spec.queries(), spec.keys(), spec.values());
    return new Plan.Accepted(
        spec.queries().dtype(),
        (long) engine.workers().threads() * AttentionKernel.slot(sizes),
        List.of());
  }

  public static Plan plan(AttentionGradient spec, Engine engine) {
    Arithmetic arithmetic = Arithmetic.of(spec.queries().dtype(), engine.vector());
    AttentionSizes sizes =
        new AttentionSizes(arithmetic, spec.queries(), spec.keys(), spec.values());
    return new Plan.Accepted(
        spec.queries().dtype(),
        (long) engine.workers().threads() * AttentionGradientKernel.slot(sizes),
        List.of());
  }

  public static Kernel compile(Attention spec, Plan.Accepted plan, Engine engine) {
    return new AttentionKernel(spec, plan, engine);
  }

  public static Kernel compile(AttentionGradient spec, Plan.Accepted plan, Engine engine) {
    return new AttentionGradientKernel(spec, plan, engine);
  }
}
