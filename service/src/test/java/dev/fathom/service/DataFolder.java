package dev.fathom.service;

import dev.fathom.Repository;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/**
 * Gives the service under test a data directory of its own, and small limits. A test that wants its
 * files has a field of this type.
 */
public final class DataFolder implements QuarkusTestResourceLifecycleManager {

  private Path folder;

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("fathom-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "fathom.data", folder.toString(),
        "fathom.backend", "java",
        "fathom.home", Repository.ROOT.toString(),
        "fathom.imports", Repository.ROOT.resolve("api/src/test/resources/transformers").toString(),
        "fathom.limits.body", "64K",
        "fathom.limits.spec", "16K",
        "fathom.limits.dataset", "256K",
        "fathom.limits.memory", "64M");
  }

  /** {@return the data directory of the service} */
  public Path path() {
    return folder;
  }

  @Override
  public void inject(TestInjector tests) {
    tests.injectIntoFields(this, new TestInjector.MatchesType(DataFolder.class));
  }

  @Override
  public void stop() {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
