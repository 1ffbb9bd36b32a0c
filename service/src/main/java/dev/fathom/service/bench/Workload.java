package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.device.Backends;
import dev.fathom.spec.Spec;
import dev.fathom.spi.Shape;
import dev.fathom.text.Utf8;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A piece of work that is timed, on random data. */
public sealed interface Workload permits Gemm, Bandwidth, TrainingStep, Inference, Decode {

  /** The names that {@link #named} takes, as help and errors print them. */
  String NAMES =
      "gemmN (gemm256 to gemm2048), mlp, lenet, resnet18, lstm, gpt, unet, gpt-decode, gpt-prefill,"
          + " infer-M-B (B examples; M one of the networks), or the file of a spec";

  /** Generation of a text. */
  String DECODE = "gpt-decode";

  /** What {@code bench --all} times. */
  List<String> ALL =
      List.of(
          "gemm256",
          "gemm1024",
          "gemm2048",
          "mlp",
          "lenet",
          "resnet18",
          "lstm",
          "gpt",
          DECODE,
          "unet",
          "infer-mlp-1",
          "infer-mlp-32",
          "infer-lenet-1",
          "infer-lenet-32",
          "infer-resnet18-1",
          "infer-resnet18-32");

  /** {@return the unit of the rate} */
  String unit();

  /** {@return the median rate over {@code seconds}, after a warm-up} */
  double measure(Backends.Selection backend, double seconds) throws IOException;

  /**
   * {@return the kernel specs that the backend compiles and those that it declines} For a training
   * these are the specs of a step and of validation.
   */
  Coverage coverage(Backends.Selection backend) throws IOException;

  /** {@return the names of workloads that cover training and inference of every sample network} */
  static List<String> networks() {
    List<String> names = new ArrayList<>();
    for (var network : Network.names()) {
      names.addAll(List.of(network, "infer-" + network + "-32"));
    }
    names.add(DECODE);
    return names;
  }

  /**
   * {@return the training step of a spec, or its forward pass}
   *
   * @param shapes of random examples, by the names of the inputs; empty for the data of the spec
   * @param infer how many examples a forward pass has; empty for the training step
   * @throws IOException if the data cannot be read
   */
  static Workload of(Path file, Map<String, Shape> shapes, OptionalInt infer) throws IOException {
    var spec = Spec.parse(Utf8.read(file));
    var network =
        shapes.isEmpty()
            ? Network.of(spec, TrainingData.open(spec, file.toAbsolutePath().getParent()))
            : Network.random(spec, shapes);
    return infer.isPresent() ? new Inference(network, infer.getAsInt()) : new TrainingStep(network);
  }

  /** {@return the workload of this name, if there is one} */
  static Optional<Workload> named(String name) {
    if (name.equals(DECODE) || name.equals("gpt-prefill")) {
      return Optional.of(name.equals(DECODE) ? Decode.TOKENS : Decode.PROMPT);
    }
    var gemm = Pattern.compile("gemm([1-9]\\d{0,3})").matcher(name);
    if (gemm.matches()) {
      return Optional.of(new Gemm(Integer.parseInt(gemm.group(1))));
    }
    var inference = Pattern.compile("infer-(\\w+)-([1-9]\\d{0,3})").matcher(name);
    if (inference.matches()) {
      return Network.named(inference.group(1))
          .map(network -> new Inference(network, Integer.parseInt(inference.group(2))));
    }
    return Network.named(name).map(TrainingStep::new);
  }
}
