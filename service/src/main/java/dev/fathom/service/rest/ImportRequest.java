package dev.fathom.service.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.pretrained.Pretrained;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.Refusal;
import dev.fathom.spi.DType;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A wish for a model that others trained.
 *
 * @param folder within the folder of imports
 */
record ImportRequest(String folder, String name, OptionalInt context, Optional<DType> weights) {

  static ImportRequest parse(JsonNode json) {
    var fields = Fields.of(json, "");
    var folder = fields.text("folder", null);
    var name = fields.text("name", Pretrained.nameOf(folder));
    var context =
        fields
            .optionalInteger("context", 1)
            .map(each -> OptionalInt.of((int) Math.min(each, Integer.MAX_VALUE)))
            .orElse(OptionalInt.empty());
    Optional<DType> weights =
        fields.has("weights")
            ? Optional.of(fields.choice("weights", null, Pretrained.WEIGHT_TYPES))
            : Optional.empty();
    fields.end();
    return new ImportRequest(folder, name, context, weights);
  }

  /**
   * Publishes the model.
   *
   * @throws Refusal 403 if no folder of imports is configured, 422 if this one is none in it, or
   *     cannot be imported
   */
  ModelsResource.Imported publish(FathomConfig config, DataDirectory directory) throws IOException {
    var path = path(config);
    try (var pretrained = Pretrained.open(path)) {
      var given = pretrained.model(name, context);
      var model = weights.map(type -> Pretrained.with(given, type)).orElse(given);
      var version = model.publish(directory.models());
      return new ModelsResource.Imported(
          version.name(),
          version.version(),
          pretrained.architecture(),
          model.parameters().layout().elements(),
          Pretrained.weightType(model),
          model.network().input().size(0));
    } catch (StoreException e) {
      throw e;
    } catch (SpecException e) {
      // Its place is in a file, not in the request.
      throw new Refusal(422, "[import] " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new Refusal(422, e.getMessage());
    }
  }

  private Path path(FathomConfig config) throws IOException {
    var all =
        config
            .imports()
            .orElseThrow(
                () ->
                    new Refusal(
                        403,
                        "there is no folder of imports: the setting FATHOM_IMPORTS names the one"
                            + " whose folders may be imported"));
    try {
      var root = all.toRealPath();
      var found = root.resolve(folder).toRealPath();
      if (found.startsWith(root) && !found.equals(root)) {
        return found;
      }
    } catch (IOException | InvalidPathException e) {
      // Told as any other that is not there.
    }
    throw new SpecException("/folder", "there is no folder '%s' to import".formatted(folder));
  }
}
