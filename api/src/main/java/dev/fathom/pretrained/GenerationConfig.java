package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.model.Continuation;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code generation_config.json}. */
final class GenerationConfig {
  private GenerationConfig() {}

  /**
   * {@return how texts go on where a request does not say} Where the file does not ask for
   * sampling, its temperature and the like are of no use to transformers either.
   *
   * @param config of the model, which has the end of a text in older folders
   * @param generation the content of the file; null if there is none
   */
  static Continuation read(JsonNode config, ObjectNode generation) {
    Set<Integer> ends = new TreeSet<>();
    JsonNode given = generation == null ? null : generation.get("eos_token_id");
    JsonNode end = given == null || given.isNull() ? config.path("eos_token_id") : given;
    if (end.isInt()) {
      ends.add(end.intValue());
    }
    end.forEach(token -> ends.add(token.intValue()));
    if (generation == null) {
      return new Continuation(
          ends,
          OptionalDouble.empty(),
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());
    }
    Config file = Config.of("generation_config.json", generation);
    boolean draws = file.flag("do_sample", false);
    return new Continuation(
        ends,
        draws ? OptionalDouble.of(file.positive("temperature", 1)) : OptionalDouble.empty(),
        draws && isPositive(generation.path("top_k"))
            ? OptionalInt.of((int) file.count("top_k"))
            : OptionalInt.empty(),
        draws && file.has("top_p")
            ? OptionalDouble.of(file.positive("top_p"))
            : OptionalDouble.empty(),
        file.has("repetition_penalty")
            ? OptionalDouble.of(file.positive("repetition_penalty"))
            : OptionalDouble.empty());
  }

  /** 0 is the same as none. */
  private static boolean isPositive(JsonNode number) {
    return number.isNumber() && number.doubleValue() > 0;
  }
}
