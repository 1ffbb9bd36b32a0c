package dev.fathom.spi.conformance;

import dev.fathom.spi.KernelSpec;
import java.util.List;

/**
 * A spec with its data.
 *
 * @param id see {@link ConformanceCase#id()}
 * @param spec what is executed
 * @param buffers initial contents, each just large enough for the views on it
 * @param places for each input, then each output, where it lies
 * @param scalars the launch's scalars
 * @param tolerance for floating outputs
 */
record KernelCase(
    String id,
    KernelSpec spec,
    List<HostArray> buffers,
    List<Place> places,
    long[] scalars,
    Tolerance tolerance)
    implements ConformanceCase {

  /** Element {@code offset} of buffer {@code buffer} is the view's index 0. */
  record Place(int buffer, long offset) {}
}
