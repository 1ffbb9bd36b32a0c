package dev.fathom.backend.opencl.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the devices of this machine. */
public final class Platforms {
  private static final int INFO_NAME = 0x0902;
  private static final long ALL_TYPES = 0xFFFFFFFFL;
  private static final int MAX = 64;
  private static final int OLDEST_VERSION = 120;
  private static final String DRIVERS =
      "Install your GPU's driver, or for the processor: apt-get install pocl-opencl-icd.";

  private Platforms() {}

  /** The devices that were found, or the reason why there is none. */
  public sealed interface Found {
    /** Devices that this backend can use, at least one, the best first. */
    record Devices(List<ClDevice> devices) implements Found {}

    /** No device can be used: the reason, and what would help, a sentence each. */
    record Nothing(String reason, String remedy) implements Found {}
  }

  /**
   * {@return the devices, or why there is none} Loads the drivers when called for the first time.
   */
  public static Found find() {
    return Signals.kept(Platforms::search);
  }

  private static Found search() {
    if (!Cl.isInstalled()) {
      return new Found.Nothing(
          "The OpenCL loader (libOpenCL) is not installed.",
          "Install it with a driver, for example: apt-get install ocl-icd-libopencl1"
              + " pocl-opencl-icd.");
    }
    List<Long> platforms = platforms();
    if (platforms.isEmpty()) {
      return new Found.Nothing(
          "The OpenCL loader found no platform, that is no driver is installed.", DRIVERS);
    }
    List<ClDevice> all = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (long platform : platforms) {
      String name =
          Cl.text(
              "clGetPlatformInfo",
              (n, v, s) -> (int) Cl.GET_PLATFORM_INFO.invokeExact(platform, INFO_NAME, n, v, s));
      names.add(name);
      devices(platform).forEach(device -> all.add(ClDevice.of(platform, name, device)));
    }
    return usable(all, names);
  }

  /** {@return those of {@code all} that this backend can use, or why it can use none} */
  static Found usable(List<ClDevice> all, List<String> platforms) {
    if (all.isEmpty()) {
      return new Found.Nothing(
          "The OpenCL platforms " + platforms + " have no device that can be used now.", DRIVERS);
    }
    List<String> refused = new ArrayList<>();
    List<ClDevice> devices = new ArrayList<>();
    for (ClDevice device : all) {
      if (device.version() < OLDEST_VERSION) {
        refused.add(
            "%s has OpenCL %d.%d, older than 1.2"
                .formatted(device.name(), device.version() / 100, device.version() / 10 % 10));
      } else if (!device.doubles()) {
        refused.add(device.name() + " does not compute in f64 (cl_khr_fp64)");
      } else {
        devices.add(device);
      }
    }
    if (devices.isEmpty()) {
      return new Found.Nothing(
          "No OpenCL device can be used: " + String.join("; ", refused) + ".",
          "Update the driver, or use another device.");
    }
    devices.sort(Comparator.comparing(ClDevice::type).thenComparing(d -> -d.computeUnits()));
    return new Found.Devices(List.copyOf(devices));
  }

  private static List<Long> platforms() {
    return list(
        "clGetPlatformIDs",
        Cl.PLATFORM_NOT_FOUND,
        (ids, count) -> (int) Cl.GET_PLATFORM_IDS.invokeExact(MAX, ids, count));
  }

  private static List<Long> devices(long platform) {
    return list(
        "clGetDeviceIDs",
        Cl.DEVICE_NOT_FOUND,
        (ids, count) -> (int) Cl.GET_DEVICE_IDS.invokeExact(platform, ALL_TYPES, MAX, ids, count));
  }

  /** A call that lists handles. */
  @FunctionalInterface
  private interface Lister {
    int list(MemorySegment ids, MemorySegment count) throws Throwable;
  }

  private static List<Long> list(String operation, int none, Lister lister) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      MemorySegment ids = arena.allocate(JAVA_LONG, MAX);
      Cl.call(
          operation,
          () -> {
            int status = lister.list(ids, count);
            return status == none ? 0 : status;
          });
      List<Long> list = new ArrayList<>();
      for (int i = 0; i < Math.min(MAX, count.get(JAVA_INT, 0)); i++) {
        list.add(ids.getAtIndex(JAVA_LONG, i));
      }
      return list;
    }
  }
}
