/**
 * Kernels whose elements follow from positions: gather, scatter and dynamic slices ({@link
 * dev.fathom.backend.java.index.IndexKernels}), random numbers ({@link
 * dev.fathom.backend.java.index.RandomKernel}).
 *
 * <p>Scatter stays on one thread, since updates of a row are taken in their order. Which number a
 * position draws is fixed by {@link dev.fathom.spi.Random}.
 */
package dev.fathom.backend.java.index;
