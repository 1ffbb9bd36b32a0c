package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.nn.Lora;
import dev.fathom.nn.NamePatterns;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a training takes from a model that was trained before, and what of it stays: the keys {@code
 * from}, {@code freeze} and {@code lora} of a spec.
 *
 * <pre>{@code
 * "from": {"model": "fashion-resnet", "version": 3, "weights": ["*", "!head.*"]},
 * "freeze": ["*", "!head.*"]
 * }</pre>
 *
 * @param from the model; empty to begin with random numbers
 * @param freeze parameters that are not learned
 * @param lora adapters that are learned in place of matrices
 */
public record TransferSpec(Optional<From> from, NamePatterns freeze, Optional<Lora> lora) {
  /**
   * A published model.
   *
   * @param version empty for the newest
   * @param weights the parameters and statistics that are taken
   */
  public record From(String model, OptionalInt version, NamePatterns weights) {
    /** {@return its name, and its version if that is said} */
    @Override
    public String toString() {
      return version.isPresent() ? model + " " + version.getAsInt() : model;
    }
  }

  /** Reads the keys of a spec. */
  static TransferSpec read(Fields f) {
    return new TransferSpec(
        f.optionalObject("from", TransferSpec::from),
        new NamePatterns(f.texts("freeze")),
        f.optionalObject("lora", TransferSpec::lora));
  }

  private static Parsed<From> from(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer, "model");
    String model = Spec.name(f, "model");
    OptionalInt version =
        f.optionalInteger("version", 1)
            .map(number -> OptionalInt.of((int) Math.min(number, Integer.MAX_VALUE)))
            .orElse(OptionalInt.empty());
    List<String> weights =
        f.has("weights") ? f.textOrTexts("weights", "a pattern of names") : all(f);
    f.end();
    return new Parsed<>(new From(model, version, new NamePatterns(weights)), f.expanded());
  }

  private static List<String> all(Fields f) {
    f.expand("weights", JsonNodeFactory.instance.arrayNode().add("*"));
    return List.of("*");
  }

  private static Parsed<Lora> lora(JsonNode node, String pointer) {
    Fields f = Fields.of(node, pointer);
    long rank = f.integer("rank", 8L, 1, 1 << 20);
    double alpha = f.number("alpha", 16.0, Range.POSITIVE);
    List<String> weights = f.textOrTexts("weights", "a pattern of names");
    f.end();
    return new Parsed<>(new Lora((int) rank, alpha, new NamePatterns(weights)), f.expanded());
  }
}
