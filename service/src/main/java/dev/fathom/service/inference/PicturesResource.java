package dev.fathom.service.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Numbers;
import dev.fathom.image.PictureException;
import dev.fathom.image.PictureFile;
import dev.fathom.model.Model;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.inference.Inference.Asking;
import dev.fathom.service.rest.JsonBody;
import dev.fathom.service.rest.UsesModels;
import dev.fathom.task.Answer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /api/v1/models/{name}/predict}: asks a model with pictures as they are. */
@Path("/api/v1/models")
@Tag(name = "Models")
public final class PicturesResource {

  private static final String PNG = "image/png";
  private static final MediaType PNG_TYPE = MediaType.valueOf(PNG);

  @Inject OpenModels models;
  @Inject Inference inference;
  @Inject FathomConfig config;

  /**
   * What a model says of pictures.
   *
   * @param answers one for each picture, as the model's task has it
   */
  @RegisterForReflection
  @Schema(
      name = "PictureAnswers",
      requiredProperties = {"model", "version", "answers"})
  public record Answers(
      String model,
      int version,
      @Schema(implementation = PictureAnswer[].class) List<ObjectNode> answers) {}

  /** What a model says of a picture. */
  @Schema(
      name = "PictureAnswer",
      requiredProperties = {"file"},
      description =
          "The answer as the model's task has it: of classes a label and probabilities, of a detector"
              + " objects, of a segmentation a mask and its legend. Places are in the pixels of the"
              + " picture as it was sent.")
  private record PictureAnswer(
      @Schema(description = "the name of the picture's file, or its place in the request")
          String file,
      @Schema(description = "the class") String label,
      @Schema(description = "the probability of each class by its name")
          Map<String, Double> probabilities,
      @Schema(description = "width of the picture") Integer width,
      @Schema(description = "height of the picture") Integer height,
      @Schema(description = "what a detector found, the best first") List<FoundObject> objects,
      @Schema(
              description = "PNG of the picture's size in base64, the class of each pixel",
              format = "byte")
          String mask,
      @Schema(description = "the classes in the mask, the largest first")
          List<LegendEntry> legend) {}

  /** An object that a detector found. */
  @Schema(
      name = "FoundObject",
      requiredProperties = {"label", "score", "left", "top", "right", "bottom"})
  private record FoundObject(
      String label,
      @Schema(description = "0 to 1") double score,
      double left,
      double top,
      double right,
      double bottom) {}

  /** A class in a mask. */
  @Schema(
      name = "LegendEntry",
      requiredProperties = {"class", "label", "colour", "share"})
  private record LegendEntry(
      @JsonProperty("class") int number,
      String label,
      @Schema(description = "#rrggbb") String colour,
      @Schema(description = "the share of the picture's pixels") double share) {}

  /** A form with pictures, in fields of any name. */
  @Schema(name = "PictureForm")
  private record Form(
      @Schema(type = SchemaType.ARRAY, implementation = Picture.class) List<Object> file) {}

  /** A file. */
  @Schema(name = "PictureFile", type = SchemaType.STRING, format = "binary")
  private record Picture() {}

  @POST
  @UsesModels
  @Path("{name}/predict")
  @Consumes(MediaType.WILDCARD)
  @Produces({MediaType.APPLICATION_JSON, PNG})
  @RequestBody(
      required = true,
      content = {
        @Content(
            mediaType = MediaType.MULTIPART_FORM_DATA,
            schema = @Schema(implementation = Form.class)),
        @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary")),
        @Content(
            mediaType = "image/jpeg",
            schema = @Schema(type = SchemaType.STRING, format = "binary")),
        @Content(
            mediaType = "image/bmp",
            schema = @Schema(type = SchemaType.STRING, format = "binary"))
      })
  @Operation(
      operationId = "predictPictures",
      summary = "Asks a model's newest version what pictures are",
      description =
          "A picture as the body, or several as the files of a form. They are resized and cut as"
              + " those that the model learned from. With `Accept: image/png` the answer about one"
              + " picture is the mask itself, if the model gives one.")
  @APIResponse(
      responseCode = "200",
      description = "What the model says of each picture",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(implementation = Answers.class)),
        @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, format = "binary"))
      })
  public Response predict(
      @PathParam("name") @Parameter(example = "lenet") String name,
      @Context HttpHeaders headers,
      InputStream body)
      throws IOException {
    var type = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
    var media = type == null ? "" : type.strip().toLowerCase(Locale.ROOT);
    boolean form = media.startsWith(MediaType.MULTIPART_FORM_DATA);
    if (!form && !media.startsWith("image/")) {
      throw new Refusal(
          415,
          "expected the Content-Type multipart/form-data, image/png, image/jpeg or image/bmp but got %s"
              .formatted(type == null ? "none" : "'" + type + "'"));
    }
    var key = models.find(name, null);
    long most = config.limits().body().asLongValue();
    return inference.ask(
        key,
        () -> {
          var content = JsonBody.bytes(body, most);
          return new Pictures(
              key,
              form
                  ? Multipart.parts(type, content).stream()
                      .map(part -> new PictureFile(part.name(), part.content()))
                      .toList()
                  : List.of(new PictureFile("body", content)),
              headers.getAcceptableMediaTypes());
        });
  }

  /**
   * The files of a request.
   *
   * @param accepted the types of an answer that the client takes, the best first
   */
  private record Pictures(Key key, List<PictureFile> files, List<MediaType> accepted)
      implements Asking<Response> {
    Pictures {
      if (files.isEmpty()) {
        throw new Refusal(400, "expected a picture or more in the form but there is none");
      }
    }

    @Override
    public List<Numbers> values(Model model) {
      if (!model.readsPictures()) {
        throw new Refusal(
            422,
            "'%s' takes no pictures but %s of shape %s"
                .formatted(model.name(), model.signature().input().name(), model.rawShape()));
      }
      try {
        return List.of(model.examples(files));
      } catch (PictureException e) {
        throw new Refusal(e.isUnsupported() ? 415 : 422, e.getMessage());
      }
    }

    @Override
    public Response answer(Model model, List<Numbers> answers) {
      List<Answer> all = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        var answer = model.answer(answers, i, files.get(i));
        answer.json().put("file", files.get(i).name());
        all.add(answer);
      }
      var picture = all.size() == 1 ? all.getFirst().media() : Optional.<Answer.Media>empty();
      for (var type : accepted) {
        if (type.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
          var json = all.stream().map(Answer::json).toList();
          return Response.ok(new Answers(key.name(), key.version(), json))
              .type(MediaType.APPLICATION_JSON_TYPE)
              .build();
        }
        if (type.isCompatible(PNG_TYPE) && picture.isPresent()) {
          return Response.ok(picture.get().bytes()).type(picture.get().type()).build();
        }
      }
      throw new Refusal(
          406,
          all.size() == 1
              ? "the answer of '%s' is no picture: expected an Accept of application/json"
                  .formatted(model.name())
              : "expected one picture beside an Accept of image/png but got %d"
                  .formatted(all.size()));
    }
  }
}
