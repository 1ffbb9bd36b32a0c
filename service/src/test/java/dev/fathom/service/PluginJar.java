package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** Makes jars of plugins, good and bad. */
final class PluginJar {

  /** A provider whose backend computes nothing, so that all its results are wrong. */
  private static final String SOURCE =
      """
      import dev.fathom.spi.*;
      import java.lang.foreign.MemorySegment;
      import java.util.List;
      import java.util.Map;
      public class Plugged implements BackendProvider {
        public String name() { return "plugged"; }
        public int spiVersion() { return SPI_VERSION; }
        public Probe probe() {
          return new Probe.Available(List.of(new Device(0, "Plugged", 1 << 20, "1")), 1000);
        }
        public Backend open(Device device, Map<String, String> configuration) {
          return new Idle(device);
        }
        record Work(KernelSpec spec) implements Kernel {}
        record Memory(DType dtype, long elements, byte[] bytes) implements Buffer {
          public void close() {}
        }
        record Idle(Device device) implements Backend {
          public Plan plan(KernelSpec spec) {
            return spec.isCore() ? Plan.Accepted.PLAIN : new Plan.Declined("idle");
          }
          public Kernel compile(KernelSpec spec) { return new Work(spec); }
          public Buffer allocate(DType dtype, long elements) {
            return new Memory(dtype, elements, new byte[(int) elements * dtype.bytes()]);
          }
          public Queue openQueue(Priority priority) { return new Line(); }
          public void close() {}
        }
        static final class Line implements Queue {
          static MemorySegment at(Binding binding, long bytes) {
            Memory memory = (Memory) binding.buffer();
            return MemorySegment.ofArray(memory.bytes())
                .asSlice(binding.offset() * memory.dtype().bytes(), bytes);
          }
          public void write(Binding target, MemorySegment source) {
            at(target, source.byteSize()).copyFrom(source);
          }
          public void read(Binding source, MemorySegment target) {
            target.copyFrom(at(source, target.byteSize()));
          }
          public void launch(Kernel kernel, Binding[] bindings, long[] scalars) {}
          public void await() {}
          public void close() {}
        }
      }
      """;

  private PluginJar() {}

  /**
   * Compiles the plugin, after a replacement in its source, and packs it.
   *
   * @param old what must be in the source; empty for no replacement
   */
  static void write(Path jar, String old, String fresh) throws IOException {
    assertEquals(true, SOURCE.contains(old), old);
    var work = Files.createTempDirectory("plugin");
    var source = work.resolve("Plugged.java");
    Files.writeString(source, old.isEmpty() ? SOURCE : SOURCE.replace(old, fresh));
    var spi = BackendProvider.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, "-cp", spi, source.toString()));
    Files.delete(source);
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var classes = Files.list(work)) {
      for (var file : classes.toList()) {
        out.putNextEntry(new JarEntry(file.getFileName().toString()));
        Files.copy(file, out);
        Files.delete(file);
      }
      service(out, "Plugged");
    }
    Files.delete(work);
  }

  /** Writes a jar that names a provider and does not have it. */
  static void writeWithoutClass(Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      service(out, "Nowhere");
    }
  }

  /** Writes a jar without a provider. */
  static void writeWithoutProvider(Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("readme.txt"));
    }
  }

  private static void service(JarOutputStream out, String provider) throws IOException {
    out.putNextEntry(new JarEntry("META-INF/services/" + BackendProvider.class.getName()));
    out.write(provider.getBytes());
  }
}
