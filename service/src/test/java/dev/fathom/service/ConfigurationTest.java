package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.Repository;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

  private static Set<String> variables(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> keys(Class<?> config, String prefix) {
    var keys = new TreeSet<String>();
    Arrays.stream(config.getMethods())
        .filter(method -> !method.isDefault())
        .forEach(
            method -> {
              var words = method.getName().replaceAll("(?=[A-Z])", "_");
              var key = prefix + "_" + words.toUpperCase(Locale.ROOT);
              if (method.getReturnType() == FathomConfig.Limits.class) {
                keys.addAll(keys(method.getReturnType(), key));
              } else {
                keys.add(key);
              }
            });
    return keys;
  }

  @Test
  void theReadmeTellsEveryVariableAndNoOther() throws IOException {
    var known = keys(FathomConfig.class, "FATHOM");
    var launcher = Files.readString(Repository.ROOT.resolve("fathom"));
    known.addAll(variables("\\$\\{?(FATHOM_[A-Z_]+)", launcher));
    var readme = Files.readString(Repository.ROOT.resolve("README.md"));
    assertEquals(known, variables("^\\| `(FATHOM_[A-Z_]+)` \\|", readme));
  }

  /** {@return the rows of a document's tables: variable and default, as they are written} */
  private static Map<String, String> rows(String prefix) throws IOException {
    var document = Files.readString(Repository.ROOT.resolve("docs/SERVICE.md"));
    var rows = new TreeMap<String, String>();
    Pattern.compile("^\\| `(" + prefix + "[A-Z_]+)` \\|.*\\| ([^|]+) \\|$", Pattern.MULTILINE)
        .matcher(document)
        .results()
        .forEach(row -> rows.put(row.group(1), row.group(2).replace("`", "")));
    return rows;
  }

  @Test
  void theDocumentTellsTheDefaultsOfOurs() throws IOException {
    var rows = rows("FATHOM_");
    assertEquals(keys(FathomConfig.class, "FATHOM"), rows.keySet());
    var config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withDefaultValue("user.home", "~")
            .withMapping(FathomConfig.class)
            .build();
    rows.forEach(
        (variable, told) -> {
          // Of a name of two words the second stands behind a hyphen.
          var key =
              variable
                  .toLowerCase(Locale.ROOT)
                  .replace('_', '.')
                  .replaceAll("(upload|free)\\.", "$1-");
          var value = config.getConfigValue(key).getValue();
          if (value == null) {
            assertTrue(told.matches("[a-z ./]+"), variable); // Words, not a value.
          } else {
            assertEquals(value, told, variable);
          }
        });
  }

  /** Quarkus describes its settings in its jars; ours change some of their defaults. */
  @Test
  void theDocumentTellsTheDefaultsOfQuarkus() throws IOException {
    var settings = new HashMap<String, JsonNode>();
    var models =
        getClass()
            .getClassLoader()
            .getResources("META-INF/quarkus-config-doc/quarkus-config-model.json");
    for (var model : Collections.list(models)) {
      try (var in = model.openStream()) {
        for (var setting : new ObjectMapper().readTree(in).findParents("path")) {
          settings.putIfAbsent(setting.at("/path/environmentVariable").asText(), setting);
        }
      }
    }
    var ours = new Properties();
    try (var in = getClass().getResourceAsStream("/application.properties")) {
      ours.load(in);
    }
    var rows = rows("QUARKUS_");
    assertTrue(rows.size() > 20, rows::toString);
    rows.forEach(
        (variable, told) -> {
          var setting = settings.get(variable);
          assertNotNull(setting, variable + " is no setting of Quarkus");
          assertEquals("RUN_TIME", setting.path("phase").asText(), variable);
          var theirs = setting.path("defaultValue").asText("none");
          var key = setting.path("path").path("property").asText();
          var value = ours.getProperty(key, theirs);
          assertEquals(value.startsWith("All ") ? "all" : value, told, variable);
        });
  }
}
