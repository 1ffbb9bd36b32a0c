package dev.fathom.service.inference;

import dev.fathom.data.Numbers;
import dev.fathom.model.Model;
import dev.fathom.service.Refusal;
import dev.fathom.service.inference.InferenceRequest.Wanted;
import dev.fathom.task.Port;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** The outputs that a request wants, made from the answers of a model. */
final class Outputs {

  private Outputs() {}

  /**
   * {@return the outputs that are wanted; all if the request names none}
   *
   * @throws Refusal 400 if one is not the model's
   */
  static List<Wanted> wanted(Model model, InferenceRequest request) {
    var ports = model.signature().outputs();
    if (request.outputs().isEmpty()) {
      return ports.stream().map(port -> new Wanted(port.name(), 0, request.binary())).toList();
    }
    var seen = new HashSet<String>();
    for (var wanted : request.outputs()) {
      var port = port(ports, wanted.name());
      if (!seen.add(wanted.name())) {
        throw new Refusal(400, "expected the output '%s' once".formatted(wanted.name()));
      }
      if (wanted.classes() > 0 && port.shape().size() != 2) {
        throw new Refusal(
            400,
            "output '%s': classification takes outputs of shape [-1, classes] but it is %s"
                .formatted(port.name(), port.shape()));
      }
    }
    return request.outputs();
  }

  private static Port port(List<Port> ports, String name) {
    return ports.stream()
        .filter(port -> port.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Refusal(
                    400,
                    "expected an output named %s but got '%s'"
                        .formatted(
                            Inputs.quoted(ports.stream().map(Port::name).toList(), " or "), name)));
  }

  /**
   * {@return the outputs}
   *
   * @param answers of the model, {@code [examples, ...]} for each port
   */
  static List<OutputTensor> of(Model model, List<Wanted> wanted, List<Numbers> answers) {
    var ports = model.signature().outputs();
    List<OutputTensor> outputs = new ArrayList<>();
    for (var each : wanted) {
      var port = port(ports, each.name());
      var values = answers.get(ports.indexOf(port));
      long examples = values.size() / port.width();
      List<Long> shape = new ArrayList<>(port.shape());
      shape.set(0, examples);
      var labels = labels(model, port);
      if (each.classes() > 0) {
        int classes = Math.toIntExact(port.width());
        int count = Math.min(each.classes(), classes);
        shape.set(1, (long) count);
        var texts = classification(values, classes, count, labels);
        outputs.add(new OutputTensor.Texts(port.name(), shape, texts, each.binary()));
      } else {
        var type = Datatype.of(port.dtype());
        outputs.add(
            new OutputTensor.Numbers(port.name(), type, shape, values, labels, each.binary()));
      }
    }
    return outputs;
  }

  /** {@return the names of the classes that an output tells of; empty if it tells of none} */
  static List<String> labels(Model model, Port port) {
    return model.task().labels(port);
  }

  /** The largest values of each example with their positions, the largest first. */
  private static List<String> classification(
      Numbers values, int classes, int count, List<String> labels) {
    List<String> texts = new ArrayList<>();
    for (int first = 0; first < values.size(); first += classes) {
      int example = first;
      IntStream.range(0, classes)
          .boxed()
          .sorted((a, b) -> Double.compare(values.get(example + b), values.get(example + a)))
          .limit(count)
          .forEach(
              index ->
                  texts.add(
                      values.text(example + index)
                          + ":"
                          + index
                          + (labels.isEmpty() ? "" : ":" + labels.get(index))));
    }
    return texts;
  }
}
