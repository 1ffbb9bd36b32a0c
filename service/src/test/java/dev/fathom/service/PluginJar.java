package dev.fathom.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.Repository;
import dev.fathom.service.extension.Parts;
import dev.fathom.spec.Extension;
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
    write(
        jar, BackendProvider.class, "Plugged", old.isEmpty() ? SOURCE : SOURCE.replace(old, fresh));
  }

  /** Packs an extension that adds a loss of this name. */
  static void writeExtension(Path jar, String loss) throws IOException {
    write(
        jar,
        Extension.class,
        "Losses",
        """
        import dev.fathom.loss.Loss;
        import dev.fathom.loss.MeanSquaredError;
        import dev.fathom.spec.Extension;
        import dev.fathom.spec.Reader;
        import java.util.Map;
        public class Losses implements Extension {
          public Map<String, Reader<? extends Loss>> losses() {
            return Map.of("LOSS", fields -> new MeanSquaredError());
          }
        }
        """
            .replace("LOSS", loss));
  }

  private static void write(Path jar, Class<?> service, String name, String source)
      throws IOException {
    var work = Files.createTempDirectory("plugin");
    var file = Files.writeString(work.resolve(name + ".java"), source);
    var compiler = ToolProvider.getSystemJavaCompiler();
    var path = System.getProperty("java.class.path");
    assertEquals(
        0, compiler.run(null, null, null, "-proc:none", "-cp", path, file.toString()), source);
    Files.delete(file);
    pack(jar, service, name, "", work);
    try (var classes = Files.list(work)) {
      for (var compiled : classes.toList()) {
        Files.delete(compiled);
      }
    }
    Files.delete(work);
  }

  /** Packs the extension of a package of the tests, as its author would. */
  static void writeParts(Path jar) throws IOException {
    var name = Parts.class.getName();
    var classes = Repository.ROOT.resolve("service/target/test-classes");
    var folder = name.substring(0, name.lastIndexOf('.') + 1).replace('.', '/');
    pack(jar, Extension.class, name, folder, classes.resolve(folder));
  }

  /**
   * Packs the classes of a folder with a service.
   *
   * @param prefix of their names in the jar
   */
  private static void pack(Path jar, Class<?> service, String name, String prefix, Path folder)
      throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var classes = Files.list(folder)) {
      for (var file : classes.toList()) {
        out.putNextEntry(new JarEntry(prefix + file.getFileName()));
        Files.copy(file, out);
      }
      service(out, service, name);
    }
  }

  /** Writes a jar that names a provider and does not have it. */
  static void writeWithoutClass(Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      service(out, BackendProvider.class, "Nowhere");
    }
  }

  /** Writes a jar without a provider. */
  static void writeWithoutProvider(Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("readme.txt"));
    }
  }

  private static void service(JarOutputStream out, Class<?> service, String name)
      throws IOException {
    out.putNextEntry(new JarEntry("META-INF/services/" + service.getName()));
    out.write(name.getBytes(UTF_8));
  }
}
