/**
 * Lazy tensors: every operation a user writes.
 *
 * <p>Start with {@link dev.fathom.tensor.Tensor}. Operations check shapes at once and compute
 * nothing; reading a value compiles what it needs, runs it, and keeps the result. Parts that are
 * larger than a method have classes of their own: {@link dev.fathom.tensor.Attention}, {@link
 * dev.fathom.tensor.Recurrence} and {@link dev.fathom.tensor.Positions}.
 */
package dev.fathom.tensor;
