/**
 * Contractions. {@link dev.fathom.backend.java.contract.ContractKernels} chooses: integers by plain
 * loops, a row times a matrix where the matrix lies ({@code RowContract}), all else by tiles over
 * {@link dev.fathom.backend.java.contract.Panels} ({@code TiledContract}).
 *
 * <p>{@code Tiling} cuts the result by shape; its sizes were measured and may be changed with a
 * measurement. Slices of the depth are the order of additions: another slice gives other bits.
 */
package dev.fathom.backend.java.contract;
