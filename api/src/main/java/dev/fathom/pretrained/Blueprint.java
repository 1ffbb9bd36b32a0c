package dev.fathom.pretrained;

import dev.fathom.nn.Graph;
import dev.fathom.nn.Sequential;
import dev.fathom.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A network that is to be made, and where its parameters are.
 *
 * @param graph from token ids, its only input
 * @param origins of each parameter, by its name in the network
 * @param prefix that names of tensors have in files of some models and not in those of others
 * @param ignored names of tensors, without the prefix, that the network has no use for
 * @param task what its outputs mean
 */
record Blueprint(
    Graph graph, Map<String, Origin> origins, String prefix, Pattern ignored, Task task) {

  /** Collects layers and origins. */
  static final class Builder {
    private final List<Sequential.Entry> entries = new ArrayList<>();
    private final Sequential.Names names = new Sequential.Names();
    private final Map<String, Origin> origins = new LinkedHashMap<>();

    /** Adds a layer; {@return its name, which names of its parameters begin with} */
    String add(dev.fathom.nn.Layer layer) {
      String name = names.next(layer.label());
      entries.add(new Sequential.Entry(name, layer));
      return name;
    }

    /** Says where a parameter is. */
    Builder origin(String parameter, Origin origin) {
      origins.put(parameter, origin);
      return this;
    }

    /** Says where weight and bias of a dense layer or a norm are. */
    Builder both(String layer, String tensor, Origin.Form form) {
      return origin(layer + ".weight", Origin.of(tensor + ".weight", form))
          .origin(layer + ".bias", Origin.of(tensor + ".bias"));
    }

    Blueprint build(String prefix, String ignored, Task task) {
      return new Blueprint(
          Graph.of(new Sequential(entries)), origins, prefix, Pattern.compile(ignored), task);
    }
  }
}
