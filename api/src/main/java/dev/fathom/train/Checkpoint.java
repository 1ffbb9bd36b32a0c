package dev.fathom.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a run needs to go on as if it had not stopped.
 *
 * @param progress every counter
 * @param parts one for each group of parameters
 */
public record Checkpoint(Progress progress, List<Part> parts) {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String STATE = "optimizer.safetensors";

  public Checkpoint {
    parts = List.copyOf(parts);
  }

  /**
   * A group of parameters.
   *
   * @param group its name
   * @param parameters the weights
   * @param states batch statistics and the like
   * @param state of the optimiser, laid out as the parameters are
   */
  public record Part(String group, Weights parameters, Weights states, List<Weights> state) {
    public Part {
      state = List.copyOf(state);
    }
  }

  /** Finds a file of a stored checkpoint by its name. */
  @FunctionalInterface
  public interface Files {
    /** {@return where the file is, after its checksum was compared} */
    Path find(String name) throws IOException;
  }

  /**
   * A checkpoint as it was kept.
   *
   * @param json of {@link Progress#toJson()}
   * @param files of {@link Checkpoint#write}
   */
  public record Stored(ObjectNode json, Files files) {
    /** {@return the digests of the data that it learned from} */
    public DataDigests data() {
      return progress().data();
    }

    /** {@return the counters} */
    Progress progress() {
      return Progress.fromJson(json);
    }

    /**
     * {@return the checkpoint}
     *
     * @throws IllegalArgumentException if it is of other networks or optimisers
     */
    Checkpoint open(List<Group> groups) throws IOException {
      List<Part> parts = new ArrayList<>();
      boolean hasState = groups.stream().anyMatch(group -> !group.optimizer().state().isEmpty());
      try (Safetensors weights = Safetensors.open(files.find(WEIGHTS));
          Safetensors state = hasState ? Safetensors.open(files.find(STATE)) : null) {
        for (Group group : groups) {
          Layout parameters = group.network().parameters();
          List<Weights> kept = new ArrayList<>();
          for (String name : group.optimizer().state()) {
            kept.add(read(state, group.named(name), parameters));
          }
          parts.add(
              new Part(
                  group.name(),
                  read(weights, group.name(), parameters),
                  read(weights, group.name(), group.network().states()),
                  kept));
        }
      }
      return new Checkpoint(progress(), parts);
    }

    private static Weights read(Safetensors file, String prefix, Layout layout) throws IOException {
      return new Weights(layout, Weights.read(file, prefixed(prefix, layout)).values());
    }
  }

  /** Writes {@code weights.safetensors} and {@code optimizer.safetensors} to a folder. */
  public void write(Path directory) throws IOException {
    List<Weights> weights = new ArrayList<>();
    List<Weights> states = new ArrayList<>();
    int name = 0;
    for (Part part : parts) {
      weights.add(prefixed(part.group(), part.parameters()));
      weights.add(prefixed(part.group(), part.states()));
      for (Weights state : part.state()) {
        states.add(prefixed(progress.state().get(name++), state));
      }
    }
    Weights.write(directory.resolve(WEIGHTS), weights.toArray(Weights[]::new));
    if (!states.isEmpty()) {
      Weights.write(directory.resolve(STATE), states.toArray(Weights[]::new));
    }
  }

  private static Weights prefixed(String prefix, Weights weights) {
    return new Weights(prefixed(prefix, weights.layout()), weights.values());
  }

  /** {@return the layout under the names {@code first_moment.conv1.weight}} */
  private static Layout prefixed(String prefix, Layout layout) {
    return prefix.isEmpty()
        ? layout
        : new Layout(
            layout.slots().stream()
                .map(
                    slot ->
                        new Layout.Slot(
                            prefix + "." + slot.name(),
                            slot.shape(),
                            slot.offset(),
                            slot.initializer()))
                .toList());
  }
}
