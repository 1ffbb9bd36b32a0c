/**
 * The backend in pure Java: Vector API kernels where the module is present, scalar kernels
 * otherwise.
 *
 * <p>Start with {@link dev.fathom.backend.java.JavaBackend}, whose switch names the family of each
 * spec. A family has a static {@code plan} and {@code compile}; what it compiles is a {@link
 * dev.fathom.backend.java.JavaKernel}, which cuts its work by shape into tasks for the {@link
 * dev.fathom.backend.java.Workers}.
 *
 * <ul>
 *   <li>Contract and convolve: packed panels and register-blocked inner kernels, see {@link
 *       dev.fathom.backend.java.ContractKernels}.
 *   <li>Elementwise work: a {@link dev.fathom.backend.java.Nest} brings the axes of all operands
 *       into canonical form and cuts them into boxes; a {@link dev.fathom.backend.java.TileProgram}
 *       runs an expression over a box, operation by operation ({@link
 *       dev.fathom.backend.java.Loops}) or, where the expression is a known one, as one loop
 *       generated at build time ({@link dev.fathom.backend.java.LoopKey}). {@link
 *       dev.fathom.backend.java.RowProgram} does the same along rows of a contract's result.
 *   <li>Reductions: {@link dev.fathom.backend.java.ReduceKernels} walks the same boxes, {@link
 *       dev.fathom.backend.java.Fold} holds the running result.
 *   <li>The rest works row by row ({@link dev.fathom.backend.java.Rows}) or block by block ({@link
 *       dev.fathom.backend.java.BlockCopy}).
 * </ul>
 */
package dev.fathom.backend.java;
