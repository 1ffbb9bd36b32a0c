package dev.fathom.generate;

import java.util.SequencedMap;

/**
 * How likely a token was behind those before it. Log-probabilities are natural logarithms, of the
 * softmax over the tokenizer's tokens of what the network says: before bias, penalties,
 * temperature, top-k and top-p. They are computed in f64 from logits in f32.
 *
 * @param token the token that is there
 * @param logProbability its log-probability, 0 or less
 * @param likeliest as many of the likeliest tokens as were asked for, with their log-probabilities,
 *     the likeliest first, of equals the smaller token
 */
public record TokenScore(
    int token, double logProbability, SequencedMap<Integer, Double> likeliest) {}
