package dev.fathom.backend.opencl;

import dev.fathom.spi.Backend;
import dev.fathom.spi.tck.BackendTck;
import java.nio.file.Path;
import java.util.Map;

/** The TCK on the first OpenCL device, with one of the two kinds of kernels. */
abstract class OpenClTck extends BackendTck {
  private final String kernels;

  OpenClTck(String kernels) {
    this.kernels = kernels;
  }

  @Override
  protected Backend open() {
    return Devices.open(Map.of("kernels", kernels, "cache", Path.of("target/opencl").toString()));
  }
}
