package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.nn.Activation;
import dev.fathom.nn.Rotary;
import java.util.Map;
import java.util.Optional;

/** What configurations of several architectures have alike. */
final class Forms {
  static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "gelu", Activation.GELU,
          "gelu_new", Activation.GELU_TANH,
          "gelu_fast", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH,
          "relu", Activation.RELU,
          "silu", Activation.SILU,
          "swish", Activation.SILU,
          "tanh", Activation.TANH);

  private Forms() {}

  /** Reads a scaling of rotary speeds. */
  private interface ScalingReader {
    Rotary.Scaling read(Config scaling, long longest, int context);
  }

  private static final Map<String, ScalingReader> SCALINGS =
      Map.of(
          "default", (_, _, _) -> Rotary.Scaling.NONE,
          "linear", (c, _, _) -> new Rotary.Linear(c.positive("factor")),
          "dynamic", Forms::dynamic,
          "llama3", Forms::llama3,
          "yarn", Forms::yarn);

  /** {@return whether a layer has a window, if the configuration has a list of that} */
  static Optional<Boolean> slides(Config config, int layer) {
    JsonNode types = config.json().path("layer_types");
    if (types.isMissingNode() || types.isNull()) {
      return Optional.empty();
    }
    return switch (types.path(layer).asText()) {
      case "sliding_attention" -> Optional.of(true);
      case "full_attention" -> Optional.of(false);
      default ->
          throw config.wrong(
              "layer_types/" + layer,
              "expected 'sliding_attention' or 'full_attention' but got " + types.path(layer));
    };
  }

  /**
   * {@return how positions turn queries and keys} It stands in {@code rope_parameters}, or, in
   * files that transformers before version 5 wrote, in {@code rope_theta} and {@code rope_scaling}.
   *
   * @param context the longest text
   */
  static Rotary rotary(Config config, int context) {
    Optional<Config> parameters = config.object("rope_parameters");
    if (parameters.isPresent()) {
      return rotary(config, parameters.get(), parameters.get(), context);
    }
    Config scaling = config.object("rope_scaling").orElse(null);
    return rotary(config, config, scaling, context);
  }

  /**
   * {@return the same}
   *
   * @param theta has the base
   * @param scaling has the kind of scaling; null for none
   */
  static Rotary rotary(Config config, Config theta, Config scaling, int context) {
    theta.only("partial_rotary_factor", 1.0);
    config.only("partial_rotary_factor", 1.0);
    double base = theta.positive("rope_theta", 10_000);
    if (scaling == null) {
      return new Rotary(base);
    }
    String key = scaling.has("rope_type") ? "rope_type" : "type";
    ScalingReader reader = scaling.choice(key, "default", SCALINGS);
    return new Rotary(
        base, reader.read(scaling, config.count("max_position_embeddings", 1), context));
  }

  /** Speeds change only in texts longer than the first context. */
  private static Rotary.Scaling dynamic(Config scaling, long longest, int context) {
    long first = scaling.count("original_max_position_embeddings", longest);
    if (context > first) {
      throw scaling.wrong(
          "rope_type",
          "expected a context of at most %d for 'dynamic', which turns tokens anew as a text grows longer, but got %d"
              .formatted(first, context));
    }
    return Rotary.Scaling.NONE;
  }

  private static Rotary.Scaling llama3(Config scaling, long longest, int context) {
    return new Rotary.Llama3(
        scaling.positive("factor"),
        scaling.positive("low_freq_factor"),
        scaling.positive("high_freq_factor"),
        scaling.count("original_max_position_embeddings", longest));
  }

  private static Rotary.Scaling yarn(Config scaling, long longest, int context) {
    long first = scaling.count("original_max_position_embeddings", longest);
    double divisor = scaling.positive("factor", (double) longest / first);
    double factor =
        scaling.has("mscale") && scaling.has("mscale_all_dim")
            ? scale(divisor, scaling.positive("mscale"))
                / scale(divisor, scaling.positive("mscale_all_dim"))
            : Rotary.Yarn.usualFactor(divisor);
    return new Rotary.Yarn(
        divisor,
        scaling.positive("beta_fast", 32),
        scaling.positive("beta_slow", 1),
        first,
        scaling.flag("truncate", true),
        scaling.positive("attention_factor", factor));
  }

  private static double scale(double divisor, double weight) {
    return divisor <= 1 ? 1 : 0.1 * weight * Math.log(divisor) + 1;
  }
}
