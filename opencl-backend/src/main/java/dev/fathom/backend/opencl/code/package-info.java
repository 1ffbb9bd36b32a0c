/**
 * Writes OpenCL C. Start with {@link dev.fathom.backend.opencl.code.KernelCode}, one {@code
 * __kernel} function with its arguments; {@link dev.fathom.backend.opencl.code.ExpressionCode}
 * writes the statements of an expression, for one element or for several at once.
 *
 * <p>Values are held in the C type of their value type; {@code bool} as {@code int}, 0 or 1 for one
 * element, and 0 or -1 for several, as OpenCL's comparisons answer.
 */
package dev.fathom.backend.opencl.code;
