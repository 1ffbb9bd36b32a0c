package dev.fathom.service.inference;

import dev.fathom.model.Model;
import dev.fathom.service.inference.Forms.ConfigTensor;
import dev.fathom.service.inference.Forms.TensorMetadata;
import dev.fathom.task.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The tensors of a model as clients are told of them; texts stand in place of tokens. */
final class Described {

  /** Of the files that stand in place of raw pixels, in a tensor of BYTES. */
  private static final List<String> MEDIA_TYPES = List.of("image/png", "image/jpeg", "image/bmp");

  private Described() {}

  static List<TensorMetadata> inputs(Model model) {
    if (model.readsTexts()) {
      var text = new TensorMetadata(Inputs.TEXT, Datatype.BYTES.name(), List.of(-1L), Map.of());
      return List.of(text);
    }
    if (model.readsPictures()) {
      return List.of(tensor(model.signature().input(), "media_types", MEDIA_TYPES));
    }
    boolean table = !Inputs.columns(model).isEmpty();
    List<TensorMetadata> inputs = new ArrayList<>();
    for (int i = 0; i < model.signature().inputs().size(); i++) {
      var columns = table ? model.preparation().inputs().get(i).features() : List.<String>of();
      inputs.add(tensor(model.signature().inputs().get(i), "columns", columns));
    }
    return inputs;
  }

  static List<TensorMetadata> outputs(Model model) {
    return model.signature().outputs().stream()
        .map(port -> tensor(port, "labels", Outputs.labels(model, port)))
        .toList();
  }

  private static TensorMetadata tensor(Port port, String key, List<String> names) {
    return new TensorMetadata(
        port.name(),
        Datatype.of(port.dtype()).name(),
        port.shape(),
        names.isEmpty() ? Map.of() : Map.of(key, names));
  }

  static List<ConfigTensor> configInputs(Model model) {
    if (model.readsTexts()) {
      return List.of(new ConfigTensor(Inputs.TEXT, "TYPE_STRING", List.of(1L)));
    }
    return config(model.signature().inputs());
  }

  static List<ConfigTensor> config(List<Port> ports) {
    return ports.stream()
        .map(
            port ->
                new ConfigTensor(
                    port.name(),
                    "TYPE_" + Datatype.of(port.dtype()),
                    port.shape().subList(1, port.shape().size())))
        .toList();
  }

  /** {@return the most examples of one request: the values of a tensor are one array} */
  static int mostExamples(Model model) {
    var signature = model.signature();
    return Stream.concat(signature.inputs().stream(), signature.outputs().stream())
        .mapToInt(port -> (int) (Integer.MAX_VALUE / port.width()))
        .min()
        .orElseThrow();
  }
}
