package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.Embedder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A request for vectors of texts.
 *
 * @param model as the client named it
 * @param base64 whether vectors are little-endian f32 in Base64
 * @param dimensions how many numbers of each vector are kept; empty for all
 */
record EmbeddingRequest(
    String model, List<Arguments.Input> inputs, boolean base64, OptionalInt dimensions) {
  private static final int MOST_INPUTS = 2048;

  static EmbeddingRequest parse(JsonNode json) {
    var arguments = new Arguments(json);
    arguments.text("user", "");
    var request =
        new EmbeddingRequest(
            arguments.text("model"),
            arguments.inputs("input", MOST_INPUTS),
            arguments.choice("encoding_format", false, Map.of("float", false, "base64", true)),
            arguments.integer("dimensions", 1, Integer.MAX_VALUE));
    arguments.end();
    return request;
  }

  ObjectNode answer(Embedder embedder) {
    if (dimensions.orElse(1) > embedder.size()) {
      throw Arguments.wrong(
          "dimensions",
          "expected 'dimensions' of 1 to %d, the length of the vectors of '%s', but got %d"
              .formatted(embedder.size(), model, dimensions.getAsInt()));
    }
    var json = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = json.putArray("data");
    int count = 0;
    for (var input : inputs) {
      int[] tokens;
      float[] vector;
      try {
        tokens = input.tokens(embedder.tokenizer());
        vector = embedder.embed(tokens);
      } catch (IllegalArgumentException e) {
        throw Arguments.wrong("input", e.getMessage());
      }
      count += tokens.length;
      var item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
      write(shortened(vector), item);
    }
    json.put("model", model);
    json.putObject("usage").put("prompt_tokens", count).put("total_tokens", count);
    return json;
  }

  /** {@return the first numbers, which get the length 1, or all as they are} */
  private float[] shortened(float[] vector) {
    if (dimensions.orElse(vector.length) == vector.length) {
      return vector;
    }
    var first = Arrays.copyOf(vector, dimensions.getAsInt());
    double squares = 0;
    for (float number : first) {
      squares += (double) number * number;
    }
    // Zeros have no direction: they stay.
    double length = squares == 0 ? 1 : Math.sqrt(squares);
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) (first[i] / length);
    }
    return first;
  }

  private void write(float[] vector, ObjectNode item) {
    if (base64) {
      var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
      return;
    }
    var numbers = item.putArray("embedding");
    for (float number : vector) {
      numbers.add(number);
    }
  }
}
