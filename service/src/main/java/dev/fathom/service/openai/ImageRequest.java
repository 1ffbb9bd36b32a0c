package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.PictureGenerator;
import dev.fathom.generate.PictureRequest;
import dev.fathom.image.PngWriter;
import dev.fathom.task.WishException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * A request for pictures of a class.
 *
 * @param model as the client named it
 * @param prompt the name of the class
 * @param count how many
 * @param size width and height, {@code 28x28}; {@code auto} for those that the model makes
 * @param seed the same seed gives the same pictures
 */
record ImageRequest(String model, String prompt, int count, String size, OptionalLong seed) {
  private static final String AUTO = "auto";
  private static final int MOST = 128;

  static ImageRequest parse(JsonNode json) {
    var arguments = new Arguments(json);
    // Say how the picture is to look or who asks: they have no effect here.
    for (var ignored : List.of("user", "quality", "style", "background", "moderation")) {
      arguments.text(ignored, "");
    }
    arguments.choice("response_format", true, Map.of("b64_json", true));
    arguments.choice("output_format", true, Map.of("png", true));
    if (arguments.flag("stream")) {
      throw Arguments.wrong(
          "stream", "expected no 'stream': /api/v1/models/{name}/generate streams steps as events");
    }
    var request =
        new ImageRequest(
            arguments.text("model"),
            arguments.text("prompt"),
            arguments.integer("n", 1, 1, MOST),
            arguments.text("size", AUTO),
            arguments.seed("seed"));
    arguments.end();
    return request;
  }

  ObjectNode answer(PictureGenerator generator, PictureGenerator.Progress progress) {
    if (generator.labels().isEmpty()) {
      throw Arguments.wrong(
          "model",
          "'%s' knows no classes, one of which a prompt would name; ask /api/v1/models/{name}/generate"
              .formatted(model));
    }
    if (!size.equals(AUTO) && !size.equals(generator.size())) {
      throw Arguments.wrong(
          "size",
          "expected 'auto' or '%s', the size of the pictures of '%s', but got '%s'"
              .formatted(generator.size(), model, size));
    }
    var wanted =
        new PictureRequest(count, seed.orElseGet(() -> new Random().nextInt())).of(prompt.strip());
    var json = JsonNodeFactory.instance.objectNode();
    json.put("created", Instant.now().getEpochSecond());
    var data = json.putArray("data");
    try {
      for (var picture : generator.generate(wanted, progress)) {
        var file = Base64.getEncoder().encodeToString(PngWriter.of(picture));
        data.addObject().put("b64_json", file);
      }
    } catch (WishException e) {
      throw Arguments.wrong(e.part().equals("class") ? "prompt" : e.part(), e.getMessage());
    }
    json.put("output_format", "png").put("size", generator.size());
    return json;
  }
}
