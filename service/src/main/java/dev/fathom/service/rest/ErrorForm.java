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
public record ErrorForm(String type, ObjectNode body) {

  /** {@return the refusal in the form of the API that {@code path} belongs to} */
  public static ErrorForm of(Refusal refusal, String path) {
    if (isUnder("/v1", path)) {
      return openAi(refusal);
    }
    return isUnder("/v2", path) ? openInference(refusal) : problemDetails(refusal, path);
  }

  private static boolean isUnder(String root, String path) {
    return path.equals(root) || path.startsWith(root + "/");
  }

  /** Problem details of RFC 9457, with the additional member {@code errors}. */
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

  /** OpenAI's error object. */
  private static ErrorForm openAi(Refusal refusal) {
    var param =
        refusal.fields().stream()
            .map(field -> field.pointer().replaceFirst("^/", ""))
            .filter(name -> !name.isEmpty())
            .findFirst()
            .orElse(null);
    boolean noModel = refusal.status() == 404 && "model".equals(param);
    var body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", refusal.getMessage())
        .put("type", refusal.status() < 500 ? "invalid_request_error" : "server_error")
        .put("param", param)
        .put("code", noModel ? "model_not_found" : null);
    return new ErrorForm("application/json", body);
  }

  /** The Open Inference Protocol's form. */
  private static ErrorForm openInference(Refusal refusal) {
    var body = JsonNodeFactory.instance.objectNode().put("error", refusal.getMessage());
    return new ErrorForm("application/json", body);
  }
}
