package dev.fathom.model;

import dev.fathom.compile.Program;
import dev.fathom.graph.Type;
import dev.fathom.nn.Layout;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Backend.Priority;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's weights on a device, one copy for all that use them: predictors, generators and their
 * programs. Matrices of a model whose {@linkplain Model#weightType() weights} are bf16 take two
 * bytes an element, those of i8 one and a factor for each row; they are widened where they are
 * used, so sums stay f32. A backend that does not read them so gets them as f32. Each user that
 * {@linkplain #share() shares} them closes them once; the last close frees the memory. Thread-safe.
 */
public final class DeviceWeights implements AutoCloseable {
  private static final String PARAMETERS = "parameters";
  private static final String MATRICES = "matrices";
  private static final String FACTORS = "factors";
  private static final String STATES = "states";

  private final Backend backend;
  private final Model model;
  private int users = 1;

  /** The type that matrices are stored as. */
  private final DType type;

  private final Map<String, Buffer> buffers = new HashMap<>();

  private DeviceWeights(Backend backend, Model model, DType type) {
    this.backend = backend;
    this.model = model;
    this.type = type;
  }

  /** {@return the weights of {@code model}, copied to the device} */
  public static DeviceWeights upload(Backend backend, Model model) {
    DType wanted = model.weightType();
    DeviceWeights weights =
        new DeviceWeights(backend, model, isRead(backend, wanted) ? wanted : DType.F32);
    try (Queue queue = backend.openQueue(Priority.NORMAL)) {
      weights.upload(queue, MATRICES, model.parameters(), true);
      weights.uploadFactors(queue);
      weights.upload(queue, PARAMETERS, model.parameters(), false);
      weights.upload(queue, STATES, model.states(), false);
      queue.await();
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private static boolean isRead(Backend backend, DType type) {
    Shape one = Shape.of(1);
    Source source = Source.of(View.contiguous(type, one), DType.F32);
    Fused widening =
        new Fused(one, source.views(), source.map(), List.of(View.contiguous(DType.F32, one)));
    return backend.plan(widening) instanceof Plan.Accepted;
  }

  /** Copies those tensors of a group that are narrow, or those that are not, to one buffer. */
  private void upload(Queue queue, String name, Weights group, boolean narrow) {
    List<Layout.Slot> slots =
        group.layout().slots().stream()
            .filter(slot -> name.equals(STATES) || isNarrow(slot) == narrow)
            .toList();
    long elements = slots.stream().mapToLong(slot -> slot.shape().elements()).sum();
    if (elements == 0) {
      return;
    }
    DType stored = narrow ? type : DType.F32;
    Buffer buffer = backend.allocate(stored, elements);
    buffers.put(name, buffer);
    long at = 0;
    for (Layout.Slot slot : slots) {
      queue.write(new Binding(buffer, at), group.elements(slot, stored));
      at += slot.shape().elements();
    }
  }

  /** Copies the factors of the rows of all matrices of i8 to one buffer. */
  private void uploadFactors(Queue queue) {
    List<Layout.Slot> matrices =
        type == DType.I8
            ? model.parameters().layout().slots().stream().filter(this::isNarrow).toList()
            : List.of();
    if (matrices.isEmpty()) {
      return;
    }
    long rows = matrices.stream().mapToLong(slot -> slot.shape().size(0)).sum();
    Buffer buffer = backend.allocate(DType.F32, rows);
    buffers.put(FACTORS, buffer);
    long at = 0;
    for (Layout.Slot slot : matrices) {
      queue.write(new Binding(buffer, at), model.parameters().factors(slot));
      at += slot.shape().size(0);
    }
  }

  /**
   * The weights of a function in a graph.
   *
   * @param parameters {@code [parameters().elements()]}, f32
   * @param states {@code [states().elements()]}, f32; null if the network has none
   */
  public record Inputs(Tensor parameters, Tensor states) {}

  /** {@return the weights as frozen inputs of a program, which {@link #buffers()} are for} */
  public Inputs freeze(Program.Builder builder) {
    Tensor matrices = input(builder, MATRICES, type);
    Tensor factors = input(builder, FACTORS, DType.F32);
    Tensor others = input(builder, PARAMETERS, DType.F32);
    Tensor states = input(builder, STATES, DType.F32);
    if (matrices == null) {
      return new Inputs(others, states);
    }
    // The parts in the order of the layout. The program reads slices of this, so the joined tensor
    // is never stored as a whole.
    List<Tensor> parts = new ArrayList<>();
    long narrow = 0;
    long wide = 0;
    long rows = 0;
    for (Layout.Slot slot : model.parameters().layout().slots()) {
      long count = slot.shape().elements();
      if (isNarrow(slot)) {
        Tensor part = matrices.slice(0, narrow, narrow + count);
        narrow += count;
        if (factors == null) {
          parts.add(part.cast(DType.F32));
        } else {
          Shape shape = slot.shape();
          Tensor each = factors.slice(0, rows, rows + shape.size(0)).reshape(shape.size(0), 1);
          rows += shape.size(0);
          parts.add(part.reshape(shape.toArray()).cast(DType.F32).mul(each).reshape(-1));
        }
      } else {
        parts.add(others.slice(0, wide, wide + count));
        wide += count;
      }
    }
    return new Inputs(Tensor.concat(0, parts.toArray(Tensor[]::new)), states);
  }

  private Tensor input(Program.Builder builder, String name, DType dtype) {
    Buffer buffer = buffers.get(name);
    if (buffer == null) {
      return null;
    }
    Tensor input = Tensor.input(name, Type.of(dtype, buffer.elements()));
    builder.frozen(input);
    return input;
  }

  private boolean isNarrow(Layout.Slot slot) {
    return Weights.type(slot, type) != DType.F32;
  }

  /** {@return the device's backend} */
  public Backend backend() {
    return backend;
  }

  /** {@return the model whose weights they are} */
  public Model model() {
    return model;
  }

  /**
   * {@return these weights for another user, who closes them too}
   *
   * @throws IllegalStateException if the last user has closed them
   */
  public synchronized DeviceWeights share() {
    if (users == 0) {
      throw new IllegalStateException("[weights] the weights are closed");
    }
    users++;
    return this;
  }

  /** {@return the buffers under the names of the inputs} */
  public Map<String, Buffer> buffers() {
    return Map.copyOf(buffers);
  }

  /** {@return how much device memory they take} */
  public long bytes() {
    return buffers.values().stream().mapToLong(b -> b.elements() * b.dtype().bytes()).sum();
  }

  /** Ends one use of them; the last frees the device memory. */
  @Override
  public synchronized void close() {
    if (users > 0 && --users == 0) {
      buffers.values().forEach(Buffer::close);
    }
  }
}
