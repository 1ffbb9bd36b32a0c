package dev.fathom.tensor;

import dev.fathom.graph.Ops;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;

/**
 * Scaled dot-product attention (Vaswani et al., "Attention Is All You Need", 2017), with one head
 * of keys and values for each head of queries, or for a group of them (Ainslie et al., "GQA",
 * 2023). Queries may come from another sequence than keys and values (cross-attention).
 */
public final class Attention {
  private static final double MASKED = -1e30;

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
    check(queries, keys, values, mask);
    long batch = queries.size(0);
    long heads = queries.size(1);
    long length = queries.size(2);
    long size = queries.size(3);
    long keyHeads = keys.size(1);
    long keyLength = keys.size(2);
    Tensor grouped =
        queries.mul(1 / Math.sqrt(size)).reshape(batch, keyHeads, heads / keyHeads, length, size);
    // [batch, keyHeads, group, queries, keys]
    Tensor scores = contract(grouped, keys);
    Tensor low = Tensor.full(MASKED, scores.dtype());
    if (causal) {
      scores = causal(length, keyLength).select(scores, low);
    }
    Tensor seen = null;
    if (mask != null) {
      seen = mask.reshape(batch, 1, 1, 1, keyLength);
      scores = seen.select(scores, low);
    }
    Tensor weights = scores.softmax();
    if (mask != null) {
      Tensor none = Tensor.zeros(weights.dtype());
      weights = seen.select(weights, none);
      if (causal) {
        weights = causal(length, keyLength).select(weights, none);
      }
    }
    if (dropout != null) {
      weights = dropout.apply(weights);
    }
    return contract(weights, values.transpose()).reshape(batch, heads, length, values.size(3));
  }

  private static Tensor contract(Tensor a, Tensor b) {
    return Tensor.of(Ops.contract(a.value(), b.value(), 2, 1));
  }

  /** {@code [queries, keys]}. */
  private static Tensor causal(long queries, long keys) {
    Tensor place = Tensor.iota(DType.I32, 0, queries, keys).add(keys - queries);
    return Tensor.iota(DType.I32, 1, queries, keys).lessEqual(place);
  }

  private static void check(Tensor queries, Tensor keys, Tensor values, Tensor mask) {
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
  }

  private static void require(boolean holds, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException("[attention] expected " + expected + " but got " + actual);
    }
  }
}
