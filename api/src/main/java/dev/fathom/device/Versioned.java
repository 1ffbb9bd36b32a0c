package dev.fathom.device;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Kernel;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Queue;
import java.util.Optional;

/**
 * A backend of an older SPI, which is never offered a spec or an element type that it cannot know.
 *
 * @param inner the backend
 * @param spiVersion version of the SPI that its provider was compiled against
 */
record Versioned(Backend inner, int spiVersion) implements Backend {
  @Override
  public Device device() {
    return inner.device();
  }

  @Override
  public Plan plan(KernelSpec spec) {
    return spec.since() > spiVersion ? new Plan.Declined(tooNew(spec.since())) : inner.plan(spec);
  }

  private String tooNew(int since) {
    return "came with SPI version " + since + ", the backend knows " + spiVersion;
  }

  @Override
  public Kernel compile(KernelSpec spec) {
    return inner.compile(spec);
  }

  @Override
  public Buffer allocate(DType dtype, long elements) {
    if (dtype.since() > spiVersion) {
      throw new BackendException("[allocate] " + dtype.label() + " " + tooNew(dtype.since()));
    }
    return inner.allocate(dtype, elements);
  }

  @Override
  public Queue openQueue(Priority priority) {
    return inner.openQueue(priority);
  }

  @Override
  public Optional<Backend> pinned(String variant) {
    return inner.pinned(variant).map(pinned -> new Versioned(pinned, spiVersion));
  }

  @Override
  public void close() {
    inner.close();
  }
}
