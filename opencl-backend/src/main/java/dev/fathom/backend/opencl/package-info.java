/**
 * The backend {@code opencl}: GPUs, and CPUs through an OpenCL driver such as PoCL. Start with
 * {@link dev.fathom.backend.opencl.OpenClProvider}.
 *
 * <p>Three floors: {@code driver} speaks to OpenCL, {@code code} writes OpenCL C, and this package
 * holds one class for each family of kernel specs, which plans a spec, writes its source and
 * describes its launch. Sources hold no sizes: sizes and strides are kernel arguments, so that
 * layers of different sizes share one compiled program.
 */
package dev.fathom.backend.opencl;
