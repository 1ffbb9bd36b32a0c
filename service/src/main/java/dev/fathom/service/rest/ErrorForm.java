package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.service.Refusal;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A refusal as a body.
 *
 * @param type the media type
 * @param body the JSON
 */
record ErrorForm(String type, ObjectNode body) {

  /** {@return the refusal in the form of the API that {@code path} belongs to} */
  static ErrorForm of(Refusal refusal, String path) {
    return path.equals("/v2") || path.startsWith("/v2/")
        ? openInference(refusal)
        : problemDetails(refusal, path);
  }

  /** RFC 9457, with {@code errors} as a member of ours. */
  private static ErrorForm problemDetails(Refusal refusal, String path) {
    var body = JsonNodeFactory.instance.objectNode();
    body.put("type", "about:blank");
    body.put("title", HttpResponseStatus.valueOf(refusal.status()).reasonPhrase());
    body.put("status", refusal.status());
    body.put("detail", refusal.getMessage());
    body.put("instance", path);
    if (!refusal.fields().isEmpty()) {
      var errors = body.putArray("errors");
      for (var field : refusal.fields()) {
        errors.addObject().put("pointer", field.pointer()).put("detail", field.detail());
      }
    }
    return new ErrorForm("application/problem+json", body);
  }

  /** The Open Inference Protocol's form. */
  private static ErrorForm openInference(Refusal refusal) {
    var body = JsonNodeFactory.instance.objectNode().put("error", refusal.getMessage());
    return new ErrorForm("application/json", body);
  }
}
