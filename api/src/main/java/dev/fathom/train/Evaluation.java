package dev.fathom.train;

import dev.fathom.metric.ConfusionMatrix;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How good a network is on a dataset.
 *
 * @param examples how many it was measured on
 * @param loss mean over the examples, or over all their steps that count
 * @param accuracy the share of right answers, of examples or of steps, where classes are learned
 * @param confusion where an example has one class
 */
public record Evaluation(
    long examples, double loss, OptionalDouble accuracy, Optional<ConfusionMatrix> confusion) {}
