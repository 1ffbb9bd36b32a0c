package dev.fathom.backend.opencl;

import dev.fathom.Needs;
import dev.fathom.backend.opencl.driver.ClDevice;
import dev.fathom.backend.opencl.driver.Platforms;
import dev.fathom.backend.opencl.driver.Platforms.Found;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider.Probe;
import java.util.List;
import java.util.Map;

/** The OpenCL device that tests run on; without one a test is skipped with the reason. */
public final class Devices {
  private Devices() {}

  /** {@return the first device} */
  public static ClDevice first() {
    return switch (Platforms.find()) {
      case Found.Devices(List<ClDevice> devices) -> devices.getFirst();
      case Found.Nothing(String reason, _) -> throw Needs.missing("opencl", reason);
    };
  }

  /** {@return the first device, open} */
  static Backend open(Map<String, String> settings) {
    first();
    OpenClProvider provider = new OpenClProvider();
    Probe.Available available = (Probe.Available) provider.probe();
    return provider.open(available.devices().getFirst(), settings);
  }
}
