package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.generate.BeamSearch;
import dev.fathom.generate.Translated;
import dev.fathom.generate.Translator;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModel;
import dev.fathom.service.OpenModels;
import dev.fathom.service.Refusal;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/models/{name}/translate}: texts that a model tells from others. */
@Path("/api/v1/models/{name}/translate")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Models")
public final class TranslateResource {

  private static final int MOST_TEXTS = 256;
  private static final int MOST_BEAMS = 16;
  private static final Range PENALTIES = new Range(-10, true, 10, true, "in [-10, 10]");

  private static final String EXAMPLE =
      """
      {"texts": ["Open file", "Save as..."], "beams": 4, "lengthPenalty": 1, "count": 1}
      """;

  @Inject OpenModels models;
  @Inject FathomConfig config;

  /** The answer to a request. */
  @Schema(name = "Translations")
  public record Translations(String model, int version, List<Text> texts) {}

  /**
   * A text of a request.
   *
   * @param translations the best first
   */
  @Schema(name = "TranslatedText")
  public record Text(String text, List<Told> translations) {}

  /** What a text becomes. */
  @Schema(name = "Translation")
  public record Told(
      String text,
      @Schema(description = "log-probability divided by the length to the power lengthPenalty")
          double score) {
    private static Told of(Translated told) {
      return new Told(told.text(), told.score());
    }
  }

  private record Request(List<String> texts, BeamSearch search) {}

  @POST
  @UsesModels
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.OBJECT),
              examples = @ExampleObject(name = "menus", value = EXAMPLE)))
  @Operation(
      operationId = "translate",
      summary = "Tells texts from others by a model of the task translation",
      description =
          "`texts` are 1 to 256. Each becomes its `count` (default: 1) best, which a search of"
              + " `beams` (1 to 16, default: 4) finds; with a `lengthPenalty` below its default, 1,"
              + " it prefers short ones.")
  public Translations translate(
      @PathParam("name") @Parameter(example = "en-de") String name, InputStream body)
      throws IOException {
    var request = request(JsonBody.read(body, config.limits().body().asLongValue()));
    var key = models.find(name);
    return models.with(
        key, open -> new Translations(key.name(), key.version(), told(open, request)));
  }

  private static List<Text> told(OpenModel open, Request request) {
    var translator = translator(open);
    List<List<Translated>> told;
    try {
      told = translator.translate(request.texts(), request.search());
    } catch (IllegalArgumentException e) {
      throw new SpecException("/texts", e.getMessage());
    }
    var texts = new ArrayList<Text>();
    for (int i = 0; i < told.size(); i++) {
      texts.add(new Text(request.texts().get(i), told.get(i).stream().map(Told::of).toList()));
    }
    return texts;
  }

  private static Request request(JsonNode json) {
    var fields = Fields.of(json, "");
    var texts = fields.someTexts("texts", "1 to %d texts".formatted(MOST_TEXTS));
    int beams = (int) fields.integer("beams", 4L, 1, MOST_BEAMS);
    double lengthPenalty = fields.number("lengthPenalty", 1.0, PENALTIES);
    int count = (int) fields.integer("count", 1L, 1, beams);
    fields.end();
    if (texts.size() > MOST_TEXTS) {
      throw new SpecException(
          "/texts", "expected 1 to %d texts but got %d".formatted(MOST_TEXTS, texts.size()));
    }
    return new Request(
        texts, new BeamSearch(beams, lengthPenalty, count, Integer.MAX_VALUE, Set.of()));
  }

  /**
   * {@return what tells texts}
   *
   * @throws Refusal 422 if the model tells none
   */
  private static Translator translator(OpenModel open) {
    try {
      return open.translator();
    } catch (IllegalArgumentException e) {
      throw new Refusal(422, e.getMessage());
    }
  }
}
