package dev.fathom.backend.java;

import dev.fathom.backend.java.contract.ContractKernels;
import dev.fathom.backend.java.convolve.ConvolveKernels;
import dev.fathom.backend.java.convolve.PoolKernels;
import dev.fathom.backend.java.elementwise.FusedKernels;
import dev.fathom.backend.java.elementwise.ReduceKernels;
import dev.fathom.backend.java.index.IndexKernels;
import dev.fathom.backend.java.index.RandomKernel;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.rows.CumulateKernel;
import dev.fathom.backend.java.rows.NormaliseKernels;
import dev.fathom.backend.java.rows.SoftmaxKernels;
import dev.fathom.backend.java.rows.SortKernel;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaQueue;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.backend.java.sequence.AttentionKernels;
import dev.fathom.backend.java.sequence.RecurrentKernels;
import dev.fathom.backend.java.sequence.ScanKernels;
import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
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
import dev.fathom.spi.MaxPoolValues;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Random;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Sort;
import java.util.concurrent.atomic.AtomicInteger;

/** The opened backend: asks the kernel family of each spec. */
final class JavaBackend implements Backend {
  private final Device device;
  private final Engine engine;
  private final AtomicInteger urgent = new AtomicInteger();

  JavaBackend(Settings settings) {
    this.device = settings.device();
    this.engine =
        new Engine(new Workers(settings.threads()), settings.vector(), settings.winograd());
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return switch (spec) {
      case Contract contract -> ContractKernels.plan(contract, engine);
      case Convolve convolve -> ConvolveKernels.plan(convolve, engine);
      case MaxPool pool -> PoolKernels.plan(pool);
      case MaxPoolValues pool -> PoolKernels.plan(pool);
      case MaxPoolGradient pool -> PoolKernels.plan(pool);
      case Pack pack -> PackKernels.plan(pack);
      case Fused fused -> FusedKernels.plan(fused);
      case Reduce reduce -> ReduceKernels.plan(reduce);
      case Gather _, Scatter _, DynamicSlice _, DynamicSliceUpdate _ -> IndexKernels.plan(spec);
      case Softmax _, CrossEntropy _, CrossEntropyGradient _ -> SoftmaxKernels.plan(spec);
      case Normalise normalise -> NormaliseKernels.plan(normalise);
      case NormaliseGradient gradient -> NormaliseKernels.plan(gradient);
      case Attention attention -> AttentionKernels.plan(attention, engine);
      case AttentionGradient gradient -> AttentionKernels.plan(gradient, engine);
      case Random random -> RandomKernel.plan(random);
      case Sort sort -> SortKernel.plan(sort);
      case Cumulate cumulate -> CumulateKernel.plan(cumulate);
      case Recurrent layer -> RecurrentKernels.plan(layer, engine);
      case RecurrentGradient gradient -> RecurrentKernels.plan(gradient, engine);
      case SelectiveScan scan -> ScanKernels.plan(scan, engine);
      case SelectiveScanGradient gradient -> ScanKernels.plan(gradient, engine);
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
      case Convolve convolve -> ConvolveKernels.compile(convolve, plan, engine);
      case MaxPool pool -> PoolKernels.compile(pool, plan, engine);
      case MaxPoolValues pool -> PoolKernels.compile(pool, plan, engine);
      case MaxPoolGradient pool -> PoolKernels.compile(pool, plan, engine);
      case Pack pack -> PackKernels.compile(pack, plan, engine);
      case Fused fused -> FusedKernels.compile(fused, plan, engine);
      case Reduce reduce -> ReduceKernels.compile(reduce, plan, engine);
      case Gather gather -> IndexKernels.compile(gather, plan, engine);
      case Scatter scatter -> IndexKernels.compile(scatter, plan);
      case DynamicSlice slice -> IndexKernels.compile(slice, plan);
      case DynamicSliceUpdate update -> IndexKernels.compile(update, plan);
      case Softmax softmax -> SoftmaxKernels.compile(softmax, plan, engine);
      case CrossEntropy loss -> SoftmaxKernels.compile(loss, plan, engine);
      case CrossEntropyGradient gradient -> SoftmaxKernels.compile(gradient, plan, engine);
      case Normalise normalise -> NormaliseKernels.compile(normalise, plan, engine);
      case NormaliseGradient gradient -> NormaliseKernels.compile(gradient, plan, engine);
      case Attention attention -> AttentionKernels.compile(attention, plan, engine);
      case AttentionGradient gradient -> AttentionKernels.compile(gradient, plan, engine);
      case Random random -> RandomKernel.compile(random, plan, engine);
      case Sort sort -> SortKernel.compile(sort, plan, engine);
      case Cumulate cumulate -> CumulateKernel.compile(cumulate, plan, engine);
      case Recurrent layer -> RecurrentKernels.compile(layer, plan, engine);
      case RecurrentGradient gradient -> RecurrentKernels.compile(gradient, plan, engine);
      case SelectiveScan scan -> ScanKernels.compile(scan, plan, engine);
      case SelectiveScanGradient gradient -> ScanKernels.compile(gradient, plan, engine);
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
