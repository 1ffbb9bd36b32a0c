package dev.fathom.backend.opencl.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Needs;
import dev.fathom.backend.opencl.Devices;
import dev.fathom.backend.opencl.driver.Platforms.Found;
import dev.fathom.spi.Binding;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformsTest {

  private static ClDevice device(ClDevice.Type type, String name, int version, boolean doubles) {
    return new ClDevice(
        1, 1, type, name, "platform", version, "1", 4, 1L << 30, 1L << 28, 256, 1 << 15, doubles);
  }

  private static String nothing(List<ClDevice> devices) {
    Found.Nothing nothing =
        assertInstanceOf(Found.Nothing.class, Platforms.usable(devices, List.of("platform")));
    assertTrue(nothing.remedy().endsWith("."), nothing.remedy());
    return nothing.reason();
  }

  @Test
  void everyCauseHasItsOwnSentence() {
    assertEquals(
        "The OpenCL platforms [platform] have no device that can be used now.", nothing(List.of()));
    assertEquals(
        "No OpenCL device can be used: old has OpenCL 1.1, older than 1.2.",
        nothing(List.of(device(ClDevice.Type.GPU, "old", 110, true))));
    assertEquals(
        "No OpenCL device can be used: small does not compute in f64 (cl_khr_fp64).",
        nothing(List.of(device(ClDevice.Type.GPU, "small", 300, false))));
  }

  @Test
  void aGpuComesFirst() {
    ClDevice cpu = device(ClDevice.Type.CPU, "cpu", 300, true);
    ClDevice gpu = device(ClDevice.Type.GPU, "gpu", 120, true);
    ClDevice old = device(ClDevice.Type.GPU, "old", 100, true);
    assertEquals(
        new Found.Devices(List.of(gpu, cpu)),
        Platforms.usable(List.of(cpu, old, gpu), List.of("platform")));
  }

  @Test
  void versionsAreRead() {
    assertEquals(120, ClDevice.version("OpenCL 1.2 CUDA"));
    assertEquals(300, ClDevice.version("OpenCL 3.0 PoCL HSTR: pthread"));
    assertEquals(300, ClDevice.version("OpenCL 3.0"));
    assertEquals(0, ClDevice.version("OpenCL"));
    assertEquals(0, ClDevice.version("CUDA twelve one"));
  }

  /** The loader, told to look for drivers in an empty folder, finds no platform. */
  @Test
  void withoutADriverTheRemedyNamesOne(@TempDir Path empty) throws Exception {
    if (!Cl.isInstalled()) {
      throw Needs.missing("opencl", "The OpenCL loader (libOpenCL) is not installed.");
    }
    String out = run(Finder.class, Map.of("OCL_ICD_VENDORS", empty.toString()));
    Assumptions.assumeFalse(
        out.contains("Devices"), "this loader finds its drivers in another way: " + out);
    assertTrue(out.contains("found no platform, that is no driver is installed"), out);
    assertTrue(out.contains("apt-get install pocl-opencl-icd"), out);
  }

  /**
   * PoCL left no handler for a moment while threads stopped, so a service ended with status 139 at
   * its start.
   */
  @Test
  void aDriverDoesNotReplaceTheSignalHandlersOfTheJvm() throws Exception {
    Devices.first();
    assertEquals("[]", run(Replaced.class, Map.of()).lines().toList().getLast());
  }

  private static String run(Class<?> main, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return out;
  }

  /** Prints what is found. */
  static final class Finder {
    public static void main(String[] arguments) {
      System.out.println(Platforms.find());
    }
  }

  /** Prints the signals whose handlers are others once a kernel ran. */
  static final class Replaced {
    public static void main(String[] arguments) {
      try (Arena arena = Arena.ofConfined()) {
        Map<Integer, MemorySegment> before = Signals.actions(arena);
        try (ClContext context = new ClContext(Devices.first(), Optional.empty());
            ClQueue queue = context.openQueue(false);
            ClBuffer buffer = context.allocate(8)) {
          // No driver has compiled this one before.
          String source =
              "__kernel void one(__global long* x) { x[0] = %dL; }".formatted(System.nanoTime());
          WorkSize size = new WorkSize(new long[] {1}, new long[] {1});
          context
              .kernel(source, "one", 1, size)
              .enqueue(queue, (a, _, _) -> a[0] = buffer.handle(), new Binding[0], new long[0]);
          queue.finish();
        }
        Map<Integer, MemorySegment> after = Signals.actions(arena);
        System.out.println(
            before.keySet().stream()
                .filter(signal -> handler(before.get(signal)) != handler(after.get(signal)))
                .toList());
      }
    }

    /** The first field of a {@code struct sigaction}. */
    private static long handler(MemorySegment action) {
      return action.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
