/**
 * Kernels that work on one row of an operand at a time: softmax and cross-entropy, normalisation,
 * sorting, running sums. Start with {@code Rows}, which reads a row into the scratch memory of a
 * thread and writes one back, and with {@code SoftmaxKernels}.
 *
 * <p>A kernel of rows is a class here and two lines in {@code JavaBackend}.
 */
package dev.fathom.backend.java.rows;
