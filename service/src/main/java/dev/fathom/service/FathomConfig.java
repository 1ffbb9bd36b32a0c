package dev.fathom.service;

import dev.fathom.device.Backends;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Device;
import dev.fathom.store.DataDirectory;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything of Fathom's own that can be configured: as a system property ({@code
 * -Dfathom.data=...}), an environment variable ({@code FATHOM_DATA}) or in {@code
 * config/application.properties} of the working directory. An unknown {@code fathom.} key is an
 * error at start.
 */
@ConfigMapping(prefix = "fathom")
public interface FathomConfig {

  /** {@return the data directory, which one process at a time owns} */
  @WithDefault("${user.home}/.fathom")
  Path data();

  /**
   * {@return {@code auto} or the name of a backend, optionally with a device by number or a part of
   * its name: {@code opencl:1}, {@code opencl:nvidia}}
   */
  @WithDefault("auto")
  String backend();

  /** {@return how many threads a backend may compute with; by default its own choice} */
  OptionalInt threads();

  /**
   * {@return the folder whose jars add backends, or layers, losses, tasks and the like, outside the
   * data directory; none by default}
   */
  Optional<Path> plugins();

  /**
   * {@return the folder whose {@code samples} take the place of those that travel in the jar; the
   * launcher sets it to where it stands}
   */
  Optional<Path> home();

  /**
   * {@return the folder whose folders may be imported as models by REST; none by default, which
   * refuses all}
   */
  Optional<Path> imports();

  /** {@return limits on what a client may ask for} */
  Limits limits();

  /**
   * {@return the backend that is configured, open}
   *
   * @throws IllegalArgumentException if it does not work, with the reason
   */
  default Backends.Selection select() {
    VectorModule.add();
    return Backends.select(backend(), loadPlugins(), settings(), DataDirectory.cache(data()));
  }

  /**
   * {@return the data directory, owned by this process}
   *
   * @throws dev.fathom.store.StoreException if another process owns it, or it cannot be one
   */
  default DataDirectory own() throws IOException {
    return DataDirectory.open(data(), "", limits().freeSpace().asLongValue());
  }

  /**
   * Loads the plugins, so that specs may name what they add. {@return the providers of all
   * backends}
   *
   * @throws IllegalArgumentException if the folder of plugins cannot be read
   */
  default List<BackendProvider> loadPlugins() {
    return Plugins.load(plugins(), data());
  }

  /**
   * {@return every backend that there is, after a test}
   *
   * @throws IllegalArgumentException if the folder of plugins cannot be read
   */
  default List<Backends.Candidate> examine() {
    VectorModule.add();
    return Backends.examine(loadPlugins(), settings(), DataDirectory.cache(data()));
  }

  private Map<String, String> settings() {
    return threads().isPresent() ? Map.of("threads", threads().getAsInt() + "") : Map.of();
  }

  /** Limits on what a client may ask for. */
  interface Limits {

    /** {@return the largest request body, datasets excepted} */
    @WithDefault("16M")
    MemorySize body();

    /** {@return the largest file of a dataset} */
    @WithDefault("16G")
    MemorySize dataset();

    /** {@return the largest model spec} */
    @WithDefault("1M")
    MemorySize spec();

    /** {@return the most requests of one address at a time; more are refused} */
    @WithDefault("512")
    int requests();

    /**
     * {@return how many bytes of a body a client has to send in a second, and to read of an answer,
     * over each time of {@link #patience}; 0 for any}
     */
    @WithDefault("1K")
    MemorySize uploadRate();

    /** {@return how long a client may be slower than {@link #uploadRate}} */
    @WithDefault("30S")
    Duration patience();

    /**
     * {@return how much device memory each open model may take to go on with texts that begin as
     * ones before, such as chats; 0 for none}
     */
    @WithDefault("256M")
    MemorySize prefixes();

    /** {@return the most memory a training may plan for; by default what the device has} */
    Optional<MemorySize> memory();

    /**
     * {@return how much of the data directory's disk stays free, so that states and deletions can
     * be recorded; uploads, trainings, checkpoints and models that would take it are refused}
     */
    @WithDefault("4M")
    MemorySize freeSpace();

    /** {@return the most bytes that a training may plan for on a device} */
    default long bytes(Device device) {
      return memory().map(MemorySize::asLongValue).orElse(device.memoryBytes());
    }
  }
}
