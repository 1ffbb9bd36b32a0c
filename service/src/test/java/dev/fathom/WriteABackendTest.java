package dev.fathom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.BackendProvider.Probe;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.conformance.ConformanceCases;
import dev.fathom.spi.conformance.ConformanceReport;
import dev.fathom.spi.conformance.ConformanceReport.Outcome;
import dev.fathom.spi.conformance.ConformanceRunner;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Follows {@code docs/WRITE_A_BACKEND.md} as far as Java goes: the kernel that it adds passes.
 * {@code .ci/backend-template} runs its shell commands.
 */
class WriteABackendTest {

  private static final Path DOCUMENTS = Repository.ROOT.resolve("docs");
  private static final Path TEMPLATE = Repository.ROOT.resolve("samples/backend-template");

  /** A file to write, or lines to put above or below the line that begins so; then the text. */
  private static final Pattern STEP =
      Pattern.compile("(?m)^`([^`]+)`(?:, (above|below) `([^`]+)`)?:\n\n```\\w*\n((?s).*?)^```$");

  private static String page() throws IOException {
    return Files.readString(DOCUMENTS.resolve("WRITE_A_BACKEND.md"));
  }

  /** {@return the template's classes as they are named after the second section, by file} */
  private static Map<String, String> renamed() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.walk(TEMPLATE.resolve("src/main/java"))) {
      for (var file : paths.filter(Files::isRegularFile).toList()) {
        files.put(
            acme(TEMPLATE.relativize(file).toString().replace('\\', '/')),
            acme(Files.readString(file)));
      }
    }
    return files;
  }

  private static String acme(String text) {
    return text.replaceAll("com([./])example", "org$1acme")
        .replace("Example", "Acme")
        .replace("example", "acme");
  }

  private static void follow(Map<String, String> files) throws IOException {
    for (var step : STEP.matcher(page()).results().toList()) {
      var text = step.group(4);
      if (step.group(2) == null) {
        files.put(step.group(1), text);
      } else {
        var place = Pattern.compile("(?m)^" + Pattern.quote(step.group(3)) + ".*\n");
        var old = files.get(step.group(1));
        var line = place.matcher(old);
        assertTrue(line.find(), () -> step.group(1) + " has no line " + place);
        int at = step.group(2).equals("above") ? line.start() : line.end();
        files.put(step.group(1), old.substring(0, at) + text + old.substring(at));
      }
    }
  }

  private static void compile(Map<String, String> files, Path folder) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-Xlint:all", "-Werror", "-d", folder.toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    for (var file : files.entrySet()) {
      var source = folder.resolve(file.getKey());
      Files.createDirectories(source.getParent());
      Files.writeString(source, file.getValue());
      arguments.add(source.toString());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)));
  }

  @Test
  void theKernelThatTheReaderAddsPassesTheKit(@TempDir Path folder) throws Exception {
    var files = renamed();
    follow(files);
    compile(files, folder);
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      var provider =
          (BackendProvider)
              loader.loadClass("org.acme.backend.AcmeProvider").getConstructor().newInstance();
      var found = (Probe.Available) provider.probe();
      try (Backend backend = provider.open(found.devices().getFirst(), Map.of())) {
        var runner = new ConformanceRunner(backend);
        var reports =
            ConformanceCases.all().stream()
                .filter(conformanceCase -> conformanceCase.id().startsWith("softmax."))
                .map(runner::run)
                .toList();
        long passed = reports.stream().filter(report -> is(report, Outcome.PASSED)).count();
        assertTrue(page().contains(passed + " cases of softmax"), () -> passed + " passed");
        assertEquals(
            List.of(), reports.stream().filter(report -> is(report, Outcome.FAILED)).toList());
      }
    }
  }

  private static boolean is(ConformanceReport report, Outcome outcome) {
    return report.outcome() == outcome;
  }

  @Test
  void theReferenceNamesEverySpecAndEveryFileOfTheTemplate() throws IOException {
    var text = Files.readString(DOCUMENTS.resolve("BACKEND_REFERENCE.md"));
    for (var spec : KernelSpec.class.getPermittedSubclasses()) {
      assertTrue(text.contains("| [`" + spec.getSimpleName() + "`]("), spec.getSimpleName());
    }
    try (var paths = Files.walk(TEMPLATE.resolve("src"))) {
      for (var file : paths.filter(Files::isRegularFile).toList()) {
        var link = DOCUMENTS.relativize(file).toString().replace('\\', '/');
        assertTrue(text.contains("](" + link + ")") || link.endsWith("package-info.java"), link);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"WRITE_A_BACKEND.md", "BACKEND_REFERENCE.md"})
  void linksLeadToWhatIsThere(String document) throws IOException {
    var text = Files.readString(DOCUMENTS.resolve(document));
    var links = Pattern.compile("]\\(([^)#]+)(#[^)]+)?\\)").matcher(text).results().toList();
    assertTrue(links.size() > 5);
    for (var link : links) {
      assertTrue(Files.exists(DOCUMENTS.resolve(link.group(1)).normalize()), link.group(1));
    }
  }
}
