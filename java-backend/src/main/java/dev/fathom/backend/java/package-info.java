/**
 * The backend in pure Java: Vector API kernels where the module {@code jdk.incubator.vector} is
 * present, scalar kernels otherwise.
 *
 * <p>Start with {@link dev.fathom.backend.java.JavaBackend}, whose switch names the family of each
 * spec. A family has a static {@code plan} and {@code compile}; what it compiles is a {@link
 * dev.fathom.backend.java.JavaKernel}, which cuts its work into tasks for the {@link
 * dev.fathom.backend.java.Workers}. A kernel is immutable and allocates nothing when launched, and
 * the order of additions follows from the shape alone, so that results are bitwise the same with
 * any number of threads.
 *
 * <ul>
 *   <li>Contract and convolve: {@link dev.fathom.backend.java.Arithmetic} holds their inner
 *       kernels, register-blocked tiles of two forms. One takes packed panels, as a contract makes
 *       them ({@link dev.fathom.backend.java.TiledContract}); the other reads its right operand
 *       through a table of row offsets, as a convolution wants it: the zero-padded image itself
 *       ({@link dev.fathom.backend.java.DataConvolve}) or its channels-last copy ({@link
 *       dev.fathom.backend.java.WeightConvolve}). A row times a matrix is bound by memory and reads
 *       the matrix where it lies ({@link dev.fathom.backend.java.RowContract}).
 *   <li>Elementwise work: a {@link dev.fathom.backend.java.Nest} brings the axes of all operands
 *       into canonical form and cuts them into boxes; a {@link dev.fathom.backend.java.TileProgram}
 *       runs an expression over a box, operation by operation ({@link
 *       dev.fathom.backend.java.Loops}) or, where the expression or a stretch of it is a known one,
 *       as one loop generated at build time ({@link dev.fathom.backend.java.LoopKey}, {@link
 *       dev.fathom.backend.java.TileSegments}). {@link dev.fathom.backend.java.RowProgram} does the
 *       same along rows of a contract's result.
 *   <li>Reductions: {@link dev.fathom.backend.java.ReduceKernels} walks the same boxes, {@link
 *       dev.fathom.backend.java.Fold} holds the running result.
 *   <li>The rest works row by row ({@link dev.fathom.backend.java.Rows}) or block by block ({@link
 *       dev.fathom.backend.java.BlockCopy}).
 * </ul>
 *
 * <p>What is not checked: that a binding's view stays inside its buffer; an index outside the array
 * fails the launch.
 */
package dev.fathom.backend.java;
