package dev.fathom.backend.java;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Device;
import java.util.List;
import java.util.Map;

/**
 * Provider of the backend {@code java}, which works on every machine. Settings of {@link #open}:
 *
 * <ul>
 *   <li>{@code threads}: how many threads work on one kernel, 1 or more; default: the system
 *       property {@code fathom.threads}, otherwise the number of available processors. Results do
 *       not depend on it.
 *   <li>{@code vector}: {@code auto} (default: vector kernels if the module {@code
 *       jdk.incubator.vector} is there) or {@code off} (scalar kernels).
 *   <li>{@code winograd}: which 3 x 3 convolutions of stride 1 compute by Winograd's transforms,
 *       with errors about twice as large: {@code auto} (default: those that are faster so), {@code
 *       always} or {@code off}; default: the system property {@code
 *       dev.fathom.backend.java.winograd}.
 * </ul>
 */
public final class JavaBackendProvider implements BackendProvider {
  /** Makes the provider; for {@link java.util.ServiceLoader}. */
  public JavaBackendProvider() {}

  @Override
  public String name() {
    return "java";
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Probe probe() {
    return new Probe.Available(List.of(Settings.parse(Map.of()).device()), 0);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a setting is unknown or has a wrong value
   */
  @Override
  public Backend open(Device device, Map<String, String> configuration) {
    return new JavaBackend(Settings.parse(configuration));
  }
}
