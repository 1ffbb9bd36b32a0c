package dev.fathom.spi;

import java.util.List;
import java.util.Map;

/**
 * Entry point of a plugin, found by {@link java.util.ServiceLoader}. Making the provider and asking
 * its name and version must be cheap and must not touch the device.
 */
public interface BackendProvider {
  /** The SPI version of this source tree. */
  int SPI_VERSION = 4;

  /** {@return the name users select the backend by, {@code [a-z0-9-]+}} */
  String name();

  /** {@return the {@link #SPI_VERSION} this provider was compiled against} */
  int spiVersion();

  /** {@return whether the backend can work on this machine, and if not, what would help} */
  Probe probe();

  /**
   * Opens a device that {@link #probe()} listed.
   *
   * @param configuration settings. Two are given to every backend, and ignored by one that has no
   *     use for them: {@code threads}, the number of processors to compute with, and {@code cache},
   *     a folder for compiled programs and measurements. The backend makes that folder when it
   *     first writes, shares it with other processes, and works without it where that fails. Other
   *     settings are the backend's own
   * @throws BackendException if the device cannot be opened
   * @throws IllegalArgumentException if the backend does not know a setting
   */
  Backend open(Device device, Map<String, String> configuration);

  /** The answer of a provider: whether its backend works on this machine. */
  sealed interface Probe {
    /**
     * The backend works here.
     *
     * @param devices at least one, the best first
     * @param rank a higher one is preferred by {@code auto}; the Java backend has 0, a GPU 100, an
     *     accelerator's CPU emulation less than 0
     */
    record Available(List<Device> devices, int rank) implements Probe {
      public Available {
        devices = List.copyOf(devices);
      }
    }

    /**
     * The backend does not work here.
     *
     * @param reason one sentence
     * @param remedy what the user can do, one sentence
     */
    record Unavailable(String reason, String remedy) implements Probe {}
  }
}
