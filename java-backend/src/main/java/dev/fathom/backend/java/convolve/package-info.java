/**
 * Convolution and pooling over one or two spatial axes. Start with {@code ConvolveKernels}: {@code
 * DataConvolve} does the output and the input gradient as a product with shifted planes, {@code
 * WeightConvolve} the weight gradient as one with an image's channels-last copy. Some are faster
 * otherwise. With a kernel of one element nothing needs a copy: {@code PointwiseConvolve} and
 * {@code PointwiseWeights}. Depthwise ones, which leave a matrix product nothing to share, are done
 * with channels side by side, {@code PixelConvolve} and {@code PixelWeights}, from pixels that
 * {@code PixelPlanes} makes; or, where these do not take one, by {@code DepthwiseWeights}. For 3 x
 * 3 there are Winograd's transforms, {@code WinogradConvolve} and {@code WinogradWeights}, whose
 * tiles {@code WinogradTiles} cuts and {@code TileTransform} transforms. {@code Filters} and {@code
 * WinogradFilters} are the forms that weights are packed into, by {@code FilterPackKernel} and
 * {@code WinogradPackKernel}. {@code PoolKernels} pools.
 *
 * <p>{@code ConvolveGeometry} and the {@code Geometry} of the other kernels cut the work into
 * parts, by shape alone, {@code ConvolveAxis} does it along one axis.
 */
package dev.fathom.backend.java.convolve;
