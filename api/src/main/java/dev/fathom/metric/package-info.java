/**
 * How good a network is: {@link dev.fathom.metric.Accuracy}, {@link
 * dev.fathom.metric.ConfusionMatrix}, {@link dev.fathom.metric.ForecastError} and {@link
 * dev.fathom.metric.Mean}, collected over batches, in which rows of padding do not count.
 */
package dev.fathom.metric;
