package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.store.DataDirectory;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerPathsTest {

  @TempDir Path folder;

  @Test
  void noPathOfTheServerIsTold() throws IOException {
    var data = folder.resolve("data");
    var link =
        Files.createSymbolicLink(
            folder.resolve("link"), Files.createDirectory(folder.resolve("jars")));
    var config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(FathomConfig.class)
            .withDefaultValue("fathom.data", data.toString())
            .withDefaultValue("fathom.plugins", link.toString())
            .withDefaultValue("fathom.home", "/opt")
            .build()
            .getConfigMapping(FathomConfig.class);
    try (var directory = DataDirectory.open(data, "")) {
      var paths = new ServerPaths(config, directory);
      assertEquals(
          "[store] models/m/1/model.json is damaged: file:x",
          paths.hide("[store] %s/models/m/1/model.json is damaged: file:x".formatted(data)));
      assertEquals("the data directory is full", paths.hide(data + " is full"));
      assertEquals(
          "a.jar, b.jar, samples/mnist/x, 'the folder of plugins'",
          paths.hide(
              "%s/a.jar, %s/jars/b.jar, /opt/samples/mnist/x, '%s'"
                  .formatted(link, folder.toRealPath(), link)));
      assertEquals("x.tmp", paths.hide(System.getProperty("java.io.tmpdir") + "/x.tmp"));
      assertEquals("/api/opt/x and /optional", paths.hide("/api/opt/x and /optional"));
    }
  }

  /** The directory of the container is /data, which is also a place in a spec. */
  @Test
  void aPlaceInARequestIsNoPath() throws IOException {
    var config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(FathomConfig.class)
            .withDefaultValue("fathom.data", "/data")
            .build()
            .getConfigMapping(FathomConfig.class);
    try (var directory = DataDirectory.open(folder, "")) {
      var told = "/data/dataset: there is no dataset 'x'";
      var field = new Refusal.Field("/data/dataset", "there is no dataset 'x'");
      var refusal = new Refusal(422, told, List.of(field));
      assertEquals(told, new ServerPaths(config, directory).hide(refusal).getMessage());
    }
  }
}
