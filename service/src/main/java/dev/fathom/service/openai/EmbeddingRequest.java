package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.Embedder;
import dev.fathom.image.PictureFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request for vectors of texts, or of pictures.
 *
 * @param model as the client named it
 * @param layer whose vectors they are; empty for the one in front of the head
 * @param base64 whether vectors are little-endian f32 in Base64
 * @param dimensions how many numbers of each vector are kept; empty for all
 */
record EmbeddingRequest(
    String model,
    List<Arguments.Input> inputs,
    Optional<String> layer,
    boolean base64,
    OptionalInt dimensions) {
  private static final int MOST_INPUTS = 2048;

  static EmbeddingRequest parse(JsonNode json) {
    var arguments = new Arguments(json);
    arguments.text("user", "");
    var request =
        new EmbeddingRequest(
            arguments.text("model"),
            arguments.inputs("input", MOST_INPUTS),
            arguments.optionalText("layer"),
            arguments.choice("encoding_format", false, Map.of("float", false, "base64", true)),
            arguments.integer("dimensions", 1, Integer.MAX_VALUE));
    arguments.end();
    return request;
  }

  /** Vectors, and how many tokens they were made of. */
  private record Vectors(List<float[]> all, int tokens) {}

  ObjectNode answer(Embedder embedder) {
    if (dimensions.orElse(1) > embedder.size()) {
      throw Arguments.wrong(
          "dimensions",
          "expected 'dimensions' of 1 to %d, the length of the vectors of '%s', but got %d"
              .formatted(embedder.size(), model, dimensions.getAsInt()));
    }
    var vectors = vectors(embedder);
    var json = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = json.putArray("data");
    for (var vector : vectors.all()) {
      var item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
      write(shortened(vector), item);
    }
    json.put("model", model);
    json.putObject("usage")
        .put("prompt_tokens", vectors.tokens())
        .put("total_tokens", vectors.tokens());
    return json;
  }

  private Vectors vectors(Embedder embedder) {
    var asked = embedder.model();
    if (asked.readsPictures()) {
      return new Vectors(pictures(embedder), 0);
    }
    if (asked.tokenizer().isPresent()) {
      return texts(embedder);
    }
    throw Arguments.wrong(
        "model",
        "the model '%s' takes neither texts nor pictures but %s of shape %s"
            .formatted(model, asked.signature().input().name(), asked.rawShape()));
  }

  private Vectors texts(Embedder embedder) {
    List<float[]> vectors = new ArrayList<>();
    int count = 0;
    for (var input : inputs) {
      try {
        var tokens = input.tokens(embedder.model());
        vectors.add(embedder.embed(tokens));
        count += tokens.length;
      } catch (IllegalArgumentException e) {
        throw Arguments.wrong("input", place(vectors.size()) + ": " + e.getMessage());
      }
    }
    return new Vectors(vectors, count);
  }

  private List<float[]> pictures(Embedder embedder) {
    var files = new PictureFile[inputs.size()];
    Arrays.setAll(files, i -> new PictureFile(place(i), inputs.get(i).file(place(i))));
    try {
      return embedder.embed(files);
    } catch (IllegalArgumentException e) { // It names the place.
      throw Arguments.wrong("input", e.getMessage());
    }
  }

  private String place(int index) {
    return inputs.size() == 1 ? "input" : "input " + index;
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
