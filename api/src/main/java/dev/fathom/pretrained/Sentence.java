package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.nn.SequencePool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a text becomes one vector, as sentence-transformers says beside the files of transformers.
 *
 * @param pool of the vectors of its tokens; empty where nothing says so
 * @param normalised whether its length becomes 1
 */
record Sentence(Optional<SequencePool.Kind> pool, boolean normalised) {
  static final Sentence NONE = new Sentence(Optional.empty(), false);

  private static final String MODULES = "modules.json";
  private static final String LIMITS = "sentence_bert_config.json";
  private static final String POOLING = "pooling";
  private static final String NORMALISE = "normalise";

  private static final Map<String, SequencePool.Kind> KINDS =
      Map.of(
          "pooling_mode_cls_token", SequencePool.Kind.FIRST,
          "pooling_mode_mean_tokens", SequencePool.Kind.MEAN,
          "pooling_mode_max_tokens", SequencePool.Kind.MAX,
          "pooling_mode_lasttoken", SequencePool.Kind.LAST);

  /**
   * {@return what a folder's {@code modules.json} and the files that it names say}
   *
   * @throws PretrainedException if there is a module that is not supported
   */
  static Optional<ObjectNode> describe(Folder folder) throws IOException {
    Optional<JsonNode> modules = folder.optional(MODULES);
    if (modules.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (JsonNode module : modules.get()) {
      String type = module.path("type").asText();
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> {
          // The network itself.
        }
        case "Pooling" ->
            json.set(POOLING, folder.required(module.path("path").asText() + "/config.json"));
        case "Normalize" -> json.put(NORMALISE, true);
        default ->
            throw new PretrainedException(
                MODULES, "expected Transformer, Pooling and Normalize but got '" + type + "'");
      }
    }
    return Optional.of(json);
  }

  /** Writes the files that {@link #describe} reads. */
  static void write(Path folder, ObjectNode json, int longest) throws IOException {
    ArrayNode modules = JsonNodeFactory.instance.arrayNode();
    module(modules, "", "Transformer");
    if (json.has(POOLING)) {
      Files.createDirectories(folder.resolve("1_Pooling"));
      FolderExport.write(folder, "1_Pooling/config.json", json.path(POOLING));
      module(modules, "1_Pooling", "Pooling");
    }
    if (json.path(NORMALISE).asBoolean()) {
      Files.createDirectories(folder.resolve("2_Normalize"));
      module(modules, "2_Normalize", "Normalize");
    }
    FolderExport.write(folder, MODULES, modules);
    FolderExport.write(
        folder,
        LIMITS,
        JsonNodeFactory.instance
            .objectNode()
            .put("max_seq_length", longest)
            .put("do_lower_case", false));
  }

  private static void module(ArrayNode modules, String path, String type) {
    int index = modules.size();
    modules
        .addObject()
        .put("idx", index)
        .put("name", Integer.toString(index))
        .put("path", path)
        .put("type", "sentence_transformers.models." + type);
  }

  /** {@return the longest text, if a folder limits it} */
  static OptionalInt longest(Folder folder) throws IOException {
    Optional<JsonNode> file = folder.optional(LIMITS);
    int longest = file.map(json -> json.path("max_seq_length").asInt()).orElse(0);
    return longest > 0 ? OptionalInt.of(longest) : OptionalInt.empty();
  }

  /** {@return what {@link #describe} gave} */
  static Sentence read(ObjectNode json) {
    boolean normalised = json.path(NORMALISE).asBoolean();
    if (!json.has(POOLING)) {
      return new Sentence(Optional.empty(), normalised);
    }
    List<String> modes =
        json.path(POOLING).properties().stream()
            .filter(
                mode -> mode.getKey().startsWith("pooling_mode_") && mode.getValue().asBoolean())
            .map(Map.Entry::getKey)
            .toList();
    if (modes.size() != 1 || !KINDS.containsKey(modes.getFirst())) {
      throw new PretrainedException(
          "1_Pooling/config.json",
          "expected one of %s to be true but got %s"
              .formatted(KINDS.keySet().stream().sorted().toList(), modes));
    }
    return new Sentence(Optional.of(KINDS.get(modes.getFirst())), normalised);
  }
}
