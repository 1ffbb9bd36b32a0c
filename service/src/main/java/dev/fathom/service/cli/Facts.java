package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.fathom.device.Backends;
import dev.fathom.device.NoBackendException;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.VectorModule;
import dev.fathom.service.Version;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import io.quarkus.runtime.ImageMode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The facts that {@code fathom doctor} prints, as JSON whose field names never change. Each part is
 * found on its own: one that fails has the reason under {@code problem}, and the others are still
 * there.
 */
final class Facts {

  private static final Path MEMORY = Path.of("/proc/meminfo");

  /** Since this one of 25, objects that are pinned stay where they are. */
  private static final Runtime.Version PINNED = Runtime.Version.parse("25.0.3");

  private final ObjectNode facts = JsonNodeFactory.instance.objectNode();
  private final LocalOptions options;

  Facts(LocalOptions options) {
    this.options = options;
  }

  /** {@return all of them} It opens and tests every backend. */
  ObjectNode all() {
    facts.put("version", Version.TEXT);
    java(facts.putObject("java"));
    facts
        .putObject("system")
        .put("name", System.getProperty("os.name"))
        .put("version", System.getProperty("os.version"))
        .put("architecture", System.getProperty("os.arch"))
        .put("processor", Processor.name())
        .put("processors", Runtime.getRuntime().availableProcessors());
    memory(facts.putObject("memory"));
    FathomConfig config;
    try {
      config = options.read();
    } catch (CommandException e) {
      facts.put("problem", e.getMessage());
      return facts;
    }
    data(config.data(), facts.putObject("data"));
    plugins(config.plugins(), facts.putObject("plugins"));
    backends(config, facts.putObject("backends"));
    return facts;
  }

  private static void java(ObjectNode java) {
    boolean isNative = ImageMode.current().isNativeImage();
    java.put("version", System.getProperty("java.runtime.version", Runtime.version().toString()))
        .put("vendor", System.getProperty("java.vendor"))
        .put("vm", System.getProperty("java.vm.name"))
        .put("nativeImage", isNative)
        .put("vectorModule", VectorModule.add());
    var collector = isNative ? null : collector();
    java.put("collector", collector)
        .put("warning", isNative ? null : warning(Runtime.version(), collector).orElse(null));
    var flags = java.putObject("flags");
    if (!isNative) {
      var given = ManagementFactory.getRuntimeMXBean().getInputArguments();
      Version.JVM_FLAGS.forEach(flag -> flags.put(flag, isPresent(flag, given)));
    }
  }

  /** {@return the first word of the collectors' names, such as {@code G1}} */
  private static String collector() {
    return ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName().split(" ")[0];
  }

  /** {@return what a JDK is known to do wrong, and the remedy} */
  static Optional<String> warning(Runtime.Version jdk, String collector) {
    return jdk.feature() == 25 && jdk.compareTo(PINNED) < 0 && collector.equals("G1")
        ? Optional.of(
            "JDK %s may move objects that native code reads, with the collector G1 (JDK-8377811);"
                    .formatted(jdk)
                + " update to 25.0.3, or set JDK_JAVA_OPTIONS=-XX:+UseParallelGC")
        : Optional.empty();
  }

  /**
   * {@return whether the JVM has a flag} Where its effect can be seen that decides, since there are
   * many ways to write a flag.
   */
  private static boolean isPresent(String flag, List<String> given) {
    return switch (flag) {
      case "--add-modules=jdk.incubator.vector" -> VectorModule.add();
      case "--enable-native-access=ALL-UNNAMED" -> Facts.class.getModule().isNativeAccessEnabled();
      default -> given.contains(flag);
    };
  }

  private static void memory(ObjectNode memory) {
    memory.put("heapMaxBytes", Runtime.getRuntime().maxMemory());
    var seen =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? OptionalLong.of(system.getTotalMemorySize())
            : OptionalLong.empty();
    var physical = physicalBytes().isPresent() ? physicalBytes() : seen;
    memory.put("physicalBytes", value(physical));
    // The JVM sees the memory that its container may use.
    boolean limited = seen.isPresent() && seen.getAsLong() < physical.orElse(0);
    memory.put("containerLimitBytes", value(limited ? seen : OptionalLong.empty()));
  }

  private static Long value(OptionalLong number) {
    return number.isPresent() ? (Long) number.getAsLong() : null;
  }

  private static OptionalLong physicalBytes() {
    try (var lines = Files.lines(MEMORY)) {
      return lines
          .filter(line -> line.startsWith("MemTotal:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }

  private static void data(Path directory, ObjectNode data) {
    var absolute = directory.toAbsolutePath().normalize();
    data.put("directory", absolute.toString()).put("exists", Files.isDirectory(absolute));
    var existing = absolute;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    data.put("writable", Files.isWritable(existing));
    try {
      data.put("freeBytes", Files.getFileStore(existing).getUsableSpace());
      var owner = DataDirectory.owner(absolute);
      data.put("ownerPid", owner.map(DataDirectory.Owner::pid).orElse(null));
      data.put("ownerUrl", owner.map(DataDirectory.Owner::url).orElse(null));
      data.put("warning", DataDirectory.warning(absolute).orElse(null));
      damages(absolute, data.putArray("damages"));
    } catch (StoreException e) {
      data.put("problem", e.getMessage());
    } catch (IOException e) {
      data.put("problem", e.toString());
    }
  }

  private static void damages(Path directory, ArrayNode damages) throws IOException {
    if (DataDirectory.isThere(directory)) {
      try (var opened = DataDirectory.openReadOnly(directory)) {
        for (var damage : opened.damages(JobRecord::load)) {
          damages
              .addObject()
              .put("file", damage.file())
              .put("kind", damage.kind().label())
              .put("name", damage.name())
              .put("reason", damage.reason());
        }
      }
    }
  }

  private static void plugins(Optional<Path> folder, ObjectNode plugins) {
    plugins.put("folder", folder.map(Path::toString).orElse(null));
    var jars = plugins.putArray("jars");
    if (folder.isPresent()) {
      try (var files = Files.list(folder.get())) {
        files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".jar"))
            .sorted()
            .forEach(jars::add);
      } catch (IOException e) {
        plugins.put("problem", e.toString());
      }
    }
  }

  private static void backends(FathomConfig config, ObjectNode backends) {
    backends.put("wanted", config.backend());
    backends.put(
        "threads", config.threads().isPresent() ? (Integer) config.threads().getAsInt() : null);
    List<Backends.Candidate> examined;
    try {
      examined = config.examine();
    } catch (IllegalArgumentException e) {
      backends.putNull("chosen").put("problem", e.getMessage()).putArray("found");
      return;
    }
    Optional<String> chosen = Optional.empty();
    List<Backends.Candidate> candidates;
    try {
      var selection = config.select();
      try (var backend = selection.backend()) {
        var device = backend.device();
        chosen = Optional.of(selection.name());
        candidates = selection.candidates();
        backends
            .putObject("chosen")
            .put("name", selection.name())
            .put("device", device.name())
            .put("variant", device.variant());
      }
    } catch (NoBackendException e) {
      candidates = e.candidates();
      backends.putNull("chosen").put("problem", e.getMessage());
    }
    Map<String, Backends.Candidate> told = new HashMap<>();
    candidates.forEach(candidate -> told.putIfAbsent(candidate.name(), candidate));
    var found = backends.putArray("found");
    for (var candidate : examined) {
      add(found.addObject(), candidate, Optional.ofNullable(told.get(candidate.name())), chosen);
    }
  }

  /**
   * @param candidate as it was found when every backend was opened and tested
   * @param told as it was found for the choice, which measures
   */
  private static void add(
      ObjectNode json,
      Backends.Candidate candidate,
      Optional<Backends.Candidate> told,
      Optional<String> chosen) {
    var refusal = candidate.refusal().or(() -> told.flatMap(Backends.Candidate::refusal));
    boolean isChosen = refusal.isEmpty() && chosen.filter(candidate.name()::equals).isPresent();
    json.put("name", candidate.name())
        .put("state", refusal.isPresent() ? "refused" : isChosen ? "chosen" : "available")
        .put("reason", refusal.orElse(null))
        .put(
            "note",
            candidate.refusal().isPresent()
                ? null
                : told.flatMap(Backends.Candidate::note).orElse(null))
        .put("probeMillis", millis(candidate.times().probe()))
        .put("openMillis", millis(candidate.times().open()))
        .put("selfTestMillis", millis(candidate.times().selfTest()));
    var devices = json.putArray("devices");
    for (var device : candidate.devices()) {
      devices
          .addObject()
          .put("name", device.name())
          .put("index", device.index())
          .put("variant", device.variant())
          .put("memoryBytes", device.memoryBytes());
    }
  }

  private static Double millis(Optional<Duration> time) {
    return time.map(duration -> duration.toNanos() / 10_000 / 100.0).orElse(null);
  }
}
