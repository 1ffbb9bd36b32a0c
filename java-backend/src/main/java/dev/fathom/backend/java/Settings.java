package dev.fathom.backend.java;

import dev.fathom.backend.java.platform.VectorSupport;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Device;
import java.util.Map;

/**
 * The settings that a backend was opened with.
 *
 * @param threads how many threads work on one kernel, the caller included
 * @param vector whether vector kernels are used
 * @param winograd which convolutions use Winograd's transforms
 */
record Settings(int threads, boolean vector, Engine.Winograd winograd) {

  static Settings parse(Map<String, String> configuration) {
    int threads =
        threads(
            System.getProperty("fathom.threads", ""), Runtime.getRuntime().availableProcessors());
    boolean vector = VectorSupport.AVAILABLE;
    Engine.Winograd winograd =
        winograd(System.getProperty("dev.fathom.backend.java.winograd", "auto"));
    for (Map.Entry<String, String> setting : configuration.entrySet()) {
      String value = setting.getValue();
      switch (setting.getKey()) {
        case "threads" -> threads = threads(value, threads);
        case "vector" -> {
          if (!value.equals("auto") && !value.equals("off")) {
            throw new IllegalArgumentException(
                "[java backend] vector: expected auto or off but got \"" + value + "\"");
          }
          vector &= value.equals("auto");
        }
        case "winograd" -> winograd = winograd(value);
        case "cache" -> {} // nothing to keep
        default ->
            throw new IllegalArgumentException(
                "[java backend] unknown setting \""
                    + setting.getKey()
                    + "\", known are threads, vector and winograd");
      }
    }
    return new Settings(threads, vector, winograd);
  }

  private static Engine.Winograd winograd(String value) {
    return switch (value) {
      case "auto" -> Engine.Winograd.AUTO;
      case "always" -> Engine.Winograd.ALWAYS;
      case "off" -> Engine.Winograd.OFF;
      default ->
          throw new IllegalArgumentException(
              "[java backend] winograd: expected auto, always or off but got \"" + value + "\"");
    };
  }

  private static int threads(String value, int otherwise) {
    if (value.isEmpty()) {
      return otherwise;
    }
    if (!value.matches("[1-9][0-9]{0,2}")) {
      throw new IllegalArgumentException(
          "[java backend] threads: expected 1 to 999 but got \"" + value + "\"");
    }
    return Integer.parseInt(value);
  }

  Device device() {
    String threadsText = threads + (threads == 1 ? " thread" : " threads");
    int bits = vector ? VectorSupport.bits() : 0;
    return new Device(
        0,
        vector ? "Java Vector API, " + bits + " bit, " + threadsText : "Java, " + threadsText,
        Runtime.getRuntime().maxMemory(),
        (vector ? "vector-" + bits : "scalar")
            + switch (winograd) {
              case AUTO -> "-winograd";
              case ALWAYS -> "-winograd-always";
              case OFF -> "";
            });
  }
}
