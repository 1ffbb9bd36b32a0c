package dev.fathom.service.rest;

import dev.fathom.service.Refusal;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds the error form to every operation of the document, in its API's form. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ErrorsInOpenApi implements OASFilter {

  private static final Refusal EXAMPLE =
      new Refusal(
          422,
          "/training/epoch: unknown key 'epoch'; did you mean 'epochs'?",
          List.of(
              new Refusal.Field("/training/epoch", "unknown key 'epoch'; did you mean 'epochs'?")));

  @Override
  public void filterOpenAPI(OpenAPI api) {
    api.getPaths()
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations()
                    .values()
                    .forEach(
                        operation ->
                            operation.getResponses().addAPIResponse("default", error(path))));
  }

  private static APIResponse error(String path) {
    var form = ErrorForm.of(EXAMPLE, path.startsWith("/v") ? path : "/api/v1/trainings");
    var schema = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT);
    form.body()
        .fieldNames()
        .forEachRemaining(name -> schema.addProperty(name, OASFactory.createSchema()));
    return OASFactory.createAPIResponse()
        .description("What is wrong, in one sentence")
        .content(
            OASFactory.createContent()
                .addMediaType(
                    form.type(), OASFactory.createMediaType().schema(schema).example(form.body())));
  }
}
