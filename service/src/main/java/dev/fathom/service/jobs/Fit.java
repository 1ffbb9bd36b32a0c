package dev.fathom.service.jobs;

import dev.fathom.data.Column;
import dev.fathom.graph.Type;
import dev.fathom.model.Spec;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.service.Refusal;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import java.io.IOException;

/** Builds trainings that fit in memory; refuses others with the number, before any is taken. */
final class Fit {

  private Fit() {}

  /**
   * {@return the training}
   *
   * @param most what it may take, in bytes
   * @throws Refusal 422 if it needs more
   * @throws IOException if the checkpoint to resume from cannot be read
   */
  static Trainer build(Trainer.Builder builder, Spec spec, TrainingData data, long most)
      throws IOException {
    // A plan is made of sizes that a backend can address, so what is far beyond is refused first.
    check("at least ", leastBytes(spec, data), most);
    var trainer = builder.build();
    check("", trainer.memoryBytes(), most);
    return trainer;
  }

  private static void check(String bound, long bytes, long most) {
    if (bytes > most) {
      throw new Refusal(
          422,
          "the training needs %s%,d bytes of memory and may use %,d; a smaller batch or model needs less"
              .formatted(bound, bytes, most));
    }
  }

  /** {@return parameters, gradients and moments, and the largest output of a layer} */
  private static long leastBytes(Spec spec, TrainingData data) {
    var input =
        data.train().columns().stream()
            .filter(column -> column.name().equals(spec.data().input()))
            .map(Column::shape)
            .findFirst();
    if (input.isEmpty()) {
      return 0; // The trainer tells what is wrong.
    }
    try {
      var network = spec.network(input.get());
      int copies = 2 + spec.training().optimizer().moments().size();
      long values = Math.multiplyExact(network.parameters().elements(), copies);
      long largest = largestOutput(network, spec.training().batchSize());
      return Math.multiplyExact(Float.BYTES, Math.addExact(values, largest));
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long largestOutput(Network network, int batch) {
    var x = input("x", network.inputType(), Shape.of(batch).concat(network.input()));
    var parameters = flat("parameters", network.parameters());
    var states = flat("states", network.states());
    return network.trace(x, parameters, states, null).layers().values().stream()
        .mapToLong(output -> output.shape().elements())
        .max()
        .orElse(0);
  }

  private static Tensor flat(String name, Layout layout) {
    return input(name, DType.F32, Shape.of(layout.elements()));
  }

  private static Tensor input(String name, DType dtype, Shape shape) {
    return Tensor.input(name, new Type(dtype, shape));
  }
}
