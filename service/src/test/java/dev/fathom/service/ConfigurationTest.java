package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
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
              var key = prefix + "_" + method.getName().toUpperCase(Locale.ROOT);
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
}
