/**
 * Elementwise kernels and reductions. Start with {@code FusedKernels} and {@code ReduceKernels}.
 *
 * <p>A {@code Nest} brings the axes of all operands into canonical form and cuts them into boxes; a
 * {@code BoxCursor} walks them. A {@code TileProgram} runs an expression over a box, operation by
 * operation or, where the expression or a stretch of it has one, as one loop; the memory of a
 * thread for it is a {@link dev.fathom.backend.java.elementwise.TileState}. {@link
 * dev.fathom.backend.java.elementwise.ResultRows} does the same along the rows of a contraction's
 * result, for epilogues. {@link dev.fathom.backend.java.elementwise.Fold} holds the running result
 * of a reduction.
 *
 * <p>A new operation on numbers is a case in the loops ({@code Loops}, {@code PlainLoops}). The way
 * a reduction is cut ({@code ReduceLayout}, {@code Fold}) is the order of its additions: a change
 * there changes the bits of every result.
 */
package dev.fathom.backend.java.elementwise;
