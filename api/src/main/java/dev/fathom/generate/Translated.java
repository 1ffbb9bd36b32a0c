package dev.fathom.generate;

/**
 * A text that was told from another.
 *
 * @param text without special tokens
 * @param logProbability of its tokens and the end behind them
 * @param score what texts are compared by, see {@link BeamSettings#lengthPenalty}
 */
public record Translated(String text, double logProbability, double score) {}
