package dev.fathom.backend.opencl;

import dev.fathom.spi.Window;
import java.util.List;

/**
 * The source of pooling by windows of 2 x 2 that do not overlap, several windows side by side.
 * LANES stands for their number and PAIRS for twice that. Where the tiles do not divide a row its
 * last windows are computed twice, and the same numbers are written again.
 */
final class PoolTiles {
  /** The windows that these tiles compute. */
  static final List<Window> WINDOWS = List.of(new Window(2, 2, 0, 0, 1), new Window(2, 2, 0, 0, 1));

  /** Function {@code tileN}: so many windows side by side. */
  static final String FORWARD =
      """
      static inline void tileLANES(__global const float* top, __global const float* bottom,
          __global float* values, __global int* indices) {
        const floatPAIRS a = vloadPAIRS(0, top);
        const floatPAIRS b = vloadPAIRS(0, bottom);
        floatLANES best = a.even;
        intLANES index = (intLANES)(0);
        intLANES take = (a.odd > best) || ((a.odd != a.odd) && (best == best));
        best = select(best, a.odd, take);
        index = select(index, (intLANES)(1), take);
        take = (b.even > best) || ((b.even != b.even) && (best == best));
        best = select(best, b.even, take);
        index = select(index, (intLANES)(2), take);
        take = (b.odd > best) || ((b.odd != b.odd) && (best == best));
        vstoreLANES(select(best, b.odd, take), 0, values);
        vstoreLANES(select(index, (intLANES)(3), take), 0, indices);
      }
      """;

  /** A row of windows, {@code y}. */
  static final String FORWARD_ROW =
      """
            __global const float* top = b0 + p0 + 2 * y * t0_0;
            __global const float* bottom = top + t0_0;
            __global float* values = b1 + p1 + y * t1_0;
            __global int* indices = b2 + p2 + y * t2_0;
            if (out1 >= 8) {
              for (long i = 0; i < out1; i += 8) {
                const long at = min(i, out1 - 8);
                tile8(top + 2 * at, bottom + 2 * at, values + at, indices + at);
              }
            } else if (out1 >= 4) {
              tile4(top, bottom, values, indices);
              const long at = out1 - 4;
              tile4(top + 2 * at, bottom + 2 * at, values + at, indices + at);
            } else {
              for (long i = 0; i < out1; i++) {
                float best = top[2 * i];
                int index = 0;
                for (int tap = 1; tap < 4; tap++) {
                  const float value = tap < 2 ? top[2 * i + 1] : bottom[2 * i + tap - 2];
                  if (value > best || (value != value && best == best)) {
                    best = value;
                    index = tap;
                  }
                }
                values[i] = best;
                indices[i] = index;
              }
            }
      """;

  /** Function {@code tileN} of the gradient. */
  static final String BACKWARD =
      """
      static inline void tileLANES(__global const float* values, __global const int* indices,
          __global float* top, __global float* bottom) {
        const floatLANES dy = vloadLANES(0, values);
        const intLANES index = vloadLANES(0, indices);
        const floatLANES zero = (floatLANES)(0);
        floatPAIRS a;
        a.even = select(zero, dy, index == 0);
        a.odd = select(zero, dy, index == 1);
        vstorePAIRS(a, 0, top);
        a.even = select(zero, dy, index == 2);
        a.odd = select(zero, dy, index == 3);
        vstorePAIRS(a, 0, bottom);
      }
      """;

  /** Two rows of the gradient, for a row of windows. */
  static final String BACKWARD_ROW =
      """
            __global const float* values = b0 + p0 + y * t0_0;
            __global const int* indices = b1 + p1 + y * t1_0;
            __global float* top = b2 + p2 + 2 * y * t2_0;
            __global float* bottom = top + t2_0;
            if (out1 >= 8) {
              for (long i = 0; i < out1; i += 8) {
                const long at = min(i, out1 - 8);
                tile8(values + at, indices + at, top + 2 * at, bottom + 2 * at);
              }
            } else if (out1 >= 4) {
              tile4(values, indices, top, bottom);
              const long at = out1 - 4;
              tile4(values + at, indices + at, top + 2 * at, bottom + 2 * at);
            } else {
              for (long i = 0; i < out1; i++) {
                for (int tap = 0; tap < 2; tap++) {
                  top[2 * i + tap] = indices[i] == tap ? values[i] : 0;
                  bottom[2 * i + tap] = indices[i] == tap + 2 ? values[i] : 0;
                }
              }
            }
            for (long i = 2 * out1; i < in1; i++) {
              top[i] = 0;
              bottom[i] = 0;
            }
      """;

  /** Rows that no window reaches. */
  static final String BACKWARD_REST =
      """
          for (long y = 2 * out0; y < in0; y++) {
            for (long i = 0; i < in1; i++) b2[p2 + y * t2_0 + i] = 0;
          }
      """;

  private PoolTiles() {}
}
