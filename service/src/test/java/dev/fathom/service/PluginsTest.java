package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {

  private static final String SOURCE =
      """
      import dev.fathom.spi.*;
      import java.util.Map;
      public class Plugged implements BackendProvider {
        public String name() { return "plugged"; }
        public int spiVersion() { return 1; }
        public Probe probe() { return new Probe.Unavailable("There is no device.", "Plug it in."); }
        public Backend open(Device device, Map<String, String> configuration) { return null; }
      }
      """;

  @TempDir Path folder;

  /** Compiles a plugin and packs it. */
  private void plugin(String name) throws IOException {
    var work = Files.createDirectories(folder.resolve("work"));
    var source = Files.writeString(work.resolve("Plugged.java"), SOURCE);
    var spi = BackendProvider.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, "-cp", spi, source.toString()));
    try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      jar.putNextEntry(new JarEntry("Plugged.class"));
      jar.write(Files.readAllBytes(work.resolve("Plugged.class")));
      jar.putNextEntry(new JarEntry("META-INF/services/" + BackendProvider.class.getName()));
      jar.write("Plugged".getBytes());
    }
  }

  @Test
  void findsTheBackendsOfJarsBesideThoseOfTheClassPath() throws IOException {
    plugin("plugged.jar");
    Files.writeString(folder.resolve("readme.txt"), "no jar");
    var providers = Plugins.providers(Optional.of(folder));
    var names = providers.stream().map(BackendProvider::name).toList();
    assertEquals(1, names.stream().filter("plugged"::equals).count(), names::toString);
    assertEquals(1, names.stream().filter("java"::equals).count(), names::toString);
  }

  @Test
  void aBrokenJarIsLeftOut() throws IOException {
    plugin("plugged.jar");
    Files.writeString(folder.resolve("broken.jar"), "no zip");
    try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve("wrong.jar")))) {
      jar.putNextEntry(new JarEntry("META-INF/services/" + BackendProvider.class.getName()));
      jar.write("Nowhere".getBytes());
    }
    var providers = Plugins.providers(Optional.of(folder));
    assertTrue(providers.stream().anyMatch(provider -> provider.name().equals("plugged")));
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    var missing = Optional.of(folder.resolve("missing"));
    assertThrows(IllegalArgumentException.class, () -> Plugins.providers(missing));
  }
}
