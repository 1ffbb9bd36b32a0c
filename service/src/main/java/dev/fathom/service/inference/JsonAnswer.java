package dev.fathom.service.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.fathom.data.Numbers;
import dev.fathom.service.rest.Coding;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An answer in JSON, with binary data behind it if an output was wanted so.
 *
 * @param body all bytes
 * @param jsonBytes how many of them are JSON; empty if all
 */
record JsonAnswer(byte[] body, OptionalInt jsonBytes) {

  private static final JsonFactory JSON = new JsonFactory();

  /** {@return the form of an answer} */
  static JsonAnswer of(InferenceAnswer answer) throws IOException {
    var body = new ByteArrayOutputStream();
    List<byte[]> binary = new ArrayList<>();
    try (var json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("model_name", answer.model().name());
      json.writeStringField("model_version", Integer.toString(answer.model().version()));
      if (answer.id().isPresent()) {
        json.writeStringField("id", answer.id().get());
      }
      json.writeArrayFieldStart("outputs");
      for (var output : answer.outputs()) {
        write(output, json, binary);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    if (binary.isEmpty()) {
      return new JsonAnswer(body.toByteArray(), OptionalInt.empty());
    }
    int jsonBytes = body.size();
    for (var bytes : binary) {
      body.write(bytes);
    }
    return new JsonAnswer(body.toByteArray(), OptionalInt.of(jsonBytes));
  }

  /** {@return the answer as HTTP has it} */
  Response response(Optional<Coding> coding) throws IOException {
    var response =
        Response.ok(coding.isPresent() ? compressed(coding.get()) : body)
            .type(
                jsonBytes.isPresent()
                    ? MediaType.APPLICATION_OCTET_STREAM
                    : MediaType.APPLICATION_JSON)
            .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    coding.ifPresent(c -> response.header(HttpHeaders.CONTENT_ENCODING, c.token()));
    jsonBytes.ifPresent(bytes -> response.header(JsonRequest.JSON_BYTES, bytes));
    return response.build();
  }

  private byte[] compressed(Coding coding) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = coding.compressing(packed)) {
      out.write(body);
    }
    return packed.toByteArray();
  }

  private static void write(Numbers numbers, JsonGenerator json) throws IOException {
    switch (numbers) {
      case Numbers.Floats(float[] values) -> {
        for (float value : values) {
          json.writeNumber(value);
        }
      }
      case Numbers.Doubles(double[] values) -> {
        for (double value : values) {
          json.writeNumber(value);
        }
      }
    }
  }

  private static void write(OutputTensor output, JsonGenerator json, List<byte[]> binary)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", output.name());
    json.writeStringField("datatype", output.datatype().name());
    json.writeArrayFieldStart("shape");
    for (long size : output.shape()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    var labels = output instanceof OutputTensor.Numbers n ? n.labels() : List.<String>of();
    if (!labels.isEmpty() || output.binary()) {
      json.writeObjectFieldStart("parameters");
      if (output.binary()) {
        binary.add(output.bytes());
        json.writeNumberField("binary_data_size", binary.getLast().length);
      }
      if (!labels.isEmpty()) {
        json.writeArrayFieldStart("labels");
        for (var label : labels) {
          json.writeString(label);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    if (!output.binary()) {
      json.writeArrayFieldStart("data");
      switch (output) {
        case OutputTensor.Numbers numbers -> {
          if (numbers.datatype().isWhole()) {
            for (int i = 0; i < numbers.values().size(); i++) {
              json.writeNumber((long) numbers.values().get(i));
            }
          } else {
            write(numbers.values(), json);
          }
        }
        case OutputTensor.Texts texts -> {
          for (var text : texts.values()) {
            json.writeString(text);
          }
        }
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
