package dev.fathom.task;

import java.util.List;
import java.util.Optional;

/**
 * The columns of a dataset that a network learns from.
 *
 * @param inputs one for each input of the network, in its order
 * @param target what it learns to give; empty if the inputs themselves are
 */
public record Columns(List<String> inputs, Optional<String> target) {
  public Columns {
    inputs = List.copyOf(inputs);
  }
}
