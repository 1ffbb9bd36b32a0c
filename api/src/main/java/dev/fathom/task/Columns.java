package dev.fathom.task;

import java.util.List;
import java.util.Optional;

/**
 * The columns of a dataset that a network learns from.
 *
 * @param inputs one for each input of the network, in its order
 * @param target that it learns to give; empty if it learns from the inputs alone
 */
public record Columns(List<String> inputs, Optional<String> target) {
  public Columns {
    inputs = List.copyOf(inputs);
  }
}
