package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import dev.fathom.spi.Random;
import dev.fathom.spi.Random.Distribution;
import dev.fathom.spi.View;
import java.util.Locale;
import java.util.function.Consumer;

/** Cases for {@link Random}: bits and uniforms exactly, normals within what the spec allows. */
final class RandomCases {
  private RandomCases() {}

  static void add(Consumer<ConformanceCase> cases) {
    for (Distribution distribution : Distribution.values()) {
      for (long n : new long[] {0, 1, 2, 3, 7, 8, 17, 129, 1001, 4099}) {
        cases.accept(of("size-" + n, distribution, 7, Layout.CONTIGUOUS, 42, 3, n));
      }
      for (Layout layout : Layout.WRITABLE) {
        cases.accept(of(layout.label(), distribution, 7, layout, 42, 3, 5, 3, 7));
      }
      cases.accept(of("scalar", distribution, 0, Layout.CONTIGUOUS, 0, 0));
      cases.accept(of("stream", distribution, -1, Layout.CONTIGUOUS, 1, 2, 9));
      cases.accept(of("seed", distribution, 1, Layout.CONTIGUOUS, -5_000_000_000L, 2, 9));
      cases.accept(of("step", distribution, 1, Layout.CONTIGUOUS, 5, (1L << 32) + 7, 9));
    }
  }

  private static ConformanceCase of(
      String detail,
      Distribution distribution,
      int stream,
      Layout layout,
      long seed,
      long step,
      long... sizes) {
    DType type = distribution == Distribution.BITS ? DType.I32 : DType.F32;
    View out = layout.of(type, sizes);
    String id = "random." + distribution.name().toLowerCase(Locale.ROOT) + "." + detail;
    return new CaseBuilder(id, new Random(distribution, stream, out))
        .scalars(seed, step)
        .within(0, distribution == Distribution.NORMAL ? 4e-6 : 0)
        .build();
  }
}
