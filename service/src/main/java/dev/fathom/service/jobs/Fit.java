package dev.fathom.service.jobs;

import dev.fathom.graph.Op;
import dev.fathom.graph.Type;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.service.Refusal;
import dev.fathom.spec.Spec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Builds trainings that fit in memory, and refuses others with the number of bytes before any is
 * allocated. What is cheap is checked when somebody asks for a training, the rest when it runs.
 */
final class Fit {

  private Fit() {}

  /**
   * Checks a training as far as it can be without compiling it.
   *
   * @param most the most bytes that it may take
   * @throws Refusal 422 if it needs more for certain
   * @throws IOException if the data cannot be read
   */
  static void check(Trainer.Builder builder, Spec spec, TrainingData data, long most)
      throws IOException {
    check("at least ", leastBytes(spec, data), most);
    builder.check();
  }

  /**
   * {@return the training}
   *
   * @param most the most bytes that it may take
   * @throws Refusal 422 if it needs more
   * @throws IOException if the checkpoint to resume from cannot be read
   */
  static Trainer build(Trainer.Builder builder, Spec spec, TrainingData data, long most)
      throws IOException {
    // A plan needs sizes that a backend can address, so a training that is far too large is refused
    // before it is planned.
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

  /**
   * {@return the bytes of parameters, gradients and moments, of a batch, and of the largest output
   * of a layer}
   */
  private static long leastBytes(Spec given, TrainingData data) {
    var spec = given.withVocabularies(data.encodings());
    var shapes = spec.shapes(data.train().columns());
    if (shapes.isEmpty()) {
      return 0; // The trainer reports the mistake.
    }
    try {
      var network = spec.network(shapes.get());
      int copies = 2 + spec.training().optimizer().state().size();
      long values = Math.multiplyExact(network.parameters().elements(), copies);
      int batch = spec.training().partSize();
      long inputs = 0;
      for (var shape : network.inputs().values()) {
        inputs = Math.addExact(inputs, Math.multiplyExact(batch, shape.elements()));
      }
      long largest = Math.addExact(inputs, largestOutput(network, batch));
      return Math.multiplyExact(Float.BYTES, Math.addExact(values, largest));
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long largestOutput(Network network, int batch) {
    var inputs = new ArrayList<Tensor>();
    network
        .inputs()
        .forEach(
            (name, shape) ->
                inputs.add(
                    input(
                        "input " + name, network.inputType(name), Shape.of(batch).concat(shape))));
    var parameters = flat("parameters", network.parameters());
    var states = flat("states", network.states());
    var bound = network.bind(parameters, states);
    return network.trace(bound, inputs, Optional.empty()).layers().values().stream()
        .filter(
            output -> !(output.value().node().op() instanceof Op.Reshape)) // no memory of its own
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
