package dev.fathom;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The arrows of the design, checked on class files. Seen is every class that a class file names in
 * code, descriptors, generic signatures and annotations; not seen are inlined constants and names
 * put together at run time.
 */
final class Architecture {

  /**
   * Packages that may use each other, besides {@code libraries} (prefixes) and what lies below.
   *
   * @param packages each without {@code dev.fathom.}, and without its sub-packages
   */
  private record Layer(List<String> packages, List<String> libraries) {
    boolean has(String type) {
      var packageName = type.substring(0, Math.max(0, type.lastIndexOf('.')));
      return packages.stream().anyMatch(each -> packageName.equals("dev.fathom." + each));
    }
  }

  private static final List<String> JDK = List.of("java.");
  private static final List<String> VECTORS = List.of("java.", "jdk.incubator.vector.");
  private static final List<String> APARAPI = List.of("java.", "com.aparapi.");
  private static final List<String> API = List.of("java.", "com.fasterxml.jackson.");
  private static final List<String> TABLES =
      List.of("java.", "com.fasterxml.jackson.", "dev.hardwood.");
  private static final List<String> ANY = List.of("");

  /** From the bottom to the top. Layers of a floor do not know each other. */
  private static final List<List<Layer>> HOUSE =
      List.of(
          floor(JDK, "spi"),
          floor(JDK, "spi.conformance"),
          floor(API, "error"),
          floor(API, "json"),
          floor(API, "template"),
          floor(API, "graph"),
          floor(API, "compile"),
          floor(API, "device"),
          floor(API, "tensor"),
          floor(API, "format"),
          floor(API, "text", "store"),
          floor(API, "data"),
          floor(API, "image", "audio"),
          floor(TABLES, "table"),
          floor(API, "encode"),
          floor(API, "box"),
          floor(API, "nn", "loss", "optim"),
          floor(API, "metric"),
          floor(API, "task"),
          floor(API, "model"),
          floor(API, "pretrained"),
          floor(API, "spec"),
          floor(API, "generate", "train", "fit"),
          List.of(new Layer(List.of("service", "service.jobs"), ANY)),
          floor(ANY, "service.bench", "service.plot", "service.rest"),
          floor(ANY, "service.inference.protocol"),
          floor(ANY, "service.inference", "service.openai"),
          floor(ANY, "service.cli"));

  private static final List<List<Layer>> JAVA_BACKEND =
      List.of(
          floor(VECTORS, "backend.java.platform"),
          floor(VECTORS, "backend.java.memory"),
          floor(JDK, "backend.java.runtime"),
          floor(VECTORS, "backend.java.loops", "backend.java.arithmetic"),
          floor(JDK, "backend.java.elementwise"),
          floor(VECTORS, "backend.java.contract", "backend.java.rows", "backend.java.index"),
          floor(VECTORS, "backend.java.convolve", "backend.java.sequence"),
          floor(JDK, "backend.java"));

  private static final List<List<Layer>> OPENCL_BACKEND =
      List.of(
          floor(JDK, "backend.opencl.code"),
          floor(APARAPI, "backend.opencl.driver"),
          floor(JDK, "backend.opencl"));

  /** Beside the house: each uses spi alone, and nobody names it. */
  private static final List<List<List<Layer>>> BACKENDS = List.of(JAVA_BACKEND, OPENCL_BACKEND);

  private static List<Layer> floor(List<String> libraries, String... packages) {
    return Stream.of(packages).map(each -> new Layer(List.of(each), libraries)).toList();
  }

  private static final Pattern DESCRIBED = Pattern.compile("L((?:[\\w$]+/)+[\\w$]+)[;<]");

  /** A class of a backend by name; not a package, after which loggers are named. */
  private static final Pattern BACKEND_CLASS =
      Pattern.compile("dev\\.fathom\\.backend\\.[\\w.]*\\.[A-Z][\\w$]*");

  private Architecture() {}

  /** {@return one line for each class that {@code classFile} names and may not name} */
  static List<String> violations(byte[] classFile) {
    var model = ClassFile.of().parse(classFile);
    var user = model.thisClass().asInternalName().replace('/', '.');
    return referencesOf(model).stream()
        .filter(used -> !used.equals(user))
        .flatMap(used -> objection(user, used).map(why -> user + " -> " + used + why).stream())
        .toList();
  }

  private static Optional<String> objection(String user, String used) {
    if (used.startsWith("kotlin.")) {
      return Optional.of(": Fathom is Java only");
    }
    var layer = layerOf(user);
    if (layer.isEmpty()) {
      return Optional.of(": " + user + " belongs to no layer of the house");
    }
    if (!used.startsWith("dev.fathom.")) {
      var known = layer.get().libraries.stream().anyMatch(used::startsWith);
      return known ? Optional.empty() : Optional.of(": no library of this layer");
    }
    var allowed = layerOf(used).filter(below -> mayUse(layer.get(), below)).isPresent();
    return allowed ? Optional.empty() : Optional.of(": arrows point down only");
  }

  private static boolean mayUse(Layer user, Layer used) {
    var house = houseOf(user);
    var isBelow = house.equals(houseOf(used)) && floorOf(used) < floorOf(user);
    return used.equals(user)
        || isBelow
        || BACKENDS.contains(house) && HOUSE.getFirst().contains(used);
  }

  private static List<List<Layer>> houseOf(Layer layer) {
    return houses()
        .filter(house -> house.stream().anyMatch(floor -> floor.contains(layer)))
        .findFirst()
        .orElseThrow();
  }

  private static int floorOf(Layer layer) {
    var house = houseOf(layer);
    return IntStream.range(0, house.size())
        .filter(floor -> house.get(floor).contains(layer))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<Layer> layerOf(String name) {
    return houses()
        .flatMap(List::stream)
        .flatMap(List::stream)
        .filter(layer -> layer.has(name))
        .findFirst();
  }

  private static Stream<List<List<Layer>>> houses() {
    return Stream.concat(Stream.of(HOUSE), BACKENDS.stream());
  }

  private static Set<String> referencesOf(ClassModel model) {
    var described = new ArrayList<String>();
    var literals = new ArrayList<String>();
    var names = new TreeSet<String>();
    for (var entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type when !type.asInternalName().startsWith("[") ->
            names.add(type.asInternalName().replace('/', '.'));
        case StringEntry literal -> literals.add(literal.stringValue());
        case Utf8Entry text -> described.add(text.stringValue());
        default -> {}
      }
    }
    described.removeAll(literals);
    for (var text : described) {
      DESCRIBED.matcher(text).results().forEach(type -> names.add(type.group(1).replace('/', '.')));
    }
    literals.stream().filter(text -> BACKEND_CLASS.matcher(text).matches()).forEach(names::add);
    return names;
  }
}
