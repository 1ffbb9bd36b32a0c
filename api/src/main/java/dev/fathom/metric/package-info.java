/**
 * How good a network is. Start with {@link dev.fathom.metric.Metric}: a name, a direction and an
 * accumulator; {@link dev.fathom.metric.Evaluation} is the result, one ordered map from name to
 * value. Rows of padding do not count.
 *
 * <p>To add a metric, write a record here and name it in {@code dev.fathom.spec.MetricTypes}.
 */
package dev.fathom.metric;
