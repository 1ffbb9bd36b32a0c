package dev.fathom.text;

/**
 * One text or two as a model was taught to see them, with special tokens around.
 *
 * @param tokens {@code [CLS] a [SEP] b [SEP]}, for example
 * @param segments for each token, of which part it is: mostly 0 for the first text and 1 for the
 *     second, with what stands behind them
 */
public record Enclosed(int[] tokens, int[] segments) {}
