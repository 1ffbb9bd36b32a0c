package dev.fathom.service.cli;

import dev.fathom.device.Backends;
import dev.fathom.service.FathomConfig;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of commands that work in this process; each overrides the configuration. */
final class LocalOptions {

  private static final Path FILE = Path.of("config", "application.properties");

  /** The rank of the configuration file: below the environment (300), as in Quarkus. */
  private static final int ABOVE_DEFAULTS = 260;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: ~/.fathom).")
  private Path data;

  @Option(
      names = "--backend",
      paramLabel = "B",
      description = {
        "Backend: auto, or the name of one (default: auto);",
        "with a device by number or name: opencl:1, opencl:nvidia."
      })
  private String backend;

  /** {@return the configuration, with what plugins add to specs and models} */
  FathomConfig config() {
    var config = read();
    try {
      config.loadPlugins();
      return config;
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** {@return the configuration, read as the service reads it, without plugins} */
  FathomConfig read() {
    override("fathom.data", data);
    override("fathom.backend", backend);
    try {
      var builder =
          new SmallRyeConfigBuilder()
              .addDefaultInterceptors()
              .addDefaultSources()
              .addDiscoveredConverters()
              .withMapping(FathomConfig.class);
      if (Files.isRegularFile(FILE)) {
        builder.withSources(new PropertiesConfigSource(FILE.toUri().toURL(), ABOVE_DEFAULTS));
      }
      return builder.build().getConfigMapping(FathomConfig.class);
    } catch (IOException e) {
      throw new CommandException("cannot read %s: %s".formatted(FILE, e));
    } catch (ConfigValidationException e) {
      throw new CommandException(e.getProblem(0).getMessage());
    }
  }

  /** {@return the chosen backend, open} */
  static Backends.Selection select(FathomConfig config) {
    try {
      return config.select();
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  private static void override(String key, Object value) {
    if (value != null) {
      System.setProperty(key, value.toString());
    }
  }
}
