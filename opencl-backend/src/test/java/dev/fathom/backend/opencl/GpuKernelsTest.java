package dev.fathom.backend.opencl;

class GpuKernelsTest extends OpenClTck {
  GpuKernelsTest() {
    super("gpu");
  }
}
