package dev.fathom.backend.opencl;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which kernels a device gets, and how large their tiles are. What {@link Tuner} chooses, what a
 * device's variant names, and what a resumed run pins.
 */
sealed interface Variant permits Tiles, Blocks {
  /** {@return the name, for example {@code cpu 14x2x64}} */
  String label();

  /** {@return what to choose from, the likeliest first} */
  static List<? extends Variant> candidates(boolean gpu) {
    return gpu ? Blocks.CANDIDATES : Tiles.CANDIDATES;
  }

  /** {@return the candidate of that name} */
  static Optional<Variant> named(String label) {
    return Stream.<Variant>concat(Tiles.CANDIDATES.stream(), Blocks.CANDIDATES.stream())
        .filter(variant -> variant.label().equals(label))
        .findFirst();
  }
}
