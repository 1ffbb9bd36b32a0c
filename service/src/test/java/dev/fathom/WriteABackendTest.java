package dev.fathom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.KernelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Follows {@code docs/WRITE_A_BACKEND.md}: what it has the reader write is the template. */
class WriteABackendTest {

  private static final Path DOCUMENT = Repository.ROOT.resolve("docs/WRITE_A_BACKEND.md");
  private static final Path TEMPLATE = Repository.ROOT.resolve("samples/backend-template");

  /** A file to write, or lines to put above or below the line that begins so; then the text. */
  private static final Pattern STEP =
      Pattern.compile("(?m)^`([^`]+)`(?:, (above|below) `([^`]+)`)?:\n\n```\\w*\n((?s).*?)^```$");

  private static Map<String, String> written() throws IOException {
    Map<String, String> files = new TreeMap<>();
    var steps = STEP.matcher(Files.readString(DOCUMENT));
    while (steps.find()) {
      var text = steps.group(4);
      if (steps.group(2) == null) {
        files.put(steps.group(1), text);
      } else {
        var place = Pattern.compile("(?m)^" + Pattern.quote(steps.group(3)) + ".*\n");
        var old = files.get(steps.group(1));
        var line = place.matcher(old);
        assertTrue(line.find(), () -> steps.group(1) + " has no line " + place);
        int at = steps.group(2).equals("above") ? line.start() : line.end();
        files.put(steps.group(1), old.substring(0, at) + text + old.substring(at));
      }
    }
    return files;
  }

  private static Map<String, String> template() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.walk(TEMPLATE)) {
      for (var file : paths.filter(Files::isRegularFile).toList()) {
        var name = TEMPLATE.relativize(file).toString().replace('\\', '/');
        if (!name.startsWith("target/")) {
          files.put(name, Files.readString(file));
        }
      }
    }
    return files;
  }

  @Test
  void whatTheReaderWritesIsTheTemplate() throws IOException {
    var written = written();
    var template = template();
    template.remove("README.md");
    assertEquals(template.keySet(), written.keySet());
    template.forEach((name, text) -> assertEquals(text, written.get(name), name));
  }

  @Test
  void namesEverySpecAndLinksToWhatIsThere() throws IOException {
    var text = Files.readString(DOCUMENT);
    for (var spec : KernelSpec.class.getPermittedSubclasses()) {
      assertTrue(text.contains("| [`" + spec.getSimpleName() + "`]("), spec.getSimpleName());
    }
    var links = Pattern.compile("]\\((\\.\\./[^)]+)\\)").matcher(text).results().toList();
    assertTrue(links.size() > KernelSpec.class.getPermittedSubclasses().length);
    for (var link : links) {
      var target = DOCUMENT.resolveSibling(link.group(1)).normalize();
      assertTrue(Files.exists(target), link.group(1));
    }
    assertEquals(List.of(), text.lines().filter(line -> line.matches("@\\S+@")).toList());
  }
}
