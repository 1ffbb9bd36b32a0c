package dev.fathom.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.fathom.graph.Content;
import dev.fathom.graph.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A graph in two files, as a store keeps it. */
final class GraphFiles {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private GraphFiles() {}

  /** Writes {@code NAME.json} and {@code NAME.safetensors}. */
  static void write(SymbolicGraph graph, Path folder, String name) throws IOException {
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve(name + ".json").toFile(), graph.toJson());
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    graph
        .literals()
        .forEach(
            (literal, content) ->
                tensors.put(
                    literal,
                    new Safetensors.Source(
                        content.type().dtype(), content.type().shape(), content::elements)));
    Safetensors.write(folder.resolve(name + ".safetensors"), Map.of(), tensors);
  }

  static SymbolicGraph read(Path folder, String name) throws IOException {
    JsonNode json = JSON.readTree(folder.resolve(name + ".json").toFile());
    return SymbolicGraph.fromJson(json, literals(folder.resolve(name + ".safetensors")));
  }

  static Map<String, Content> literals(Path file) throws IOException {
    Map<String, Content> literals = new LinkedHashMap<>();
    try (Safetensors in = Safetensors.open(file)) {
      for (var entry : in.entries().entrySet()) {
        Type type = new Type(entry.getValue().dtype(), entry.getValue().shape());
        MemorySegment elements = Content.allocate(type);
        in.read(entry.getKey(), elements);
        literals.put(entry.getKey(), Content.copyOf(type, elements));
      }
    }
    return literals;
  }

  /** {@return what comes back from files} */
  static SymbolicGraph copied(SymbolicGraph graph) {
    try {
      Path folder = Files.createTempDirectory("graph");
      try {
        write(graph, folder, "graph");
        return read(folder, "graph");
      } finally {
        Files.delete(folder.resolve("graph.json"));
        Files.delete(folder.resolve("graph.safetensors"));
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
