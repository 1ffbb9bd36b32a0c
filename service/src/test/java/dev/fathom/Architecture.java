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
import java.util.stream.Stream;

/**
 * The arrows of the design, checked on class files. Seen is every class that a class file names in
 * code, descriptors, generic signatures and annotations; not seen are inlined constants and names
 * put together at run time.
 */
final class Architecture {

  /**
   * A layer may use itself, the layers below it, and {@code libraries} (prefixes). A package covers
   * its sub-packages.
   */
  private record Layer(List<String> packages, List<String> libraries) {
    boolean has(String name) {
      return packages.stream()
          .anyMatch(prefix -> (name + ".").startsWith("dev.fathom." + prefix + "."));
    }
  }

  private static final List<String> JDK = List.of("java.");
  private static final List<String> API = List.of("java.", "com.fasterxml.jackson.");
  private static final List<String> ANY = List.of("");

  /** From the bottom to the top. */
  private static final List<Layer> HOUSE =
      List.of(
          new Layer(List.of("spi"), JDK),
          new Layer(List.of("graph"), API),
          new Layer(List.of("compile"), API),
          new Layer(List.of("device"), API),
          new Layer(List.of("tensor"), API),
          new Layer(List.of("nn", "loss", "optim", "metric"), API),
          new Layer(List.of("train", "data", "model", "store", "format", "text", "insight"), API),
          new Layer(List.of("generate"), API),
          new Layer(List.of("service"), ANY));

  /** Beside the house: each uses spi alone, and nobody names it. */
  private static final List<Layer> BACKENDS =
      List.of(
          new Layer(List.of("backend.java"), List.of("java.", "jdk.incubator.vector.")),
          new Layer(List.of("backend.opencl"), List.of("java.", "com.aparapi.")));

  private static final Pattern DESCRIBED = Pattern.compile("L((?:[\\w$]+/)+[\\w$]+)[;<]");

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

  private static boolean mayUse(Layer layer, Layer below) {
    return layer.equals(below)
        || (BACKENDS.contains(layer)
            ? below.equals(HOUSE.getFirst())
            : HOUSE.contains(below) && HOUSE.indexOf(below) < HOUSE.indexOf(layer));
  }

  private static Optional<Layer> layerOf(String name) {
    return Stream.concat(BACKENDS.stream(), HOUSE.stream())
        .filter(layer -> layer.has(name))
        .findFirst();
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
    literals.stream().filter(text -> text.startsWith("dev.fathom.backend.")).forEach(names::add);
    return names;
  }
}
