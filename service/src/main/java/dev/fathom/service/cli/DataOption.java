package dev.fathom.service.cli;

import dev.fathom.service.FathomConfig;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the data directory is; overrides the configuration. */
final class DataOption {

  private static final Path FILE = Path.of("config", "application.properties");

  /** The rank of the configuration file: below the environment (300), as in Quarkus. */
  private static final int ABOVE_DEFAULTS = 260;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: ~/.fathom).")
  private Path data;

  /** {@return the configuration, read as the service reads it, without plugins} */
  FathomConfig read() {
    override("fathom.data", data);
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

  /** {@return this option, for the command line of another process} */
  List<String> words() {
    return data == null ? List.of() : List.of("--data", data.toString());
  }

  /** {@return whether the option was given} */
  boolean given() {
    return data != null;
  }

  static void override(String key, Object value) {
    if (value != null) {
      System.setProperty(key, value.toString());
    }
  }
}
