/**
 * Kernels over sequences: attention ({@link dev.fathom.backend.java.sequence.AttentionKernels}) and
 * recurrent layers ({@link dev.fathom.backend.java.sequence.RecurrentKernels}), each with its
 * gradient.
 *
 * <p>{@code AttentionHeads} and {@code RecurrentBlocks} hold what a kernel and its gradient share;
 * {@code ScoreLoops} are the loops of attention between its products. The sizes of blocks ({@code
 * AttentionSizes}, {@code RecurrentTiling}) follow from the shape alone and are the order of
 * additions.
 */
package dev.fathom.backend.java.sequence;
