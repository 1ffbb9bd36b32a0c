package dev.fathom.backend.java;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Reduce;
import java.util.concurrent.atomic.AtomicInteger;

/** The opened backend: asks the kernel family of each spec. */
final class JavaBackend implements Backend {
  private final Device device;
  private final Engine engine;
  private final AtomicInteger urgent = new AtomicInteger();

  JavaBackend(Settings settings) {
    this.device = settings.device();
    this.engine = Engine.of(settings);
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return switch (spec) {
      case Contract contract -> ContractKernels.plan(contract, engine);
      case MaxPool pool -> PoolKernels.plan(pool);
      case MaxPoolGradient pool -> PoolKernels.plan(pool);
      case Pack pack -> PackKernel.plan(pack);
      case Fused fused -> FusedKernels.plan(fused);
      case Reduce reduce -> ReduceKernels.plan(reduce);
      default -> new Plan.Declined("the java backend has no kernel for " + spec.name());
    };
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    if (!(plan(spec) instanceof Plan.Accepted plan)) {
      throw new BackendException("[" + spec.name() + "] was declined: " + plan(spec));
    }
    return switch (spec) {
      case Contract contract -> ContractKernels.compile(contract, plan, engine);
      case MaxPool pool -> PoolKernels.compile(pool, plan, engine.workers());
      case MaxPoolGradient pool -> PoolKernels.compile(pool, plan, engine.workers());
      case Pack pack ->
          new PackKernel(pack, plan, engine.workers(), engine.arithmetic(pack.target().dtype()));
      case Fused fused -> FusedKernels.compile(fused, plan, engine);
      case Reduce reduce -> ReduceKernels.compile(reduce, plan, engine);
      default -> throw new AssertionError(spec);
    };
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    return JavaBuffer.allocate(dtype, elements);
  }

  @Override
  public Queue openQueue(Priority priority) {
    return new JavaQueue(priority, urgent);
  }

  @Override
  public void close() {
    engine.workers().close();
  }
}
