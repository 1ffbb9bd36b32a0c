/**
 * The backend in pure Java: Vector API kernels where the module {@code jdk.incubator.vector} is
 * present, scalar kernels otherwise. Users find it by its {@link
 * dev.fathom.backend.java.JavaBackendProvider}; nothing else is for them, public or not.
 *
 * <p>Start with {@code JavaBackend}, whose switch names the family of each spec. A family has a
 * static {@code plan} and {@code compile}. Arrows between the packages point down only:
 *
 * <pre>
 * (this one)                 provider, settings, the switch over specs
 * convolve   sequence        convolutions and pools; attention and recurrent layers
 * contract   rows   index    contractions; softmax, norms, sorting; gather, scatter, random numbers
 * elementwise                elementwise kernels and reductions; epilogues along rows
 * loops   arithmetic         inner loops over tiles; inner kernels of contractions
 * runtime                    kernels, queue, threads
 * memory                     buffers and the elements in them
 * platform                   native image or not, vectors or not
 * </pre>
 *
 * <p>A kernel is immutable and allocates nothing when launched, and the order of additions follows
 * from the shape alone, so that results are bitwise the same with any number of threads. What is
 * not checked: that a binding's view stays inside its buffer; an index outside the array fails the
 * launch.
 */
package dev.fathom.backend.java;
