/**
 * The backend in pure Java: Vector API kernels where the module {@code jdk.incubator.vector} is
 * present, scalar kernels otherwise.
 *
 * <p>Start with {@link dev.fathom.backend.java.JavaBackendProvider}. The backend it opens asks one
 * family of kernels for each kind of spec, {@code ContractKernels} for a contract and so on: {@code
 * plan} says whether and how, {@code compile} makes a {@code JavaKernel}, which a {@code JavaQueue}
 * runs on the calling thread and the {@code Workers}.
 *
 * <p><b>Habits.</b> A kernel is immutable and keeps no state of a launch; it cuts its work into
 * tasks by shape, never by the number of threads, so that results are bitwise the same with any
 * number; it allocates nothing when launched. Memory comes as one primitive array a buffer; scratch
 * memory is a slice of the launch's workspace for each worker.
 *
 * <p><b>Products.</b> {@code Arithmetic} holds the inner kernels of contract and convolve, once
 * with vectors and once in plain loops, for each of f32 and f64; all rest on one register-blocked
 * tile that reads its right operand through a table of row offsets. A contract gives it packed
 * panels ({@code TiledContract}), a convolution the zero-padded image itself ({@code DataConvolve})
 * or its channels-last copy ({@code WeightConvolve}). A row times a matrix is bound by memory and
 * reads the matrix where it lies ({@code RowContract}).
 *
 * <p><b>Expressions.</b> A fused kernel, a prologue or an epilogue is a {@code TileProgram}: each
 * operation runs over a tile that stays in the first-level cache, through the inner loops of {@code
 * Loops}.
 *
 * <p>What is not checked: that a binding's view stays inside its buffer; an index outside the array
 * fails the launch.
 */
package dev.fathom.backend.java;
