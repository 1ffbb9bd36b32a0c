/** Lazy tensors: every operation a user writes. */
package dev.fathom.tensor;
