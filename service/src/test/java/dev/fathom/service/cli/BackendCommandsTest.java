package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.service.Version;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands about backends, with a plugin that takes little more than the required core. */
@Timeout(60)
class BackendCommandsTest {

  private static final Map<String, String> SOURCES =
      Map.of(
          "Slim",
          """
          import dev.fathom.spi.*;
          import java.util.List;
          import java.util.Map;
          import java.util.ServiceLoader;

          /** The Java backend, as far as the required core goes. */
          public class Slim implements BackendProvider {
            public String name() { return "slim"; }
            public int spiVersion() { return 1; }

            private static BackendProvider java() {
              return ServiceLoader.load(BackendProvider.class).stream()
                  .map(ServiceLoader.Provider::get)
                  .filter(provider -> provider.name().equals("java"))
                  .findFirst()
                  .get();
            }

            public Probe probe() {
              return new Probe.Available(List.of(new Device(0, "Slim One", 1 << 30, "s1")), -5);
            }

            public Backend open(Device device, Map<String, String> configuration) {
              Backend java = java().open(device, configuration);
              return new Backend() {
                public Device device() { return device; }
                public Plan plan(KernelSpec spec) {
                  return spec.isCore() || spec instanceof Pack
                      ? java.plan(spec)
                      : new Plan.Declined("not of the core");
                }
                public Kernel compile(KernelSpec spec) { return java.compile(spec); }
                public Buffer allocate(DType type, long n) { return java.allocate(type, n); }
                public Queue openQueue(Priority priority) { return java.openQueue(priority); }
                public void close() { java.close(); }
              };
            }
          }
          """,
          "Absent",
          """
          import dev.fathom.spi.*;
          import java.util.Map;

          public class Absent implements BackendProvider {
            public String name() { return "absent"; }
            public int spiVersion() { return 1; }
            public Probe probe() { return new Probe.Unavailable("There is no device.", "Plug it in."); }
            public Backend open(Device device, Map<String, String> configuration) { return null; }
          }
          """);

  @TempDir static Path plugins;
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void plugins() throws IOException {
    var work = Files.createDirectories(plugins.resolve("work"));
    for (var source : SOURCES.entrySet()) {
      var file = Files.writeString(work.resolve(source.getKey() + ".java"), source.getValue());
      var compiler = ToolProvider.getSystemJavaCompiler();
      assertEquals(0, compiler.run(null, null, null, file.toString()));
      var jar = plugins.resolve(source.getKey() + ".jar");
      try (var files = Files.list(work);
          var packed = new JarOutputStream(Files.newOutputStream(jar))) {
        for (var each : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          packed.putNextEntry(new JarEntry(each.getFileName().toString()));
          packed.write(Files.readAllBytes(each));
          Files.delete(each);
        }
        packed.putNextEntry(new JarEntry("META-INF/services/dev.fathom.spi.BackendProvider"));
        packed.write(source.getKey().getBytes());
      }
    }
  }

  @BeforeEach
  void use() {
    System.setProperty("fathom.plugins", plugins.toString());
    System.setProperty("fathom.data", folder.resolve("data").toString());
  }

  @AfterEach
  void forget() {
    List.of("fathom.data", "fathom.backend", "fathom.threads", "fathom.plugins", "fathom.none")
        .forEach(System::clearProperty);
  }

  private int run(String... arguments) {
    System.clearProperty("fathom.backend");
    return CommandLines.run(out, err, arguments);
  }

  private JsonNode json(int exitCode, String... arguments) throws IOException {
    assertEquals(exitCode, run(arguments), err::toString);
    return new ObjectMapper().readTree(out.toString());
  }

  private static JsonNode item(JsonNode list, String key, String value) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(item -> item.path(key).asText().equals(value))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + value + " in " + list));
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void autoMeasuresOnceAndKeepsTheFiguresWhereTheOwnerCanStillOpen() throws IOException {
    assertEquals(0, run("backends"), err::toString);
    var first = out.toString();
    assertTrue(first.matches("(?s).*(java|opencl): chosen: 0 .*"), first);
    assertTrue(first.contains("absent: refused: There is no device. Plug it in."), first);
    assertTrue(
        first.matches("(?s).*slim: available: 0 Slim One, .* GFLOP/s against \\d+ of .*"), first);
    var figures = folder.resolve("data/cache/gflops.json");
    var kept = Files.readString(figures);
    assertTrue(kept.contains("slim | ") && kept.contains("Slim One | s1"), kept);
    // Where only the file is asked, what it says is told.
    Files.writeString(figures, kept.replaceAll("(\"slim.* : ).*?(,?)\n", "$11000000.0$2\n"));
    assertEquals(0, run("backends"));
    assertTrue(out.toString().contains("slim: chosen:"), out::toString);
    DataDirectory.open(folder.resolve("data"), "").close();
  }

  @Test
  void nothingIsKeptInADirectoryOfOthers() throws IOException {
    var other = Files.createDirectories(folder.resolve("data"));
    Files.writeString(other.resolve("thesis.tex"), "x");
    assertEquals(0, run("backends"));
    assertEquals(List.of("thesis.tex"), List.of(other.toFile().list()));
  }

  @Test
  void benchNamesBackendAndThreads() {
    assertEquals(0, run("bench", "gemm64", "--seconds", "0.1", "--backend", "slim"));
    var processors = Runtime.getRuntime().availableProcessors();
    assertTrue(out.toString().endsWith("(" + processors + " threads, slim)\n"), out::toString);
    System.setProperty("fathom.threads", "1");
    assertEquals(0, run("bench", "gemm64", "--seconds", "0.1", "--backend", "slim:one"));
    assertTrue(out.toString().endsWith("(1 threads, slim)\n"), out::toString);
    assertEquals(2, run("bench", "gemm64", "--backend", "slim:7"));
    assertEquals(
        "fathom: [backends] expected the number or name of a device of slim but got '7'; there are"
            + " 0 Slim One\n",
        err.toString());
  }

  @Test
  void coverageTellsWhatIsCompiledAndWhatIsLowered() throws IOException {
    assertEquals(0, run("coverage", "mlp", "infer-lenet-32", "--backend", "java"), err::toString);
    var java = out.toString();
    assertTrue(
        java.matches("(?s)mlp on java\n  compiled \\d+ kernels for \\d+ launches\n.*"), java);
    assertTrue(java.matches("(?s).*\n    cross-entropy +\\d+ for +\\d+\n.*"), java);
    assertEquals(2, java.lines().filter("  declined nothing"::equals).count(), java);

    var slim = json(0, "coverage", "--json", "--backend", "slim");
    assertEquals("slim", slim.path("backend").asText());
    var names = slim.path("workloads").findValuesAsText("workload");
    var expected =
        Stream.of("mlp", "lenet", "resnet18", "lstm", "gpt", "unet")
            .flatMap(m -> Stream.of(m, "infer-" + m + "-32"));
    assertEquals(Stream.concat(expected, Stream.of("gpt-decode")).toList(), names);
    var lenet = slim.path("workloads").get(2);
    var lowered = item(lenet.path("declined"), "spec", "max-pool");
    assertEquals("lowered", lowered.path("remedy").asText());
    assertEquals("not of the core", lowered.path("reason").asText());
    assertEquals(4, lowered.path("count").asInt(), "two of the step, two of validation");
    assertEquals(
        "unfused", item(lenet.path("declined"), "spec", "contract").path("remedy").asText());
    var compiled = lenet.path("compiled").findValuesAsText("spec");
    assertFalse(compiled.contains("max-pool"), compiled::toString);
    assertTrue(compiled.contains("contract"), compiled::toString);
    assertTrue(item(lenet.path("compiled"), "spec", "contract").path("kernels").asInt() > 1);

    assertEquals(0, run("coverage", "lenet", "--backend", "slim"));
    assertTrue(
        out.toString().contains("\n    max-pool lowered, 4 times: not of the core\n"),
        out::toString);
    assertEquals(2, run("coverage", "lnet"));
    assertTrue(err.toString().contains("did you mean lenet?"), err::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "25+36, G1, true",
    "25.0.2+10-LTS, G1, true",
    "25.0.2+10-LTS, Parallel, false",
    "25.0.3+9-LTS, G1, false",
    "25.0.10, G1, false",
    "25.1, G1, false",
    "26-ea+3, G1, false"
  })
  void doctorWarnsOfAJdkThatMovesPinnedObjects(String version, String collector, boolean warns) {
    var warning = Facts.warning(Runtime.Version.parse(version), collector);
    assertEquals(warns, warning.isPresent(), warning::toString);
    warning.ifPresent(text -> assertTrue(text.contains("JDK-8377811"), text));
  }

  @Test
  void doctorTellsAllThatABugReportNeeds() throws IOException {
    var facts = json(0, "doctor", "--json");
    assertEquals(
        List.of("version", "java", "system", "memory", "data", "plugins", "backends"),
        names(facts));
    assertEquals(Version.TEXT, facts.path("version").asText());
    assertEquals(Version.JVM_FLAGS, names(facts.path("java").path("flags")));
    assertTrue(facts.path("java").path("collector").isTextual(), facts::toString);
    assertTrue(facts.path("java").has("warning"), facts::toString);
    facts.path("java").path("flags").forEach(flag -> assertTrue(flag.asBoolean(), "" + facts));
    assertTrue(facts.path("memory").path("physicalBytes").asLong() > 1 << 28);
    assertTrue(facts.path("data").path("freeBytes").asLong() > 0);
    assertFalse(facts.path("data").path("exists").asBoolean());
    assertEquals(
        List.of("Absent.jar", "Slim.jar"),
        List.of(facts.at("/plugins/jars/0").asText(), facts.at("/plugins/jars/1").asText()));

    var backends = facts.path("backends");
    var chosen = item(backends.path("found"), "state", "chosen");
    assertEquals(backends.path("chosen").path("name"), chosen.path("name"));
    assertTrue(chosen.path("note").asText().endsWith(" GFLOP/s"), chosen::toString);
    var slim = item(backends.path("found"), "name", "slim");
    assertEquals(
        List.of(
            "name",
            "state",
            "reason",
            "note",
            "probeMillis",
            "openMillis",
            "selfTestMillis",
            "devices"),
        names(slim));
    assertEquals("available", slim.path("state").asText());
    assertTrue(slim.path("note").asText().contains(" GFLOP/s against "), slim::toString);
    assertTrue(slim.path("selfTestMillis").asDouble() > 0, "tested though it is not chosen");
    assertEquals("s1", slim.at("/devices/0/variant").asText());
    var absent = item(backends.path("found"), "name", "absent");
    assertEquals("refused", absent.path("state").asText());
    assertEquals("There is no device. Plug it in.", absent.path("reason").asText());
    assertTrue(absent.path("openMillis").isNull());
  }

  @Test
  void doctorSpeaksToPeople() throws IOException {
    try (var directory = DataDirectory.open(folder.resolve("data"), "http://here:1")) {
      assertEquals(0, run("doctor", "--backend", "slim"), err::toString);
      var text = out.toString();
      for (var expected :
          List.of(
              "version: " + Version.TEXT + "\n",
              "\n    --add-modules=jdk.incubator.vector: yes\n",
              "\n  ownerUrl: http://here:1\n",
              "\n  chosen:\n    name: slim\n    device: Slim One\n",
              "\n    - absent\n      state: refused\n      reason: There is no device. Plug it in.",
              "\n      devices: none\n")) {
        assertTrue(text.contains(expected), () -> expected + " is not in " + text);
      }
      assertTrue(text.matches("(?s).*\n      selfTest: \\d+\\.\\d ms\n.*"), text);
      assertFalse(text.contains("null"), text);
      assertFalse(directory.readOnly());
    }
  }

  @Test
  void doctorWorksWhereNoBackendDoes() throws IOException {
    var none = json(1, "doctor", "--json", "--backend", "absent");
    assertTrue(none.at("/backends/chosen").isNull());
    assertEquals(
        "[backends] expected 'absent' to work but absent: There is no device. Plug it in.",
        none.at("/backends/problem").asText());
    item(none.at("/backends/found"), "name", "java");
  }

  @Test
  void doctorWorksWhereNothingCanBeKeptOrConfigured() throws IOException {
    Files.writeString(folder.resolve("data"), "a file");
    assertTrue(json(0, "doctor", "--json").at("/backends/chosen").isObject());

    System.setProperty("fathom.threads", "many");
    assertEquals(1, run("doctor"));
    assertTrue(out.toString().contains("\nproblem: "), out::toString);
    assertTrue(out.toString().contains("\n  processors: "), out::toString);
  }
}
