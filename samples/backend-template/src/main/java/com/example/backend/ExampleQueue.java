package com.example.backend;

import dev.fathom.spi.BackendException;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Queue;
import dev.fathom.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Does everything at once, on the thread that asks; keeps the first error for all later calls. */
final class ExampleQueue implements Queue {
  private BackendException error;

  @Override
  public void write(Binding target, MemorySegment source) {
    await();
    slice(target, source.byteSize()).copyFrom(source);
  }

  @Override
  public void read(Binding source, MemorySegment target) {
    await();
    target.copyFrom(slice(source, target.byteSize()));
  }

  private static MemorySegment slice(Binding binding, long bytes) {
    ExampleBuffer buffer = (ExampleBuffer) binding.buffer();
    return buffer.memory.asSlice(binding.offset() * buffer.dtype().bytes(), bytes);
  }

  @Override
  public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {
    await();
    Operand[] operands = operands(kernel.spec(), bindings);
    try {
      ((ExampleKernel) kernel).run(operands, scalars);
    } catch (RuntimeException failed) {
      error = new BackendException("[" + kernel.spec().name() + "] failed: " + failed, failed);
    }
  }

  /** {@return the inputs, then the outputs, each with its view} */
  private static Operand[] operands(KernelSpec spec, Binding[] bindings) {
    List<View> views = new ArrayList<>(spec.inputs());
    views.addAll(spec.outputs());
    if (bindings.length != views.size()) {
      throw new IllegalArgumentException(
          "[%s] expected %d bindings but got %d"
              .formatted(spec.name(), views.size(), bindings.length));
    }
    Operand[] operands = new Operand[bindings.length];
    for (int i = 0; i < operands.length; i++) {
      if (!(bindings[i].buffer() instanceof ExampleBuffer buffer)
          || buffer.dtype() != views.get(i).dtype()) {
        throw new IllegalArgumentException(
            "[%s] expected one of this backend's buffers of %s as operand %d but got %s"
                .formatted(spec.name(), views.get(i).dtype(), i, bindings[i].buffer().dtype()));
      }
      operands[i] = new Operand(buffer, bindings[i].offset());
    }
    return operands;
  }

  @Override
  public void await() {
    if (error != null) {
      throw error;
    }
  }

  @Override
  public void close() {}
}
