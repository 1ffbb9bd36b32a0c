/**
 * The inner kernels of contractions, convolutions, attention and recurrent layers: {@link
 * dev.fathom.backend.java.arithmetic.Arithmetic} over f32 and f64, {@link
 * dev.fathom.backend.java.arithmetic.Narrow} over bf16 and i8. Each has an implementation with
 * vectors and one without.
 *
 * <p>Register-blocked tiles come in two forms: {@code FloatPanels} takes packed panels, as a
 * contraction makes them; {@code FloatTiles} reads its right operand through a table of row
 * offsets, as a convolution wants it. {@code FloatPanelsAtOnce} and {@code FloatTilesAtOnce} are
 * their forms for native images, with the same bits.
 *
 * <p>Change the Float classes only: {@code TwinWriter} of the tests writes the Double ones from
 * them. The order of additions is part of every result. These methods were shaped by measurements
 * and by the machine code that HotSpot and native images make of them, so measure before and after
 * ({@code ./fathom bench gemm1024}, {@code lenet}, {@code gpt}).
 */
package dev.fathom.backend.java.arithmetic;
