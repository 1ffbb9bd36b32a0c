package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.TextTokens;
import dev.fathom.json.SpecException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Numbers of ids that a spec leaves to the data: {@code "vocabulary"} of a layer that takes an
 * input of categories, or of a column of texts, and of the latter its {@code "padding"}. The layer
 * is one of the network's own, not part of another.
 */
final class Vocabularies {
  private static final String KEY = "vocabulary";

  /** Stands for a number that only data tell, until {@link #fill}. */
  static final long NOT_KNOWN = 1 << 24;

  private Vocabularies() {}

  /**
   * Writes those that data tell into the expanded section {@code model}.
   *
   * @return whether there was one
   */
  static boolean fill(JsonNode model, List<InputSpec> inputs, List<Encoding> encodings) {
    ArrayNode layers =
        model instanceof ArrayNode list
            ? list
            : model.path("layers") instanceof ArrayNode l ? l : null;
    boolean filled = false;
    String before = inputs.getFirst().name();
    for (int i = 0; layers != null && !encodings.isEmpty() && i < layers.size(); i++) {
      ObjectNode layer = (ObjectNode) layers.get(i);
      String from = layer.path("inputs").path(0).asText(before);
      for (int input = 0; input < inputs.size(); input++) {
        if (isOpen(layer) && inputs.get(input).name().equals(from)) {
          filled |= fill(layer, encodings.get(input));
        }
      }
      before = layer.path("name").asText();
    }
    return filled;
  }

  private static boolean fill(ObjectNode layer, Encoding encoding) {
    OptionalLong vocabulary = encoding.vocabulary();
    vocabulary.ifPresent(size -> layer.put(KEY, size));
    if (encoding instanceof TextTokens text && layer.path("padding").isNull()) {
      layer.put("padding", text.fixed().padding().orElseThrow());
    }
    return vocabulary.isPresent();
  }

  private static boolean isOpen(JsonNode layer) {
    return layer.has(KEY) && layer.get(KEY).isNull();
  }

  /**
   * Checks that none is left open.
   *
   * @throws SpecException with the pointer of one that is
   */
  static void check(JsonNode node, String pointer) {
    if (isOpen(node)) {
      throw new SpecException(
          pointer + "/" + KEY,
          "expected a whole number of 1 or more, as data tell it of an input of categories or of a"
              + " column of texts alone");
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        check(node.get(i), pointer + "/" + i);
      }
    } else {
      node.properties().forEach(field -> check(field.getValue(), pointer + "/" + field.getKey()));
    }
  }
}
