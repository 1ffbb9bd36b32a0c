package dev.fathom.service.cli;

import dev.fathom.device.Backends;
import dev.fathom.service.FathomConfig;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that work in this process; each overrides the configuration. */
final class LocalOptions {

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--backend",
      paramLabel = "B",
      description =
          "Backend: auto, or the name of one (default: auto); with a device by number or "
              + "name: opencl:1, opencl:nvidia.")
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
    DataOption.override("fathom.backend", backend);
    return data.read();
  }

  /** {@return these options, for the command line of another process} */
  List<String> words() {
    List<String> words = new ArrayList<>(data.words());
    if (backend != null) {
      words.addAll(List.of("--backend", backend));
    }
    return words;
  }

  /** {@return the chosen backend, open} */
  static Backends.Selection select(FathomConfig config) {
    try {
      return config.select();
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }
}
