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
