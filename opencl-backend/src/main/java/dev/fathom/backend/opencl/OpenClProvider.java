package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.driver.ClContext;
import dev.fathom.backend.opencl.driver.ClDevice;
import dev.fathom.backend.opencl.driver.Platforms;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Provider of the backend {@code opencl}. Its devices are numbered from 0: GPUs first, then other
 * accelerators, then processors. Settings of {@link #open}, beside those that all know:
 *
 * <ul>
 *   <li>{@code kernels}: {@code auto} (default: by the kind of device), {@code cpu} or {@code gpu}.
 *   <li>{@code profiling}: {@code on} lets {@link dev.fathom.spi.Queue#lastLaunchNanos} answer, at
 *       some cost; default {@code off}.
 * </ul>
 */
public final class OpenClProvider implements BackendProvider {
  private static final int RANK_GPU = 100;
  private static final int RANK_CPU = -1;

  /** Makes the provider; for {@link java.util.ServiceLoader}. */
  public OpenClProvider() {}

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  @Override
  public Probe probe() {
    return switch (Platforms.find()) {
      case Platforms.Found.Nothing(String reason, String remedy) ->
          new Probe.Unavailable(reason, remedy);
      case Platforms.Found.Devices(List<ClDevice> found) -> {
        List<Device> devices = new ArrayList<>();
        found.forEach(
            device ->
                devices.add(OpenClBackend.describe(devices.size(), device, Optional.empty())));
        boolean cpu = found.getFirst().type() == ClDevice.Type.CPU;
        yield new Probe.Available(devices, cpu ? RANK_CPU : RANK_GPU);
      }
    };
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a setting is unknown or has a wrong value
   */
  @Override
  public Backend open(Device device, Map<String, String> configuration) {
    Settings settings = Settings.parse(configuration);
    if (!(Platforms.find() instanceof Platforms.Found.Devices(List<ClDevice> found))
        || device.index() >= found.size()) {
      throw new BackendException("[opencl] device " + device.index() + " is gone");
    }
    ClContext context = new ClContext(found.get(device.index()), settings.cache());
    return OpenClBackend.open(device.index(), context, settings);
  }
}
