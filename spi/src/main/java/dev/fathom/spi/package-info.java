/**
 * The service provider interface between Fathom's core and an accelerator.
 *
 * <p>Start with {@link dev.fathom.spi.BackendProvider}: a provider is found by {@link
 * java.util.ServiceLoader}, says by {@link dev.fathom.spi.BackendProvider#probe() probing} whether
 * it can work on this machine, and opens a {@link dev.fathom.spi.Backend}. The core describes each
 * piece of work as a {@link dev.fathom.spi.KernelSpec}, asks {@link
 * dev.fathom.spi.Backend#plan(KernelSpec)} whether the backend takes it, compiles it once, and
 * launches it many times on a {@link dev.fathom.spi.Queue}.
 *
 * <p><b>Required core.</b> A backend must accept, for {@code f32}, {@code f64}, {@code i32}, {@code
 * i64} and {@code bool}, what {@link dev.fathom.spi.KernelSpec#isCore()} answers true for: a {@link
 * dev.fathom.spi.Fused} of at most one operation and one output, a {@link dev.fathom.spi.Reduce} of
 * one plain input, a {@link dev.fathom.spi.Contract} of one type without prologue or epilogue,
 * {@link dev.fathom.spi.Gather} and {@link dev.fathom.spi.Scatter}. Whatever else it declines is
 * lowered to that core. The core is that of SPI 1 and stays so: no later type or operation belongs
 * to it.
 *
 * <p><b>Evolution.</b> A published record never changes its components. Records, {@link
 * dev.fathom.spi.DType element types} and {@link dev.fathom.spi.ScalarOp operations} state the SPI
 * version that brought them, and a spec has the greatest of its parts' ({@link
 * dev.fathom.spi.KernelSpec#since()}). A backend is never offered specs newer than its {@link
 * dev.fathom.spi.BackendProvider#spiVersion()}; so its switches over specs, types and operations
 * end in {@code default}.
 *
 * <p><b>Checks.</b> Every record checks its numbered constraints (C1, C2, ...) when it is made.
 * Nobody checks that the offsets of a {@link dev.fathom.spi.Binding} keep a view inside its buffer:
 * the core's memory plan makes them so.
 */
package dev.fathom.spi;
