package dev.fathom.spi;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gradient of {@link Attention}, from the results of the forward pass. With {@code s = scale *
 * queries keys^T}, {@code p = exp(s - logSumExp)} where a query sees a key and else 0, {@code m}
 * the factors of dropout, and all products taken within a head:
 *
 * <pre>
 * dValues = (p * m)^T dOut
 * ds = p * (m * (dOut values^T) - sum(dOut * out over valueSize))
 * dQueries = scale * ds keys
 * dKeys = scale * ds^T queries
 * </pre>
 *
 * <p>Heads of one group add up in the gradients of their keys and values. The launch's scalars are
 * those of the forward pass.
 *
 * @param causal as in the forward pass, like the next three
 * @param scale what products were multiplied by
 * @param bounded whether the number of valid keys comes with the launch
 * @param dropout of the weights
 * @param queries {@code [batch, heads, length, size]}, f32 or f64
 * @param keys {@code [batch, keyHeads, keys, size]}
 * @param values {@code [batch, keyHeads, keys, valueSize]}
 * @param out {@code [batch, heads, length, valueSize]}
 * @param logSumExp {@code [batch, heads, length]}
 * @param dOut {@code [batch, heads, length, valueSize]}
 * @param mask {@code [batch, keys]}, bool; empty for none
 * @param dQueries like the queries
 * @param dKeys like the keys
 * @param dValues like the values
 */
public record AttentionGradient(
    boolean causal,
    double scale,
    boolean bounded,
    Optional<Attention.Dropout> dropout,
    View queries,
    View keys,
    View values,
    View out,
    View logSumExp,
    View dOut,
    Optional<View> mask,
    View dQueries,
    View dKeys,
    View dValues)
    implements KernelSpec {
  /** C1, C2, C3: as {@link Attention}; each gradient has the shape and type of its operand. */
  public AttentionGradient {
    String name = "attention-gradient";
    Attention.check(name, queries, keys, values, mask, out, logSumExp, dropout);
    Attention.check(name, dQueries, dKeys, dValues, mask, dOut, logSumExp, dropout);
    Check.that(
        dQueries.shape().equals(queries.shape()) && dKeys.shape().equals(keys.shape()),
        name,
        "C1",
        "gradients like " + queries + " and " + keys,
        dQueries + ", " + dKeys);
  }

  @Override
  public List<View> inputs() {
    return Stream.concat(Stream.of(queries, keys, values, out, logSumExp, dOut), mask.stream())
        .toList();
  }

  @Override
  public List<View> outputs() {
    return List.of(dQueries, dKeys, dValues);
  }

  @Override
  public int scalarCount() {
    return Attention.scalarCount(bounded, dropout);
  }

  @Override
  public int recordSince() {
    return 2;
  }
}
