package dev.fathom.service.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * A message of HTTP/1.1 as it travels.
 *
 * @param start the first line
 * @param headers by name in any case
 * @param body as it was sent, perhaps compressed
 */
record Wire(String start, Map<String, String> headers, byte[] body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Sends bytes over a socket of its own; {@return the answer} */
  static Wire exchange(int port, byte[] request) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return read(socket.getInputStream());
    }
  }

  static Wire read(byte[] message) throws IOException {
    return read(new ByteArrayInputStream(message));
  }

  private static Wire read(InputStream in) throws IOException {
    var start = line(in);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var parts = line.split(":", 2);
      headers.put(parts[0], parts[1].strip());
    }
    var length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
    if ("chunked".equals(headers.get("Transfer-Encoding"))) {
      return new Wire(start, headers, chunks(in));
    }
    var body = in.readNBytes(length);
    assertEquals(length, body.length);
    return new Wire(start, headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var all = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(in), 16);
      all.write(in.readNBytes(length));
      line(in);
      if (length == 0) {
        return all.toByteArray();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** {@return the second word of the first line of a request} */
  String path() {
    return start.split(" ")[1];
  }

  /** {@return the status of an answer} */
  int status() {
    return Integer.parseInt(start.split(" ")[1]);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  private byte[] plain() throws IOException {
    return switch (header("Content-Encoding").orElse("identity")) {
      case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      case "deflate" -> new InflaterInputStream(new ByteArrayInputStream(body)).readAllBytes();
      default -> body;
    };
  }

  /** {@return the JSON, in which the data of binary tensors has been put} */
  JsonNode json() throws IOException {
    var plain = plain();
    int length = header("Inference-Header-Content-Length").map(Integer::parseInt).orElse(-1);
    if (length < 0) {
      return JSON.readTree(plain);
    }
    var json = JSON.readTree(Arrays.copyOf(plain, length));
    var binary = ByteBuffer.wrap(plain, length, plain.length - length);
    binary.order(ByteOrder.LITTLE_ENDIAN);
    for (var key : new String[] {"inputs", "outputs"}) {
      for (var tensor : json.path(key)) {
        int bytes = tensor.path("parameters").path("binary_data_size").asInt(-1);
        if (bytes >= 0) {
          int end = binary.position() + bytes;
          var data = ((ObjectNode) tensor).putArray("data");
          while (binary.position() < end) {
            decode(tensor.path("datatype").asText(), binary, data);
          }
        }
      }
    }
    assertEquals(0, binary.remaining());
    return json;
  }

  private static void decode(String datatype, ByteBuffer binary, ArrayNode data) {
    switch (datatype) {
      case "FP32" -> data.add(binary.getFloat());
      case "UINT8" -> data.add(binary.get() & 0xff);
      case "BYTES" -> {
        var text = new byte[binary.getInt()];
        binary.get(text);
        data.add(new String(text, StandardCharsets.UTF_8));
      }
      default -> throw new AssertionError(datatype);
    }
  }

  /** {@return the inputs of a request and nothing else, in JSON} */
  String plainRequest() throws IOException {
    var plain = JsonNodeFactory.instance.objectNode();
    var inputs = plain.putArray("inputs");
    for (var input : json().path("inputs")) {
      var tensor = ((ObjectNode) input).deepCopy();
      tensor.remove("parameters");
      inputs.add(tensor);
    }
    return plain.toString();
  }
}
