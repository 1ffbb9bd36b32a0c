package com.example.backend;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Device;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where Fathom finds this plugin: {@code META-INF/services} names this class. */
public final class ExampleProvider implements BackendProvider {
  /** Settings that every backend is given, and that this one has no use for. */
  private static final Set<String> IGNORED = Set.of("threads", "cache");

  @Override
  public String name() {
    return "example";
  }

  @Override
  public int spiVersion() {
    return SPI_VERSION;
  }

  /** The rank is below the Java backend's 0: {@code auto} takes this one only if it must. */
  @Override
  public Probe probe() {
    long memory = Runtime.getRuntime().maxMemory();
    Device device = new Device(0, "Example, plain Java, 1 thread", memory, "example-1");
    return new Probe.Available(List.of(device), -100);
  }

  @Override
  public Backend open(Device device, Map<String, String> configuration) {
    for (String setting : configuration.keySet()) {
      if (!IGNORED.contains(setting)) {
        throw new IllegalArgumentException("[example] there is no setting '" + setting + "'");
      }
    }
    return new ExampleBackend(device);
  }
}
