package dev.fathom.service;

import dev.fathom.spi.BackendProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jboss.logging.Logger;

/** Backends of the class path, and of the jars in a folder; each jar sees the SPI and itself. */
final class Plugins {

  private static final Logger LOG = Logger.getLogger(Plugins.class);

  private Plugins() {}

  /**
   * {@return the providers of all backends}
   *
   * @throws IllegalArgumentException if the folder cannot be read
   */
  static List<BackendProvider> providers(Optional<Path> folder) {
    List<BackendProvider> providers = new ArrayList<>();
    ServiceLoader.load(BackendProvider.class).forEach(providers::add);
    if (folder.isPresent()) {
      try (var files = Files.list(folder.get())) {
        for (var jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          providers.addAll(providersOf(jar));
        }
      } catch (IOException e) {
        throw new IllegalArgumentException("cannot read the folder of plugins: " + e);
      }
    }
    return providers;
  }

  /** The loader stays open as long as the process: a plugin loads classes when it needs them. */
  @SuppressWarnings("resource")
  private static List<BackendProvider> providersOf(Path jar) throws IOException {
    var loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, BackendProvider.class.getClassLoader());
    try {
      return ServiceLoader.load(BackendProvider.class, loader).stream()
          .filter(provider -> provider.type().getClassLoader() == loader)
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      LOG.warnf("Plugin %s is left out: %s", jar, e.getMessage());
      return List.of();
    }
  }
}
