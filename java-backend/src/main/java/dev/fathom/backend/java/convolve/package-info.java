/**
 * Convolutions and pools. {@link dev.fathom.backend.java.convolve.ConvolveKernels} chooses: result
 * and input gradient read the zero-padded image ({@code DataConvolve}) or, for 3 x 3 kernels where
 * that is faster, its Winograd transform ({@code WinogradConvolve}), the weight gradient the
 * image's channels-last copy ({@code WeightConvolve}). {@code Filters} and {@code WinogradFilters}
 * are the packed forms of the weights. {@link dev.fathom.backend.java.convolve.PoolKernels} has max
 * pools.
 *
 * <p>{@code ConvolveGeometry}, {@code WinogradGeometry} and {@code WeightConvolve.Geometry} cut the
 * work by shape; slices of the depth there are the order of additions.
 */
package dev.fathom.backend.java.convolve;
