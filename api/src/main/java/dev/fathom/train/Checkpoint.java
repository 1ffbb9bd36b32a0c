package dev.fathom.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a run needs to go on as if it had not stopped.
 *
 * @param progress every counter
 * @param parameters the weights
 * @param states batch statistics and the like
 * @param moments of the optimiser, laid out as the parameters are
 */
public record Checkpoint(
    Progress progress, Weights parameters, Weights states, List<Weights> moments) {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String MOMENTS = "optimizer.safetensors";

  public Checkpoint {
    moments = List.copyOf(moments);
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
   * @param json what {@link Progress#toJson()} gave
   * @param files what {@link Checkpoint#write} wrote
   */
  public record Stored(ObjectNode json, Files files) {
    /** {@return the counters} */
    Progress progress() {
      return Progress.fromJson(json);
    }

    /**
     * {@return the checkpoint}
     *
     * @throws IllegalArgumentException if it is of another network or optimiser
     */
    Checkpoint open(Network network, Optimizer optimizer) throws IOException {
      try (Safetensors weights = Safetensors.open(files.find(WEIGHTS))) {
        List<Weights> moments = new ArrayList<>();
        if (!optimizer.moments().isEmpty()) {
          try (Safetensors file = Safetensors.open(files.find(MOMENTS))) {
            for (String moment : optimizer.moments()) {
              Layout layout = prefixed(moment, network.parameters());
              moments.add(new Weights(network.parameters(), Weights.read(file, layout).values()));
            }
          }
        }
        return new Checkpoint(
            progress(),
            Weights.read(weights, network.parameters()),
            Weights.read(weights, network.states()),
            moments);
      }
    }
  }

  /** Writes {@code weights.safetensors} and {@code optimizer.safetensors} to a folder. */
  public void write(Path directory) throws IOException {
    Weights.write(directory.resolve(WEIGHTS), parameters, states);
    List<String> names = progress.moments();
    if (names.isEmpty()) {
      return;
    }
    Weights[] groups = new Weights[names.size()];
    for (int i = 0; i < groups.length; i++) {
      Weights moment = moments.get(i);
      groups[i] = new Weights(prefixed(names.get(i), moment.layout()), moment.values());
    }
    Weights.write(directory.resolve(MOMENTS), groups);
  }

  /** {@return the layout under the names {@code first_moment.conv1.weight}} */
  private static Layout prefixed(String moment, Layout layout) {
    return new Layout(
        layout.slots().stream()
            .map(
                slot ->
                    new Layout.Slot(
                        moment + "." + slot.name(),
                        slot.shape(),
                        slot.offset(),
                        slot.initializer()))
            .toList());
  }
}
