package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.device.Backends;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A piece of work that is timed, on random data. */
public sealed interface Workload permits Gemm, TrainingStep, Inference, Decode {

  /** The names that {@link #named} takes, as help and errors print them. */
  String NAMES =
      "gemmN (gemm256 to gemm2048), mlp, lenet, lstm, gpt, gpt-decode, gpt-prefill, infer-M-B (B"
          + " examples; M one of the networks)";

  /** Generation of a text. */
  String DECODE = "gpt-decode";

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
    var names =
        Arrays.stream(Network.values())
            .flatMap(network -> Stream.of(network.label(), "infer-" + network.label() + "-32"));
    return Stream.concat(names, Stream.of(DECODE)).toList();
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
