package dev.fathom.service;

import dev.fathom.spec.Extension;
import dev.fathom.spec.Extensions;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Device;
import io.quarkus.runtime.ImageMode;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.jar.JarFile;

/**
 * What jars add: backends, and {@linkplain Extension extensions} of specs. A jar sees the api, the
 * SPI, their dependencies and itself, but no other jar of the folder. One that brings neither is
 * listed as a backend that is not available, with the reason.
 */
final class Plugins {

  private static final List<Class<?>> SERVICES = List.of(BackendProvider.class, Extension.class);

  private static final String COMPILED_IN =
      "Build a binary that has it: ./fathom build --native --plugin groupId:artifactId:version.";

  /** The providers of each jar that was loaded: classes of one jar must not be there twice. */
  private static final Map<Path, List<BackendProvider>> LOADED = new HashMap<>();

  private Plugins() {}

  /**
   * Loads the jars of a folder, each once: their extensions are there from then on. {@return the
   * providers of all backends, those of the class path too}
   *
   * @param folder of plugins, which the service does not write to
   * @param data the data directory, which the folder must not be or be part of: whoever may write
   *     data may not bring code
   * @throws IllegalArgumentException if the folder is there, or cannot be read
   */
  static synchronized List<BackendProvider> load(Optional<Path> folder, Path data) {
    List<BackendProvider> providers = new ArrayList<>();
    ServiceLoader.load(BackendProvider.class).forEach(providers::add);
    if (folder.isPresent()) {
      if (real(folder.get()).startsWith(real(data))) {
        throw new IllegalArgumentException(
            "fathom.plugins: expected a folder outside the data directory %s but got %s"
                .formatted(data, folder.get()));
      }
      try (var files = Files.list(folder.get())) {
        for (var jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
          providers.addAll(LOADED.computeIfAbsent(real(jar), _ -> load(jar)));
        }
      } catch (IOException e) {
        throw new IllegalArgumentException("fathom.plugins: cannot read the folder: " + e);
      }
    }
    return providers;
  }

  /** {@return the path without symbolic links, as far as it exists} */
  private static Path real(Path path) {
    var absolute = path.toAbsolutePath().normalize();
    try {
      return absolute.toRealPath();
    } catch (IOException _) {
      var parent = absolute.getParent();
      return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
    }
  }

  /** The loader stays open as long as the process: a plugin loads classes when it needs them. */
  @SuppressWarnings("resource")
  private static List<BackendProvider> load(Path jar) {
    if (ImageMode.current().isNativeImage()) {
      return List.of(new Broken(jar, "A native binary loads no jars.", COMPILED_IN));
    }
    try (var file = new JarFile(jar.toFile())) {
      if (SERVICES.stream().allMatch(type -> file.getEntry(path(type)) == null)) {
        var paths = SERVICES.stream().map(Plugins::path).toList();
        return List.of(new Broken(jar, "It has no %s.".formatted(String.join(" and no ", paths))));
      }
    } catch (IOException e) {
      return List.of(new Broken(jar, "It is not a jar that can be read: %s.".formatted(e)));
    }
    List<BackendProvider> providers;
    List<Extension> extensions;
    try {
      var parent = Extension.class.getClassLoader();
      var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, parent);
      providers = own(BackendProvider.class, loader);
      extensions = own(Extension.class, loader);
    } catch (IOException | RuntimeException | Error e) {
      // An error of a plugin must not stop the service.
      return List.of(new Broken(jar, "Its provider cannot be made: %s.".formatted(reason(e))));
    }
    if (providers.isEmpty() && extensions.isEmpty()) {
      return List.of(new Broken(jar, "Its META-INF/services names no class of its own."));
    }
    try {
      Extensions.add(extensions);
    } catch (RuntimeException | Error e) {
      return List.of(new Broken(jar, "Its extension is not possible: %s.".formatted(reason(e))));
    }
    return providers;
  }

  private static String path(Class<?> service) {
    return "META-INF/services/" + service.getName();
  }

  /** {@return the services of a loader's own classes, and not of its parents'} */
  private static <T> List<T> own(Class<T> service, ClassLoader loader) {
    return ServiceLoader.load(service, loader).stream()
        .filter(provider -> provider.type().getClassLoader() == loader)
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * {@return the cause of an error in one line; a ServiceConfigurationError wraps the exception of
   * a constructor}
   */
  private static String reason(Throwable thrown) {
    var cause = thrown.getCause() == null ? thrown.toString() : thrown.getCause().toString();
    return cause.replaceAll("\\s*\\R\\s*", " ");
  }

  /** Stands in the list of backends for a jar whose provider cannot be made, or that has none. */
  private record Broken(Path jar, String reason, String remedy) implements BackendProvider {

    Broken(Path jar, String reason) {
      this(jar, reason, "Remove it or ask its author.");
    }

    @Override
    public String name() {
      return jar.getFileName().toString();
    }

    @Override
    public int spiVersion() {
      return SPI_VERSION;
    }

    @Override
    public Probe probe() {
      return new Probe.Unavailable(reason, remedy);
    }

    @Override
    public Backend open(Device device, Map<String, String> configuration) {
      throw new BackendException(jar + ": " + reason);
    }
  }
}
