package dev.fathom.generate;

/**
 * A text that was told from another.
 *
 * @param text without special tokens
 * @param score what texts are compared by: the log-probability of its tokens and the end behind
 *     them, by the length penalty
 */
public record Translated(String text, double score) {}
