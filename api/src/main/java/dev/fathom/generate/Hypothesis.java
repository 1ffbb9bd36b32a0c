package dev.fathom.generate;

/**
 * A sequence that a search found.
 *
 * @param tokens without the end
 * @param logProbability of all of them and the end
 * @param score what sequences are compared by: that, divided by a power of the length
 */
record Hypothesis(int[] tokens, double logProbability, double score) {}
