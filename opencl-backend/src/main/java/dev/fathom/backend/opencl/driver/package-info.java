/**
 * OpenCL as this backend needs it. Start with {@link dev.fathom.backend.opencl.driver.Platforms},
 * which finds devices; a {@link dev.fathom.backend.opencl.driver.ClContext} on one of them makes
 * buffers, command queues and kernels.
 *
 * <p>Aparapi makes the context and the kernels. Devices are found, memory is moved and kernels are
 * enqueued by foreign calls of libOpenCL: Aparapi's own discovery prints a warning that nothing
 * silences for every platform newer than itself and cannot tell a missing loader from a missing
 * driver, its launches are synchronous, and its builds keep no log and no binary. No Java array is
 * ever an argument of a kernel.
 *
 * <p>Mistakes that could crash a driver are checked before the call: sizes of buffers and copies,
 * number and kind of arguments, sizes of work groups.
 */
package dev.fathom.backend.opencl.driver;
