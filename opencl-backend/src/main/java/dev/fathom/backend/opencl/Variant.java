package dev.fathom.backend.opencl;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kind of kernels for a device, and the size of their tiles. {@link Tuner} chooses one, the
 * device's variant names it, and a resumed run pins it.
 */
sealed interface Variant permits Tiles, Blocks {
  /** {@return the name, for example {@code cpu 14x2x64}} */
  String label();

  /** {@return the candidates, the likeliest first} */
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
