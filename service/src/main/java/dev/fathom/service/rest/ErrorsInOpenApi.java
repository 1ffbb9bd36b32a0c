package dev.fathom.service.rest;

import dev.fathom.service.Refusal;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds the error form to every operation of the document, in its API's form, and missing ids. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ErrorsInOpenApi implements OASFilter {

  private static final Refusal EXAMPLE =
      new Refusal(
          422,
          "/training/epoch: unknown key 'epoch'; did you mean 'epochs'?",
          List.of(
              new Refusal.Field("/training/epoch", "unknown key 'epoch'; did you mean 'epochs'?")));

  private static final String PROBLEM = "Problem";
  private static final String FIELD = "ProblemField";
  private static final String OPEN_AI = "OpenAiError";
  private static final String OPEN_INFERENCE = "OpenInferenceError";

  @Override
  public void filterOpenAPI(OpenAPI api) {
    var components = api.getComponents();
    schemas().forEach(components::addSchema);
    // Of a node of JSON the tool describes the Java class.
    components.addSchema("ObjectNode", typed(SchemaType.OBJECT));
    components.removeSchema("JsonNode");
    components.removeSchema("JsonNodeType");
    components.removeSchema("Page"); // Those of items are beside it.
    api.setSecurity(List.of(OASFactory.createSecurityRequirement())); // Nothing is asked for.
    api.getPaths()
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations()
                    .forEach(
                        (method, operation) -> {
                          operation.getResponses().addAPIResponse("default", error(path));
                          complete(operation, id(method, path));
                        }));
  }

  private static void complete(Operation operation, String id) {
    if (operation.getOperationId() == null) {
      operation.setOperationId(id);
    }
    if (operation.getRequestBody() != null) {
      // A resource that reads its body as a stream takes bytes, the tool believes.
      var json = operation.getRequestBody().getContent().getMediaType("application/json");
      if (json != null && (json.getSchema() == null || json.getSchema().getRef() == null)) {
        json.setSchema(typed(SchemaType.OBJECT));
      }
    }
  }

  /** {@return an id such as {@code getV2ModelsModelReady}} */
  private static String id(HttpMethod method, String path) {
    return method.name().toLowerCase(Locale.ROOT)
        + Stream.of(path.split("[^A-Za-z0-9]+"))
            .filter(word -> !word.isEmpty())
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
  }

  private static Map<String, Schema> schemas() {
    var field = object("pointer", "detail").description("A part of the request that is wrong");
    var problem =
        object("type", "title", "detail", "instance")
            .description("Problem details of RFC 9457")
            .addProperty("status", typed(SchemaType.INTEGER).format("int32"))
            .addProperty("errors", typed(SchemaType.ARRAY).items(ref(FIELD)))
            .required(List.of("type", "title", "status", "detail"));
    var openAi =
        typed(SchemaType.OBJECT)
            .addProperty("error", object("message", "type", "param", "code"))
            .required(List.of("error"));
    var openInference = object("error").required(List.of("error"));
    return Map.of(FIELD, field, PROBLEM, problem, OPEN_AI, openAi, OPEN_INFERENCE, openInference);
  }

  private static APIResponse error(String path) {
    var form = ErrorForm.of(EXAMPLE, path.startsWith("/v") ? path : "/api/v1/trainings");
    var schema =
        path.startsWith("/v1") ? OPEN_AI : path.startsWith("/v2") ? OPEN_INFERENCE : PROBLEM;
    return OASFactory.createAPIResponse()
        .description("What is wrong, in one sentence")
        .content(
            OASFactory.createContent()
                .addMediaType(
                    form.type(),
                    OASFactory.createMediaType().schema(ref(schema)).example(form.body())));
  }

  private static Schema object(String... texts) {
    var schema = typed(SchemaType.OBJECT);
    for (var text : texts) {
      schema.addProperty(text, typed(SchemaType.STRING));
    }
    return schema;
  }

  private static Schema typed(SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }

  private static Schema ref(String name) {
    return OASFactory.createSchema().ref(name);
  }
}
