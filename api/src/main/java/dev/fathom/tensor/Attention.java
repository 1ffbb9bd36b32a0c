package dev.fathom.tensor;

import dev.fathom.graph.Node;
import dev.fathom.graph.Op;
import dev.fathom.graph.Value;
import dev.fathom.spi.Attention.Dropout;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scaled dot-product attention (Vaswani et al., "Attention Is All You Need", 2017), with one head
 * of keys and values for each head of queries, or for a group of them (Ainslie et al., "GQA",
 * 2023). Queries may come from another sequence than keys and values (cross-attention). One
 * operation, which a backend may compute without ever having all scores in memory, dropout
 * included.
 */
public final class Attention {
  private Attention() {}

  /**
   * {@return {@code softmax(queries keys^T / sqrt(size)) values}, {@code [batch, heads, queries,
   * valueSize]}}
   *
   * @param queries {@code [batch, heads, queries, size]}
   * @param keys {@code [batch, keyHeads, keys, size]}; query head h belongs to key head {@code h /
   *     (heads / keyHeads)}
   * @param values {@code [batch, keyHeads, keys, valueSize]}
   * @param mask {@code [batch, keys]}, bool: the keys that may be seen; null for all. A query that
   *     may see none gives zeros
   * @param causal whether a query sees no key behind its own place; the last query has the place of
   *     the last key
   * @param dropout of the weights, after softmax; null for none
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Tensor of(
      Tensor queries, Tensor keys, Tensor values, Tensor mask, boolean causal, DropMask dropout) {
    return of(queries, keys, values, mask, null, causal, dropout);
  }

  /**
   * {@return the same over the first keys of a cache} What stands behind them is not read, but must
   * be finite.
   *
   * @param valid i64 scalar, how many keys there are, clamped to 0 .. keys; null for all. The last
   *     query has the place of the last of them. As a run-time scalar of the program it travels
   *     with the launch, so that one program serves every length
   */
  public static Tensor of(
      Tensor queries,
      Tensor keys,
      Tensor values,
      Tensor mask,
      Tensor valid,
      boolean causal,
      DropMask dropout) {
    check(queries, keys, values, mask, valid);
    List<Value> inputs = new ArrayList<>();
    for (Tensor tensor : List.of(queries, keys, values)) {
      inputs.add(tensor.cast(tensor.dtype().valueType()).value());
    }
    if (mask != null) {
      inputs.add(mask.value());
    }
    if (valid != null) {
      inputs.add(valid.value());
    }
    Optional<Dropout> drawn = Optional.empty();
    if (dropout != null) {
      drawn = Optional.of(new Dropout(dropout.rate(), dropout.stream()));
      inputs.add(dropout.seed().value());
      inputs.add(dropout.step().value());
    }
    double scale = 1 / Math.sqrt(queries.size(3));
    Op op = new Op.Attention(causal, scale, mask != null, valid != null, drawn);
    return Tensor.of(new Node(op, inputs).output(0)).permute(0, 2, 1, 3);
  }

  /**
   * {@return the same, made of single operations, for forms that no kernel has} All scores are in
   * memory.
   *
   * @param window how many keys a causal query sees at most, itself and those before it; {@link
   *     Long#MAX_VALUE} for all
   * @param softCap where it is finite, scores {@code s} become {@code softCap * tanh(s / softCap)}
   *     (Gemma 2, 2024)
   */
  public static Tensor composed(
      Tensor queries,
      Tensor keys,
      Tensor values,
      Tensor mask,
      Tensor valid,
      boolean causal,
      long window,
      double softCap,
      DropMask dropout) {
    check(queries, keys, values, mask, valid);
    require(window >= 1, "a window of 1 key or more", window);
    require(softCap > 0, "a soft cap above 0", softCap);
    long batch = queries.size(0);
    long groups = keys.size(1);
    long share = queries.size(1) / groups;
    long time = queries.size(2);
    long all = keys.size(2);
    Tensor scores =
        queries
            .reshape(batch, groups, share * time, queries.size(3))
            .matmul(keys.transpose())
            .reshape(batch, groups, share, time, all)
            .mul(1 / Math.sqrt(queries.size(3)));
    if (softCap < Double.POSITIVE_INFINITY) {
      scores = scores.div(softCap).tanh().mul(softCap);
    }
    Tensor seen = seen(time, all, valid, causal, window);
    if (mask != null) {
      Tensor wide = mask.reshape(batch, 1, 1, 1, all);
      seen = seen == null ? wide : seen.and(wide);
    }
    Tensor weights;
    if (seen == null) {
      weights = scores.softmax();
    } else {
      // A query that sees no key has equal weights up to here.
      Tensor least = Tensor.full(-1e30, scores.dtype());
      Tensor shown = seen.select(scores, least).softmax();
      weights = mask == null ? shown : seen.select(shown, Tensor.zeros(scores.dtype()));
    }
    Tensor kept = dropout == null ? weights : dropout.apply(weights);
    return kept.reshape(batch, groups, share * time, all)
        .matmul(values)
        .reshape(batch, queries.size(1), time, values.size(3));
  }

  /** {@code [queries, keys]}, bool: what may be seen; null for all. */
  private static Tensor seen(long queries, long keys, Tensor valid, boolean causal, long window) {
    if (!causal && valid == null) {
      return null;
    }
    Tensor key = Tensor.iota(DType.I64, 0, keys).unsqueeze(0);
    Tensor count = valid == null ? Tensor.full(keys, DType.I64) : valid;
    if (!causal) {
      return key.less(count);
    }
    Tensor query = Tensor.iota(DType.I64, 0, queries).unsqueeze(1).add(count.sub(queries));
    Tensor seen = key.lessEqual(query);
    return window >= keys ? seen : seen.and(query.sub(window).less(key));
  }

  private static void check(Tensor queries, Tensor keys, Tensor values, Tensor mask, Tensor valid) {
    Shape q = queries.shape();
    Shape k = keys.shape();
    Shape v = values.shape();
    require(
        q.rank() == 4 && k.rank() == 4 && v.rank() == 4,
        "queries, keys and values [batch, heads, length, size]",
        q + ", " + k + ", " + v);
    require(
        q.size(0) == k.size(0) && q.size(3) == k.size(3) && k.slice(0, 3).equals(v.slice(0, 3)),
        "one batch, one size of queries and keys, and a value for each key",
        q + ", " + k + ", " + v);
    require(
        k.size(1) > 0 && q.size(1) % k.size(1) == 0,
        "heads that the heads of the keys divide",
        q.size(1) + " and " + k.size(1));
    if (mask != null) {
      require(
          mask.dtype() == DType.BOOL && mask.shape().equals(Shape.of(k.size(0), k.size(2))),
          "a bool mask [batch, keys] " + Shape.of(k.size(0), k.size(2)),
          mask.value().type());
    }
    if (valid != null) {
      require(
          valid.dtype() == DType.I64 && valid.shape().rank() == 0,
          "an i64 scalar as the number of valid keys",
          valid.value().type());
    }
  }

  private static void require(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException("[attention] expected " + expected + " but got " + actual);
    }
  }
}
