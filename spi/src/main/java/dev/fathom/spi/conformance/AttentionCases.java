package dev.fathom.spi.conformance;

import static dev.fathom.spi.DType.BOOL;
import static dev.fathom.spi.DType.F32;
import static dev.fathom.spi.DType.F64;

import dev.fathom.spi.Attention;
import dev.fathom.spi.Attention.Dropout;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Cases for {@link Attention} and {@link AttentionGradient}. */
final class AttentionCases {
  private static final Sizes SMALL = new Sizes(2, 4, 2, 5, 7, 3, 6);

  private final Consumer<ConformanceCase> cases;

  AttentionCases(Consumer<ConformanceCase> cases) {
    this.cases = cases;
  }

  private record Sizes(
      long batch, long heads, long keyHeads, long length, long keys, long size, long valueSize) {

    @Override
    public String toString() {
      return "%d-%d-%d-%d-%d-%d-%d"
          .formatted(batch, heads, keyHeads, length, keys, size, valueSize);
    }

    Shape queries() {
      return Shape.of(batch, heads, length, size);
    }

    Shape key() {
      return Shape.of(batch, keyHeads, keys, size);
    }

    Shape value() {
      return Shape.of(batch, keyHeads, keys, valueSize);
    }

    Shape out() {
      return Shape.of(batch, heads, length, valueSize);
    }

    Shape rows() {
      return Shape.of(batch, heads, length);
    }
  }

  /**
   * The options of a case beside its sizes; {@code valid} is negative where keys are not bounded.
   */
  private record Kind(boolean causal, boolean masked, long valid, double rate) {
    static final Kind PLAIN = new Kind(false, false, -1, 0);
    static final Kind CAUSAL = new Kind(true, false, -1, 0);

    @Override
    public String toString() {
      return (causal ? "causal-" : "")
          + (masked ? "masked-" : "")
          + (valid < 0 ? "" : "valid-" + valid + "-")
          + (rate > 0 ? "dropout-" : "");
    }
  }

  void add() {
    for (DType type : List.of(F32, F64)) {
      for (Kind kind : List.of(Kind.PLAIN, Kind.CAUSAL)) {
        for (Sizes sizes :
            List.of(
                new Sizes(0, 2, 1, 3, 3, 2, 2),
                new Sizes(2, 2, 1, 0, 3, 2, 2),
                new Sizes(2, 2, 1, 3, 0, 2, 2),
                new Sizes(1, 1, 1, 1, 1, 1, 1),
                new Sizes(2, 3, 1, 1, 37, 16, 5),
                new Sizes(1, 2, 2, 1, 70, 64, 64),
                new Sizes(1, 2, 1, 9, 4, 8, 33),
                new Sizes(1, 1, 1, 33, 33, 12, 32),
                new Sizes(1, 2, 1, 70, 70, 64, 64),
                SMALL)) {
          both("C1." + kind + sizes + "-" + type.label(), kind, sizes, type);
        }
      }
      for (Kind kind :
          List.of(
              new Kind(false, true, -1, 0),
              new Kind(true, true, -1, 0),
              new Kind(false, false, 0, 0),
              new Kind(false, false, 4, 0),
              new Kind(true, false, 4, 0),
              new Kind(true, true, 6, 0),
              new Kind(true, false, 99, 0),
              new Kind(false, false, -1, 0.3),
              new Kind(true, true, 6, 0.3))) {
        both("C1." + kind + type.label(), kind, SMALL, type);
        Sizes one = new Sizes(2, 2, 1, 1, 21, 16, 16);
        both("C1.one-query-" + kind + type.label(), kind, one, type);
      }
      both(
          "C1.long-dropout-" + type.label(),
          new Kind(true, false, -1, 0.5),
          new Sizes(1, 2, 1, 65, 65, 4, 4),
          type);
      for (Layout in : Layout.values()) {
        for (Layout out : Layout.WRITABLE) {
          both(
              "C1." + in.label() + "-to-" + out.label() + "-" + type.label(),
              Kind.CAUSAL,
              SMALL,
              type,
              in,
              out);
        }
      }
    }
    // More keys than any kernel takes at once, so that maxima and sums are corrected on the way.
    Sizes sizes = new Sizes(1, 1, 1, 3, 1100, 4, 4);
    both("C1.many-keys", Kind.CAUSAL, sizes, F32);
    both("C1.many-queries", Kind.CAUSAL, new Sizes(1, 1, 1, 300, 300, 4, 4), F32);
    slices();
    rising();
    special();
  }

  private static Tolerance tolerance(DType type) {
    return type == F64 ? new Tolerance(256, 1e-12) : new Tolerance(64, 1e-4);
  }

  private static long[] scalars(Kind kind) {
    long[] drawn = kind.rate() > 0 ? new long[] {0x123456789abcdefL, 3} : new long[0];
    return kind.valid() < 0 ? drawn : Strided.join(new long[] {kind.valid()}, drawn);
  }

  private void both(String id, Kind kind, Sizes sizes, DType type) {
    both(id, kind, sizes, type, Layout.CONTIGUOUS, Layout.CONTIGUOUS);
  }

  private void both(String id, Kind kind, Sizes s, DType type, Layout in, Layout out) {
    Optional<Dropout> dropout =
        kind.rate() > 0 ? Optional.of(new Dropout(kind.rate(), 5)) : Optional.empty();
    Optional<View> mask =
        kind.masked() ? Optional.of(in.of(BOOL, s.batch(), s.keys())) : Optional.empty();
    boolean bounded = kind.valid() >= 0;
    double scale = 1 / Math.sqrt(s.size());
    View queries = in.of(type, s.queries().toArray());
    View keys = in.of(type, s.key().toArray());
    View values = in.of(type, s.value().toArray());
    cases.accept(
        new CaseBuilder(
                "attention." + id,
                new Attention(
                    kind.causal(),
                    scale,
                    bounded,
                    dropout,
                    queries,
                    keys,
                    values,
                    mask,
                    out.of(type, s.out().toArray()),
                    out.of(type, s.rows().toArray())))
            .scalars(scalars(kind))
            .within(tolerance(type))
            .build());
    cases.accept(
        new CaseBuilder(
                "attention-gradient." + id,
                new AttentionGradient(
                    kind.causal(),
                    scale,
                    bounded,
                    dropout,
                    queries,
                    keys,
                    values,
                    in.of(type, s.out().toArray()),
                    in.of(type, s.rows().toArray()),
                    in.of(type, s.out().toArray()),
                    mask,
                    out.of(type, s.queries().toArray()),
                    out.of(type, s.key().toArray()),
                    out.of(type, s.value().toArray())))
            .range(4, 3, 6)
            .scalars(scalars(kind))
            .within(tolerance(type))
            .build());
  }

  /** Queries, keys and values side by side in each step, as one product makes them. */
  private void slices() {
    Sizes s = new Sizes(2, 2, 2, 35, 35, 16, 16);
    View slice = View.of(F32, s.queries(), 35 * 96, 16, 96, 1);
    View out = View.of(F32, s.out(), 35 * 32, 16, 32, 1);
    View rows = View.contiguous(F32, s.rows());
    cases.accept(
        new CaseBuilder(
                "attention.C1.slices",
                new Attention(
                    true,
                    0.25,
                    false,
                    Optional.empty(),
                    slice,
                    slice,
                    slice,
                    Optional.empty(),
                    out,
                    rows))
            .within(tolerance(F32))
            .build());
    cases.accept(
        new CaseBuilder(
                "attention-gradient.C1.slices",
                new AttentionGradient(
                    true,
                    0.25,
                    false,
                    Optional.empty(),
                    slice,
                    slice,
                    slice,
                    out,
                    rows,
                    out,
                    Optional.empty(),
                    slice,
                    slice,
                    slice))
            .range(4, 3, 6)
            .within(tolerance(F32))
            .build());
  }

  /** Each key outweighs all before it, as far as f32 goes. */
  private void rising() {
    View query = View.contiguous(F32, Shape.of(1, 1, 2, 1));
    View keys = View.contiguous(F32, Shape.of(1, 1, 500, 1));
    View rows = View.contiguous(F32, Shape.of(1, 1, 2));
    double[] numbers = new double[500];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    cases.accept(
        new CaseBuilder(
                "attention.rising",
                new Attention(
                    false,
                    1,
                    false,
                    Optional.empty(),
                    query,
                    keys,
                    keys,
                    Optional.empty(),
                    query,
                    rows))
            .data(0, 40, -40)
            .data(1, numbers)
            .within(tolerance(F32))
            .build());
  }

  /** NaN and infinity reach the queries that see them, and no others. */
  private void special() {
    View x = View.contiguous(F32, Shape.of(1, 1, 4, 1));
    View rows = View.contiguous(F32, Shape.of(1, 1, 4));
    Attention spec =
        new Attention(true, 1, false, Optional.empty(), x, x, x, Optional.empty(), x, rows);
    cases.accept(
        new CaseBuilder("attention.special-queries", spec)
            .data(0, 1, Double.NaN, 2, 1)
            .within(tolerance(F32))
            .build());
    cases.accept(
        new CaseBuilder("attention.special-keys", spec)
            .data(1, 1, 2, Double.NaN, 1)
            .within(tolerance(F32))
            .build());
    cases.accept(
        new CaseBuilder("attention.special-huge", spec)
            .data(0, 1e10, -1e10, 1, 2)
            .data(1, 1, 2, 1e10, 1)
            .within(tolerance(F32))
            .build());
  }
}
