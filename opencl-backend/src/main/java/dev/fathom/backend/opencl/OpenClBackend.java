package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClContext;
import dev.fathom.backend.opencl.driver.ClDevice;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Gather;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Random;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Sort;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The opened device. It asks the class of a spec's kernel family to plan and to compile it. */
final class OpenClBackend implements Backend {
  private final Device device;
  private final Settings settings;
  private final Target target;

  /**
   * Whether closing frees the device. A pinned sibling must not free it, and nobody twice, since
   * drivers crash.
   */
  private final AtomicBoolean owner;

  private OpenClBackend(
      int index, ClContext context, Settings settings, Variant variant, boolean owner) {
    this.settings = settings;
    this.target = new Target(context, variant);
    this.device = describe(index, context.device(), Optional.of(variant.label()));
    this.owner = new AtomicBoolean(owner);
  }

  /** {@return the opened device, which it frees when it is closed} */
  static OpenClBackend open(int index, ClContext context, Settings settings) {
    boolean gpu =
        switch (settings.kernels()) {
          case AUTO -> context.device().type() != ClDevice.Type.CPU;
          case CPU -> false;
          case GPU -> true;
        };
    Variant variant = Tuner.choose(index, context, settings, gpu);
    return new OpenClBackend(index, context, settings, variant, true);
  }

  /** {@return a backend on the same device with these kernels} */
  static OpenClBackend sharing(int index, ClContext context, Settings settings, Variant variant) {
    return new OpenClBackend(index, context, settings, variant, false);
  }

  /**
   * {@return a device as users see it}
   *
   * @param kernels which kernels it was opened with, if it was
   */
  static Device describe(int index, ClDevice device, Optional<String> kernels) {
    String driver = String.join("; ", device.name(), device.platform(), device.driverVersion());
    return new Device(
        index,
        "%s (%s, %d compute units)"
            .formatted(device.name(), device.platform(), device.computeUnits()),
        device.memoryBytes(),
        kernels.map(label -> driver + "; " + label).orElse(driver));
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Optional<Backend> pinned(String variant) {
    if (variant.equals(device.variant())) {
      return Optional.of(this);
    }
    return Variant.named(variant.substring(variant.lastIndexOf(';') + 1).strip())
        .map(named -> sharing(device.index(), target.context(), settings, named))
        .filter(sibling -> sibling.device.variant().equals(variant))
        .map(Backend.class::cast);
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return switch (spec) {
      case Fused fused -> FusedKernels.plan(fused);
      case Reduce reduce -> ReduceKernels.plan(reduce, target);
      case Gather _, Scatter _, DynamicSlice _, DynamicSliceUpdate _ -> IndexKernels.plan(spec);
      case MaxPool pool -> PoolKernels.plan(pool);
      case MaxPoolGradient gradient -> PoolKernels.plan(gradient);
      case Softmax _, CrossEntropy _, CrossEntropyGradient _ -> SoftmaxKernels.plan(spec);
      case Random random -> RandomKernels.plan(random);
      case Cumulate cumulate -> CumulateKernels.plan(cumulate);
      case Sort sort -> SortKernels.plan(sort, target);
      case Contract contract -> ContractKernels.plan(contract, target);
      case Convolve convolve -> ConvolveKernels.plan(convolve, target);
      case Pack pack -> PackKernels.plan(pack);
      default -> new Plan.Declined("the opencl backend has no kernel for " + spec.name());
    };
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    if (!(plan(spec) instanceof Plan.Accepted plan)) {
      throw new BackendException("[" + spec.name() + "] was declined: " + plan(spec));
    }
    return new OpenClKernel(
        spec,
        plan,
        target.context(),
        switch (spec) {
          case Fused fused -> FusedKernels.steps(fused, target);
          case Reduce reduce -> ReduceKernels.steps(reduce, target);
          case Gather gather -> IndexKernels.steps(gather, target);
          case Scatter scatter -> IndexKernels.steps(scatter, target);
          case DynamicSlice slice -> IndexKernels.steps(slice, target);
          case DynamicSliceUpdate update -> IndexKernels.steps(update, target);
          case MaxPool pool -> PoolKernels.steps(pool, target);
          case MaxPoolGradient gradient -> PoolKernels.steps(gradient, target);
          case Softmax softmax -> SoftmaxKernels.steps(softmax, target);
          case CrossEntropy loss -> SoftmaxKernels.steps(loss, target);
          case CrossEntropyGradient gradient -> SoftmaxKernels.steps(gradient, target);
          case Random random -> RandomKernels.steps(random, target);
          case Cumulate cumulate -> CumulateKernels.steps(cumulate, target);
          case Sort sort -> SortKernels.steps(sort, target);
          case Contract contract -> ContractKernels.steps(contract, target);
          case Convolve convolve -> ConvolveKernels.steps(convolve, target);
          case Pack pack -> PackKernels.steps(pack);
          default -> throw new AssertionError(spec);
        });
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    return new OpenClBuffer(
        dtype,
        elements,
        target.context().allocate(Math.multiplyExact(elements, (long) dtype.bytes())));
  }

  @Override
  public Queue openQueue(Priority priority) {
    return new OpenClQueue(target.context().openQueue(settings.profiling()));
  }

  @Override
  public void close() {
    if (owner.getAndSet(false)) {
      target.context().close();
    }
  }
}
