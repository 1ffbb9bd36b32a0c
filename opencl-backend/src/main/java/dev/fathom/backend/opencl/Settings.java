package dev.fathom.backend.opencl;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that the backend was opened with.
 *
 * @param cache folder for compiled programs and tuning
 * @param kernels which kernels to use: those for GPUs, those for processors, or by device
 * @param profiling whether launches are timed
 */
record Settings(Optional<Path> cache, Kernels kernels, boolean profiling) {
  /** The two kinds of kernels, and the choice by device. */
  enum Kernels {
    AUTO,
    CPU,
    GPU
  }

  static Settings parse(Map<String, String> configuration) {
    Optional<Path> cache = Optional.empty();
    Kernels kernels = Kernels.AUTO;
    boolean profiling = false;
    for (Map.Entry<String, String> setting : configuration.entrySet()) {
      String value = setting.getValue();
      switch (setting.getKey()) {
        case "threads" -> {} // the driver's own
        case "cache" -> cache = Optional.of(Path.of(value));
        case "kernels" ->
            kernels =
                switch (value) {
                  case "auto" -> Kernels.AUTO;
                  case "cpu" -> Kernels.CPU;
                  case "gpu" -> Kernels.GPU;
                  default -> throw refused("kernels", "auto, cpu or gpu", value);
                };
        case "profiling" ->
            profiling =
                switch (value) {
                  case "on" -> true;
                  case "off" -> false;
                  default -> throw refused("profiling", "on or off", value);
                };
        default ->
            throw new IllegalArgumentException(
                "[opencl] unknown setting \""
                    + setting.getKey()
                    + "\", known are threads, cache, kernels and profiling");
      }
    }
    return new Settings(cache, kernels, profiling);
  }

  private static IllegalArgumentException refused(String key, String expected, String value) {
    return new IllegalArgumentException(
        "[opencl] " + key + ": expected " + expected + " but got \"" + value + "\"");
  }
}
