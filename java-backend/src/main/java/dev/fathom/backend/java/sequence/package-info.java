/**
 * Kernels over sequences: attention ({@link dev.fathom.backend.java.sequence.AttentionKernels}),
 * recurrent layers ({@link dev.fathom.backend.java.sequence.RecurrentKernels}) and selective scans
 * ({@link dev.fathom.backend.java.sequence.ScanKernels}), each with its gradient.
 *
 * <p>{@code AttentionHeads} and {@code RecurrentBlocks} hold what a kernel and its gradient share;
 * {@code ScoreLoops} are the loops of attention between its products, {@code ScanLoops} those of a
 * scan. The sizes of blocks ({@code AttentionSizes}, {@code RecurrentTiling}, {@code ScanSlot})
 * follow from the shape alone and are the order of additions.
 */
package dev.fathom.backend.java.sequence;
