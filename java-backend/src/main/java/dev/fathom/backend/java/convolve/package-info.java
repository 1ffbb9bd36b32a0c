/**
 * Convolutions and pools. {@link dev.fathom.backend.java.convolve.ConvolveKernels} chooses: result
 * and input gradient read the zero-padded image ({@code DataConvolve}), the weight gradient its
 * channels-last copy ({@code WeightConvolve}). {@code Filters} is the packed form of the weights.
 * {@link dev.fathom.backend.java.convolve.PoolKernels} has max pools.
 *
 * <p>{@code ConvolveGeometry} and {@code WeightConvolve.Geometry} cut the work by shape; slices of
 * the depth there are the order of additions.
 */
package dev.fathom.backend.java.convolve;
