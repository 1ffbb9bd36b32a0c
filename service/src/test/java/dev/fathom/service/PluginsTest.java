package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.device.Backends;
import dev.fathom.json.SpecException;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.loss.QuantileLoss;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginsTest {

  @TempDir Path temp;

  private Path folder() throws IOException {
    return Files.createDirectories(temp.resolve("plugins"));
  }

  private List<BackendProvider> providers(Path folder) {
    return Plugins.load(Optional.of(folder), temp.resolve("data"));
  }

  /** {@return why the jars of the folder are refused, by file name} */
  private List<String> refusals() throws IOException {
    return Backends.select("java", providers(folder()), Map.of(), Optional.empty())
        .candidates()
        .stream()
        .filter(found -> found.name().endsWith(".jar"))
        .flatMap(found -> found.refusal().stream().map(why -> found.name() + ": " + why))
        .toList();
  }

  @Test
  void findsTheBackendsOfJarsBesideThoseOfTheClassPath() throws IOException {
    PluginJar.write(folder().resolve("plugged.jar"), "", "");
    Files.writeString(folder().resolve("readme.txt"), "no jar");
    var names = providers(folder()).stream().map(BackendProvider::name).toList();
    assertEquals(1, names.stream().filter("plugged"::equals).count(), names::toString);
    assertEquals(1, names.stream().filter("java"::equals).count(), names::toString);
    assertEquals(0, names.stream().filter(name -> name.contains("readme")).count());
  }

  @Test
  void whatIsNoPluginIsRefusedByItsFileName() throws IOException {
    Files.writeString(folder().resolve("a.jar"), "no zip");
    PluginJar.writeWithoutClass(folder().resolve("b.jar"));
    PluginJar.writeWithoutProvider(folder().resolve("c.jar"));
    Files.createDirectory(folder().resolve("d.jar"));
    var broken = "static { if (true) throw new AssertionError(\"at\\nloading\"); }";
    PluginJar.write(folder().resolve("e.jar"), "public String name", broken + "public String name");
    var refusals = refusals();
    assertEquals(5, refusals.size(), refusals::toString);
    assertTrue(refusals.get(0).startsWith("a.jar: It is not a jar that can be read: "));
    assertEquals(
        "b.jar: Its provider cannot be made: java.util.ServiceConfigurationError: "
            + "dev.fathom.spi.BackendProvider: Provider Nowhere not found. "
            + "Remove it or ask its author.",
        refusals.get(1));
    assertEquals(
        "c.jar: It has no META-INF/services/dev.fathom.spi.BackendProvider"
            + " and no META-INF/services/dev.fathom.spec.Extension. Remove it or ask its author.",
        refusals.get(2));
    assertTrue(refusals.get(3).startsWith("d.jar: It is not a jar that can be read: "));
    assertTrue(refusals.get(4).startsWith("e.jar: Its provider cannot be made: "), refusals.get(4));
    assertTrue(refusals.get(4).contains("at loading"), refusals.get(4));
  }

  @Test
  void aJarMayAddPartsOfSpecsOnceAndNoneThatIsThere() throws IOException {
    var training = "{\"loss\": \"plugged\"}";
    assertThrows(SpecException.class, () -> TrainingSpec.parse(training));
    PluginJar.writeExtension(folder().resolve("good.jar"), "plugged");
    PluginJar.writeExtension(folder().resolve("taken.jar"), "quantile");
    var expected =
        "taken.jar: Its extension is not possible: java.lang.IllegalArgumentException: "
            + "[extension] Losses: there is a loss 'quantile' already. "
            + "Remove it or ask its author.";
    assertEquals(List.of(expected), refusals());
    assertEquals(new MeanSquaredError(), TrainingSpec.parse(training).loss());
    assertEquals(List.of(expected), refusals(), "the second time");
    assertInstanceOf(QuantileLoss.class, TrainingSpec.parse("{\"loss\": \"quantile\"}").loss());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugins", "plugins/..", "link"})
  void aFolderThatIsTheDataDirectoryIsAnError(String data) throws IOException {
    Files.createSymbolicLink(temp.resolve("link"), folder());
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Plugins.load(Optional.of(folder()), temp.resolve(data)));
    assertTrue(error.getMessage().startsWith("fathom.plugins: expected a folder outside"));
  }

  @Test
  void aFolderBesideTheDataDirectoryIsNone() throws IOException {
    Plugins.load(Optional.of(folder()), temp.resolve("plug"));
    Plugins.load(Optional.of(folder()), folder().resolve("data"));
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    var missing = Optional.of(temp.resolve("missing"));
    assertThrows(IllegalArgumentException.class, () -> Plugins.load(missing, temp.resolve("data")));
  }
}
