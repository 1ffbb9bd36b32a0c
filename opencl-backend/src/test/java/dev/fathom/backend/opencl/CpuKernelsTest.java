package dev.fathom.backend.opencl;

class CpuKernelsTest extends OpenClTck {
  CpuKernelsTest() {
    super("cpu");
  }
}
