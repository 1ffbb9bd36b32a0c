package dev.fathom.backend.opencl.driver;

/**
 * A device as its driver describes it.
 *
 * @param handle its {@code cl_device_id}
 * @param platformHandle its {@code cl_platform_id}
 * @param type kind of device
 * @param name as the driver gives it
 * @param platform name of the platform
 * @param version of OpenCL, major times 100 plus minor times 10: 120, 300
 * @param driverVersion as the driver gives it
 * @param computeUnits processors that run work groups
 * @param memoryBytes global memory
 * @param maxAllocationBytes the largest buffer
 * @param maxGroupSize the largest work group
 * @param localMemoryBytes local memory of a work group
 * @param doubles whether it computes in f64
 */
public record ClDevice(
    long handle,
    long platformHandle,
    Type type,
    String name,
    String platform,
    int version,
    String driverVersion,
    int computeUnits,
    long memoryBytes,
    long maxAllocationBytes,
    int maxGroupSize,
    long localMemoryBytes,
    boolean doubles) {

  /** The kinds of devices, the best first. */
  public enum Type {
    /** A graphics processor. */
    GPU,
    /** Another accelerator. */
    ACCELERATOR,
    /** The host's processors. */
    CPU
  }

  private static final int INFO_TYPE = 0x1000;
  private static final int INFO_MAX_COMPUTE_UNITS = 0x1002;
  private static final int INFO_MAX_WORK_GROUP_SIZE = 0x1004;
  private static final int INFO_MAX_MEM_ALLOC_SIZE = 0x1010;
  private static final int INFO_GLOBAL_MEM_SIZE = 0x101F;
  private static final int INFO_LOCAL_MEM_SIZE = 0x1023;
  private static final int INFO_NAME = 0x102B;
  private static final int INFO_DRIVER_VERSION = 0x102D;
  private static final int INFO_VERSION = 0x102F;
  private static final int INFO_EXTENSIONS = 0x1030;
  private static final int TYPE_CPU = 1 << 1;
  private static final int TYPE_GPU = 1 << 2;

  /** {@return a device as its driver describes it} */
  static ClDevice of(long platformHandle, String platform, long handle) {
    long type = number(handle, INFO_TYPE);
    return new ClDevice(
        handle,
        platformHandle,
        (type & TYPE_GPU) != 0 ? Type.GPU : (type & TYPE_CPU) != 0 ? Type.CPU : Type.ACCELERATOR,
        text(handle, INFO_NAME),
        platform,
        version(text(handle, INFO_VERSION)),
        text(handle, INFO_DRIVER_VERSION),
        (int) number(handle, INFO_MAX_COMPUTE_UNITS),
        number(handle, INFO_GLOBAL_MEM_SIZE),
        number(handle, INFO_MAX_MEM_ALLOC_SIZE),
        (int) Math.min(Integer.MAX_VALUE, number(handle, INFO_MAX_WORK_GROUP_SIZE)),
        number(handle, INFO_LOCAL_MEM_SIZE),
        text(handle, INFO_EXTENSIONS).contains("cl_khr_fp64"));
  }

  /** {@return 120 for "OpenCL 1.2 ..."; 0 if the text has another form} */
  static int version(String text) {
    String[] words = text.split("[ .]", 4);
    try {
      return words.length < 3
          ? 0
          : Integer.parseInt(words[1]) * 100 + Integer.parseInt(words[2]) * 10;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static String text(long handle, int what) {
    return Cl.text(
        "clGetDeviceInfo",
        (n, v, s) -> (int) Cl.GET_DEVICE_INFO.invokeExact(handle, what, n, v, s));
  }

  private static long number(long handle, int what) {
    return Cl.number(
        "clGetDeviceInfo",
        (n, v, s) -> (int) Cl.GET_DEVICE_INFO.invokeExact(handle, what, n, v, s));
  }
}
