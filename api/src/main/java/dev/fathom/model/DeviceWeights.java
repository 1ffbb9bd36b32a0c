package dev.fathom.model;

import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Queue;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * A model's weights on a device, once for all programs that take them as the inputs {@value
 * #PARAMETERS} and {@value #STATES}. Thread-safe.
 */
public final class DeviceWeights implements AutoCloseable {
  /** The name of the flat input with what was learned. */
  public static final String PARAMETERS = "parameters";

  /**
   * The name of the flat input with batch statistics and the like; there is none if it is empty.
   */
  public static final String STATES = "states";

  private final Map<String, Buffer> buffers = new HashMap<>();

  private DeviceWeights() {}

  /** {@return the weights of {@code model}, copied to the device} */
  public static DeviceWeights upload(Backend backend, Model model) {
    DeviceWeights weights = new DeviceWeights();
    try (Queue queue = backend.openQueue(Priority.NORMAL)) {
      weights.upload(backend, queue, PARAMETERS, model.parameters());
      weights.upload(backend, queue, STATES, model.states());
      queue.await();
    }
    return weights;
  }

  private void upload(Backend backend, Queue queue, String name, Weights values) {
    if (values.values().length > 0) {
      Buffer buffer = backend.allocate(DType.F32, values.values().length);
      buffers.put(name, buffer);
      queue.write(new Binding(buffer, 0), MemorySegment.ofArray(values.values()));
    }
  }

  /** {@return the input of a program that takes them; null if there are none} */
  public static Tensor input(String name, Weights weights) {
    long elements = weights.layout().elements();
    return elements == 0 ? null : Tensor.of(Ops.input(name, Type.of(DType.F32, elements)));
  }

  /** {@return the buffers under the names of the inputs} */
  public Map<String, Buffer> buffers() {
    return Map.copyOf(buffers);
  }

  /** Frees the device memory. */
  @Override
  public void close() {
    buffers.values().forEach(Buffer::close);
  }
}
