package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.service.jobs.State;
import dev.fathom.spec.SpecSchema;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * Adds to the document what no Java type describes: specs, after their own schema, and the data of
 * events. Of a spec's schema it has the keys, their types and descriptions. Which keys belong
 * together is in {@code /api/v1/schema} alone: clients that are generated from this document know
 * no conditions.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class SpecInOpenApi implements OASFilter {

  /** The name of the schema of specs. */
  static final String NAME = "Spec";

  private static final Map<SchemaType, String> FORMATS =
      Map.of(SchemaType.NUMBER, "double", SchemaType.INTEGER, "int64");

  private static final String EVENT = "TrainingEvent";

  @Override
  public void filterOpenAPI(OpenAPI api) {
    var spec = schema(SpecSchema.json());
    spec.setDescription("A model spec. GET /api/v1/schema has all of its rules.");
    api.getComponents().addSchema(NAME, spec);
    api.getComponents().addSchema(EVENT, event());
  }

  private static Schema event() {
    var types = new ArrayList<Object>(List.of("started", "epoch", "progress"));
    Arrays.stream(State.values()).map(State::label).forEach(types::add);
    return object()
        .description(
            "The data of an event. `started` has the keys of TrainingPlan, `epoch` those of"
                + " TrainingEpoch, `progress` those of TrainingProgress, a state those of Training.")
        .addProperty("type", typed(SchemaType.STRING).enumeration(types))
        .addProperty("time", typed(SchemaType.STRING).format("date-time"))
        .addRequired("type");
  }

  /** {@return what a client may know of a JSON Schema} */
  private static Schema schema(JsonNode json) {
    var schema = OASFactory.createSchema();
    if (json.has("description")) {
      schema.setDescription(json.get("description").asText());
    }
    if (json.has("pattern")) {
      schema.setPattern(json.get("pattern").asText());
    }
    var properties = new LinkedHashMap<String, Schema>();
    collect(json, properties);
    properties.forEach(schema::addProperty);
    if (!properties.isEmpty()) {
      schema.addType(SchemaType.OBJECT);
    } else if (json.path("const").isTextual() || json.path("enum").path(0).isTextual()) {
      schema.addType(SchemaType.STRING); // Which texts differs from branch to branch.
    } else if (json.path("type").isTextual() && !json.has("items")) {
      // An array has no type: clients that are generated send an empty one for one that is not set.
      var type = SchemaType.valueOf(json.get("type").asText().toUpperCase(Locale.ROOT));
      schema.addType(type);
      schema.setFormat(FORMATS.get(type));
    }
    for (var required : json.path("required")) {
      schema.addRequired(required.asText());
    }
    return schema;
  }

  /** Collects the properties of all branches; one whose types differ is left without. */
  private static void collect(JsonNode json, Map<String, Schema> properties) {
    for (var property : json.path("properties").properties()) {
      if (!property.getValue().path("type").asText().equals("null")) {
        properties.merge(
            property.getKey(),
            schema(property.getValue()),
            (one, other) ->
                Objects.equals(one.getType(), other.getType())
                    ? one
                    : OASFactory.createSchema().description(one.getDescription()));
      }
    }
    for (var branch : List.of("then", "else")) {
      if (json.has(branch)) {
        collect(json.get(branch), properties);
      }
    }
    json.path("allOf").forEach(branch -> collect(branch, properties));
  }

  private static Schema object() {
    return typed(SchemaType.OBJECT);
  }

  private static Schema typed(SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }
}
