package com.example.backend;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Gather;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.Scatter;

/** Takes the required core and declines all else, which Fathom then lowers to the core. */
final class ExampleBackend implements Backend {
  private final Device device;

  ExampleBackend(Device device) {
    this.device = device;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return spec.isCore() ? Plan.Accepted.PLAIN : new Plan.Declined("only the required core");
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    return switch (spec) {
      case Fused fused -> new ElementwiseKernel(fused);
      case Reduce reduce -> new ReduceKernel(reduce);
      case Contract contract -> new ContractKernel(contract);
      case Gather gather -> new GatherKernel(gather);
      case Scatter scatter -> new ScatterKernel(scatter);
      default -> throw new BackendException("[" + spec.name() + "] is not of the required core");
    };
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    return new ExampleBuffer(dtype, elements);
  }

  @Override
  public Queue openQueue(Priority priority) {
    return new ExampleQueue();
  }

  @Override
  public void close() {}
}
