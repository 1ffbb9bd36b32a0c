/**
 * Lazy tensors: every operation a user writes.
 *
 * <p>Start with {@link dev.fathom.tensor.Tensor}. Operations check shapes at once and compute
 * nothing; reading a value compiles what it needs, runs it, and keeps the result.
 */
package dev.fathom.tensor;
