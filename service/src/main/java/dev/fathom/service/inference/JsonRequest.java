package dev.fathom.service.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Nearest;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.inference.InferenceRequest.Wanted;
import dev.fathom.service.rest.JsonBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a request in JSON, strictly, and the binary data behind it. Keys that are not known are
 * refused; parameters that are not known are not, since the protocol leaves them to everybody.
 */
final class JsonRequest {

  /** The header that says how many bytes of a body are JSON; the others are binary data. */
  static final String JSON_BYTES = "Inference-Header-Content-Length";

  /** The parameters of tensors in memory that client and server share, which there is none of. */
  static final String SHARED_MEMORY = "shared_memory_region";

  private static final Set<String> KEYS =
      Set.of("id", "model_name", "model_version", "parameters", "inputs", "outputs");

  private final ByteBuffer binary;

  private JsonRequest(ByteBuffer binary) {
    this.binary = binary;
  }

  /**
   * {@return the request}
   *
   * @param model that is asked, which the body may name too
   * @param jsonBytes the header {@value #JSON_BYTES}; null if there is none
   * @throws Refusal 400 if it is malformed, 413 if it is longer than {@code maxBytes}
   */
  static InferenceRequest read(Key model, InputStream body, String jsonBytes, long maxBytes)
      throws IOException {
    if (jsonBytes == null) {
      return new JsonRequest(ByteBuffer.allocate(0)).read(model, JsonBody.read(body, maxBytes));
    }
    var bytes = JsonBody.bytes(body, maxBytes);
    int length = length(jsonBytes, bytes.length);
    var json = JsonBody.read(new ByteArrayInputStream(bytes, 0, length), maxBytes);
    var binary = ByteBuffer.wrap(bytes, length, bytes.length - length);
    return new JsonRequest(binary).read(model, json);
  }

  private static int length(String header, int most) {
    try {
      int length = Integer.parseInt(header.strip());
      if (length > 0 && length <= most) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new Refusal(
        400,
        "expected %s to be a number of bytes of the body, 1 to %d, but got '%s'"
            .formatted(JSON_BYTES, most, header));
  }

  private InferenceRequest read(Key model, JsonNode json) {
    var request = object(json, "the request", KEYS);
    requireSame(request, "model_name", model.name());
    requireSame(request, "model_version", Integer.toString(model.version()));
    var parameters = parameters(request, "the request");
    boolean binaryOutput = flag(parameters, "binary_data_output", false, "the request");
    List<InputTensor> inputs = new ArrayList<>();
    for (var tensor : list(request, "inputs")) {
      inputs.add(input(tensor));
    }
    if (binary.hasRemaining()) {
      throw new Refusal(
          400,
          "expected the binary data to be as long as every 'binary_data_size' together but %d bytes are left"
              .formatted(binary.remaining()));
    }
    List<Wanted> outputs = new ArrayList<>();
    for (var output : list(request, "outputs")) {
      outputs.add(output(output, binaryOutput));
    }
    Optional<String> id = Optional.empty();
    if (present(request, "id")) {
      id = Optional.of(text(request, "id", "the request"));
    }
    return new InferenceRequest(id, inputs, outputs, binaryOutput);
  }

  private InputTensor input(JsonNode node) {
    var keys = Set.of("name", "shape", "datatype", "parameters", "data");
    var tensor = object(node, "a tensor of 'inputs'", keys);
    var name = text(tensor, "name", "a tensor of 'inputs'");
    var what = "input '" + name + "'";
    var datatype = Datatype.named(tensor.path("datatype").asText(), what);
    var parameters = parameters(tensor, what);
    var content =
        present(parameters, "binary_data_size")
            ? binary(tensor, parameters, what)
            : new JsonContent(tensor.path("data"));
    return new InputTensor(name, datatype, shape(tensor.path("shape"), what), content);
  }

  private RawContent binary(ObjectNode tensor, ObjectNode parameters, String what) {
    if (tensor.has("data")) {
      throw new Refusal(400, what + ": expected 'data' or 'binary_data_size' but got both");
    }
    var size = parameters.get("binary_data_size");
    if (!size.isIntegralNumber() || size.longValue() < 0 || !size.canConvertToLong()) {
      throw wrong(what, "'binary_data_size' to be a number of bytes", size);
    }
    if (size.longValue() > binary.remaining()) {
      throw new Refusal(
          400,
          "%s: expected %d bytes of binary data behind the JSON of %s bytes but got %d"
              .formatted(what, size.longValue(), JSON_BYTES, binary.remaining()));
    }
    int length = size.intValue();
    var content = new RawContent(binary.slice(binary.position(), length));
    binary.position(binary.position() + length);
    return content;
  }

  private static List<Long> shape(JsonNode node, String what) {
    List<Long> shape = new ArrayList<>();
    for (var size : node) {
      if (!size.isIntegralNumber() || !size.canConvertToLong()) {
        throw wrong(what, "'shape' to be a list of sizes", node);
      }
      shape.add(size.longValue());
    }
    if (!node.isArray()) {
      throw wrong(what, "'shape' to be a list of sizes", node);
    }
    return shape;
  }

  private static Wanted output(JsonNode node, boolean binaryOutput) {
    var output = object(node, "an output of 'outputs'", Set.of("name", "parameters"));
    var name = text(output, "name", "an output of 'outputs'");
    var what = "output '" + name + "'";
    var parameters = parameters(output, what);
    int classes = 0;
    if (present(parameters, "classification")) {
      var count = parameters.get("classification");
      if (!count.canConvertToInt() || !count.isIntegralNumber() || count.intValue() < 1) {
        throw wrong(what, "'classification' to be a number of classes, 1 or more,", count);
      }
      classes = count.intValue();
    }
    return new Wanted(name, classes, flag(parameters, "binary_data", binaryOutput, what));
  }

  private static void requireSame(ObjectNode request, String key, String expected) {
    if (present(request, key) && !text(request, key, "the request").equals(expected)) {
      throw new Refusal(
          400,
          "expected '%s' to be '%s', as in the path, but got %s"
              .formatted(key, expected, shown(request.get(key))));
    }
  }

  /** {@return whether an object has a key; clients write null for what they leave out} */
  private static boolean present(ObjectNode object, String key) {
    return object.hasNonNull(key);
  }

  private static String text(ObjectNode object, String key, String what) {
    var value = object.path(key);
    if (!value.isTextual()) {
      throw wrong(what, "'%s' to be a string".formatted(key), value);
    }
    return value.textValue();
  }

  /** {@return a key that is true or false} */
  static boolean flag(ObjectNode parameters, String key, boolean absent, String what) {
    if (!present(parameters, key)) {
      return absent;
    }
    var value = parameters.get(key);
    if (!value.isBoolean()) {
      throw wrong(what, "'%s' to be true or false".formatted(key), value);
    }
    return value.booleanValue();
  }

  private static JsonNode list(ObjectNode request, String key) {
    var value = present(request, key) ? request.get(key) : JsonNodeFactory.instance.arrayNode();
    if (!value.isArray()) {
      throw wrong("the request", "'%s' to be a list of tensors".formatted(key), value);
    }
    return value;
  }

  /** {@return the parameters of an object; none if it has none} */
  static ObjectNode parameters(ObjectNode owner, String what) {
    if (!present(owner, "parameters")) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (!(owner.get("parameters") instanceof ObjectNode parameters)) {
      throw wrong(what, "'parameters' to be an object", owner.get("parameters"));
    }
    if (parameters.has(SHARED_MEMORY)) {
      throw sharedMemory(what);
    }
    return parameters;
  }

  /** {@return the refusal of a tensor in shared memory} */
  static Refusal sharedMemory(String what) {
    return new Refusal(400, what + ": '%s' is not supported".formatted(SHARED_MEMORY));
  }

  /**
   * Checks that a value is an object and has no other keys.
   *
   * @param what the object, for the message
   */
  static ObjectNode object(JsonNode node, String what, Set<String> keys) {
    if (!(node instanceof ObjectNode object)) {
      throw new Refusal(400, "expected an object as %s but got %s".formatted(what, shown(node)));
    }
    for (String key : (Iterable<String>) object::fieldNames) {
      if (!keys.contains(key)) {
        throw new Refusal(
            400,
            "unknown key '%s' in %s".formatted(key, what)
                + Nearest.to(key, keys)
                    .map(near -> ", did you mean '" + near + "'?")
                    .orElse("; expected one of " + keys.stream().sorted().toList()));
      }
    }
    return object;
  }

  private static Refusal wrong(String what, String expected, JsonNode actual) {
    return new Refusal(400, "%s: expected %s but got %s".formatted(what, expected, shown(actual)));
  }

  /** {@return a value as an error message shows it} */
  static String shown(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    var text = node.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
