package dev.fathom.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The JSON Schema (draft 2020-12) of a {@link Spec}, by which an editor checks and completes one.
 * It has the types of all {@link Extensions}. It takes nearly what {@link Spec#parse} takes: the
 * parser also checks what spans several fields, such as the shapes of layers.
 */
public final class SpecSchema {
  private SpecSchema() {}

  /**
   * {@return the schema, written anew}
   *
   * @throws IllegalArgumentException if an extension has a type that is there already, naming it
   */
  public static ObjectNode json() {
    Extensions.check();
    Map<String, String> descriptions = new HashMap<>(Extensions.descriptions());
    descriptions.putAll(descriptions());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode schema = Schema.of(Spec::parse, key -> Optional.ofNullable(descriptions.get(key)));
    json.set("$schema", schema.remove("$schema"));
    json.put("title", "Fathom spec");
    return json.setAll(schema);
  }

  /** {@return a sentence for each key of a spec} */
  static Map<String, String> descriptions() {
    try (InputStream in = SpecSchema.class.getResourceAsStream("descriptions.properties")) {
      Properties descriptions = new Properties();
      descriptions.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return descriptions.stringPropertyNames().stream()
          .collect(Collectors.toMap(key -> key, descriptions::getProperty));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
