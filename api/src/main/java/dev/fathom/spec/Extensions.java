package dev.fathom.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;

/** All extensions: those of the class path, and of plugins that the service loads. Thread-safe. */
public final class Extensions {
  private static final List<Extension> ALL = new ArrayList<>();

  static {
    ServiceLoader.load(Extension.class).forEach(ALL::add);
  }

  private Extensions() {}

  /**
   * Adds extensions, before the first spec that names their parts is read: all of them, or, if one
   * cannot be added, none.
   *
   * @throws IllegalArgumentException if one has a type that is there already, naming it
   */
  public static synchronized void add(List<? extends Extension> extensions) {
    List<Extension> fresh =
        extensions.stream()
            .filter(one -> ALL.stream().noneMatch(known -> known.getClass().equals(one.getClass())))
            .map(Extension.class::cast)
            .toList();
    ALL.addAll(fresh);
    try {
      check();
    } catch (RuntimeException | Error e) {
      ALL.removeAll(fresh);
      throw e;
    }
  }

  /**
   * Checks that all types have names of their own.
   *
   * @throws IllegalArgumentException if two have one name, naming it
   */
  static void check() {
    LayerTypes.all();
    LossTypes.all();
    OptimizerTypes.all();
    ScheduleTypes.all();
    MetricTypes.all();
    TaskTypes.all();
    SourceTypes.all();
    AugmentationTypes.all();
  }

  /** {@return sentences for the keys of all extensions} */
  static synchronized Map<String, String> descriptions() {
    Map<String, String> all = new HashMap<>();
    ALL.forEach(extension -> extension.descriptions().forEach(all::putIfAbsent));
    return all;
  }

  /**
   * {@return the types of one kind}
   *
   * @param kind for the message
   * @param own those of Fathom
   * @param added those that an extension adds
   */
  static synchronized <T> Map<String, T> with(
      String kind, Map<String, T> own, Function<Extension, Map<String, ? extends T>> added) {
    if (ALL.isEmpty()) {
      return own;
    }
    Map<String, T> all = new HashMap<>(own);
    for (Extension extension : ALL) {
      added
          .apply(extension)
          .forEach(
              (name, type) -> {
                if (all.putIfAbsent(name, type) != null) {
                  throw new IllegalArgumentException(
                      "[extension] %s: there is a %s '%s' already"
                          .formatted(extension.getClass().getName(), kind, name));
                }
              });
    }
    return all;
  }
}
