package dev.fathom.spi;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Scaled dot-product attention (Vaswani et al., 2017), with one head of keys and values for each
 * group of heads of queries (Ainslie et al., "GQA", 2023): {@code out = softmax(scale * queries
 * keys^T) values} over the keys that a query sees. Nothing as large as queries times keys need be
 * in memory (Dao et al., "FlashAttention", 2022).
 *
 * <p>A query does not see a key where {@code mask} is false, where the key's index is not below the
 * number of valid keys, and, if {@code causal}, where the key stands behind the query's own place;
 * the last query has the place of the last valid key. A query that sees no key gives zeros and a
 * logSumExp of 0. Keys and values that no query sees must be finite.
 *
 * <p>With dropout, each weight is multiplied, after softmax, by 0 or {@code 1 / (1 - rate)}: by 0
 * where {@link Random} draws a {@code UNIFORM} number below {@code rate}, rounded to f32, at its
 * index in {@code [batch, heads, length, keys]}, with the launch's seed and step and the stream
 * given here.
 *
 * <p>A launch brings, as i64 scalars: the number of valid keys, clamped to 0 .. keys, if {@code
 * bounded}; then seed and step, if there is dropout.
 *
 * @param causal whether a query sees no key behind its own place
 * @param scale what products are multiplied by
 * @param bounded whether the number of valid keys comes with the launch; else all are
 * @param dropout of the weights; empty for none
 * @param queries {@code [batch, heads, length, size]}, f32 or f64
 * @param keys {@code [batch, keyHeads, keys, size]}; query head h belongs to key head {@code h /
 *     (heads / keyHeads)}
 * @param values {@code [batch, keyHeads, keys, valueSize]}
 * @param mask {@code [batch, keys]}, bool: true where a key may be seen; empty for all
 * @param out {@code [batch, heads, length, valueSize]}
 * @param logSumExp {@code [batch, heads, length]}: of the scaled products, saved for the gradient
 */
public record Attention(
    boolean causal,
    double scale,
    boolean bounded,
    Optional<Dropout> dropout,
    View queries,
    View keys,
    View values,
    Optional<View> mask,
    View out,
    View logSumExp)
    implements KernelSpec {

  /**
   * Dropout of the weights (Srivastava et al., 2014). It is not stored: the gradient draws the same
   * numbers again.
   *
   * @param rate the probability of a zero, in [0, 1)
   * @param stream as {@link Random#stream}
   */
  public record Dropout(double rate, int stream) {}

  /**
   * C1: shapes agree, and the key heads divide the heads. C2: one type, f32 or f64, and a bool
   * mask. C3: a rate in [0, 1) and fewer than 2^31 weights to draw for.
   */
  public Attention {
    check("attention", queries, keys, values, mask, out, logSumExp, dropout);
  }

  static void check(
      String name,
      View queries,
      View keys,
      View values,
      Optional<View> mask,
      View out,
      View logSumExp,
      Optional<Dropout> dropout) {
    Shape q = queries.shape();
    Shape k = keys.shape();
    Shape v = values.shape();
    Check.that(
        q.rank() == 4
            && k.rank() == 4
            && v.rank() == 4
            && k.size(0) == q.size(0)
            && k.size(3) == q.size(3)
            && v.slice(0, 3).equals(k.slice(0, 3))
            && k.size(1) > 0
            && q.size(1) % k.size(1) == 0
            && mask.stream().allMatch(m -> m.shape().equals(Shape.of(k.size(0), k.size(2))))
            && out.shape().equals(q.slice(0, 3).concat(v.slice(3, 4)))
            && logSumExp.shape().equals(q.slice(0, 3)),
        name,
        "C1",
        "queries [batch, heads, length, size], keys and values [batch, keyHeads, keys, ...], a"
            + " mask [batch, keys], results [batch, heads, length, valueSize], [batch, heads,"
            + " length]",
        queries + ", " + keys + ", " + values + ", " + mask + ", " + out + ", " + logSumExp);
    DType type = queries.dtype();
    Check.that(
        (type == DType.F32 || type == DType.F64)
            && Stream.of(keys, values, out, logSumExp).allMatch(view -> view.dtype() == type)
            && mask.stream().allMatch(view -> view.dtype() == DType.BOOL),
        name,
        "C2",
        "one type, f32 or f64, and a bool mask",
        queries + ", " + keys + ", " + values + ", " + mask + ", " + out + ", " + logSumExp);
    Check.that(
        dropout.isEmpty()
            || (dropout.get().rate() >= 0
                && dropout.get().rate() < 1
                && q.slice(0, 3).elements() * k.size(2) <= Integer.MAX_VALUE),
        name,
        "C3",
        "a rate in [0, 1) for fewer than 2^31 weights",
        dropout);
  }

  @Override
  public List<View> inputs() {
    return Stream.concat(Stream.of(queries, keys, values), mask.stream()).toList();
  }

  @Override
  public List<View> outputs() {
    return List.of(out, logSumExp);
  }

  @Override
  public int scalarCount() {
    return scalarCount(bounded, dropout);
  }

  static int scalarCount(boolean bounded, Optional<Dropout> dropout) {
    return (bounded ? 1 : 0) + (dropout.isPresent() ? 2 : 0);
  }

  @Override
  public int recordSince() {
    return 2;
  }
}
