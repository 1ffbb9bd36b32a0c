package dev.fathom.backend.opencl.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.opencl.driver.Platforms.Found;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
  void withoutADriverTheRemedyNamesOne(@TempDir Path empty)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(Cl.isInstalled(), "no OpenCL loader (libOpenCL) is installed");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(
                File.pathSeparator,
                System.getProperty("java.class.path").split(File.pathSeparator)),
            Finder.class.getName());
    builder.environment().put("OCL_ICD_VENDORS", empty.toString());
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    Assumptions.assumeFalse(
        out.contains("Devices"), "this loader finds its drivers in another way: " + out);
    assertTrue(out.contains("found no platform, that is no driver is installed"), out);
    assertTrue(out.contains("apt-get install pocl-opencl-icd"), out);
  }

  /** Prints what is found. */
  static final class Finder {
    public static void main(String[] arguments) {
      System.out.println(Platforms.find());
    }
  }
}
