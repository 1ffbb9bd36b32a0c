package dev.fathom.tensor;

import dev.fathom.spi.DType;
import java.util.function.DoubleUnaryOperator;

/**
 * Spectra of sounds: the short-time Fourier transform, filters of the mel scale, and cepstral
 * coefficients. All are products with matrices that are made once, so they have gradients.
 */
public final class Spectra {
  private Spectra() {}

  /** Scales of pitch, on which steps of the same width sound the same. */
  public enum MelScale {
    /** {@code 2595 log10(1 + f / 700)}, as the Hidden Markov Model Toolkit has it. */
    HTK,
    /**
     * Linear below 1 kHz, and logarithmic above; filters have the same area (Slaney, "Auditory
     * Toolbox", 1998).
     */
    SLANEY;

    private static final double LINEAR_HERTZ = 200 / 3.0;
    private static final double BREAK_HERTZ = 1000;
    private static final double LOG_STEP = Math.log(6.4) / 27;

    double ofHertz(double hertz) {
      return switch (this) {
        case HTK -> 2595 * Math.log10(1 + hertz / 700);
        case SLANEY ->
            hertz < BREAK_HERTZ
                ? hertz / LINEAR_HERTZ
                : BREAK_HERTZ / LINEAR_HERTZ + Math.log(hertz / BREAK_HERTZ) / LOG_STEP;
      };
    }

    double toHertz(double mel) {
      double linear = BREAK_HERTZ / LINEAR_HERTZ;
      return switch (this) {
        case HTK -> 700 * (Math.pow(10, mel / 2595) - 1);
        case SLANEY ->
            mel < linear ? mel * LINEAR_HERTZ : BREAK_HERTZ * Math.exp(LOG_STEP * (mel - linear));
      };
    }
  }

  /**
   * {@return the power of each frequency in each frame: {@code [..., samples] -> [..., frames,
   * window / 2 + 1]}} A frame is multiplied by a Hann window, periodic as that of {@code
   * torch.stft}.
   *
   * @param window samples of a frame
   * @param hop samples from a frame to the next
   */
  public static Tensor power(Tensor samples, int window, int hop) {
    int bins = window / 2 + 1;
    float[] waves = new float[window * 2 * bins];
    for (int t = 0; t < window; t++) {
      double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * t / window);
      for (int k = 0; k < bins; k++) {
        double angle = 2 * Math.PI * ((long) t * k % window) / window;
        waves[t * 2 * bins + k] = (float) (hann * Math.cos(angle));
        waves[t * 2 * bins + bins + k] = (float) (-hann * Math.sin(angle));
      }
    }
    Tensor parts = samples.unfold(window, hop).matmul(Tensor.of(waves, window, 2L * bins));
    Tensor squares = parts.square();
    return squares.slice(-1, 0, bins).add(squares.slice(-1, bins, 2L * bins));
  }

  /**
   * {@return the filters of the mel scale, {@code [bins, mels]}: triangles, each from the middle of
   * the one below to that of the one above}
   *
   * @param bins frequencies from 0 to half of the rate
   * @param rateHertz samples a second
   */
  public static Tensor melFilters(
      int bins, int mels, double rateHertz, double lowHertz, double highHertz, MelScale scale) {
    double low = scale.ofHertz(lowHertz);
    double step = (scale.ofHertz(highHertz) - low) / (mels + 1);
    DoubleUnaryOperator edge = i -> scale.toHertz(low + i * step);
    float[] filters = new float[bins * mels];
    for (int m = 0; m < mels; m++) {
      double left = edge.applyAsDouble(m);
      double middle = edge.applyAsDouble(m + 1);
      double right = edge.applyAsDouble(m + 2);
      double area = scale == MelScale.SLANEY ? 2 / (right - left) : 1;
      for (int k = 0; k < bins; k++) {
        double hertz = rateHertz / 2 * k / (bins - 1);
        double rise = (hertz - left) / (middle - left);
        double fall = (right - hertz) / (right - middle);
        filters[k * mels + m] = (float) (area * Math.max(0, Math.min(rise, fall)));
      }
    }
    return Tensor.of(filters, bins, mels);
  }

  /**
   * {@return the first coefficients of the orthonormal discrete cosine transform (DCT-II) of the
   * last axis: {@code [..., n] -> [..., coefficients]}}
   */
  public static Tensor cosines(Tensor x, int coefficients) {
    int n = Math.toIntExact(x.size(-1));
    float[] matrix = new float[n * coefficients];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < coefficients; k++) {
        double norm = Math.sqrt((k == 0 ? 1 : 2) / (double) n);
        matrix[i * coefficients + k] = (float) (norm * Math.cos(Math.PI / n * (i + 0.5) * k));
      }
    }
    return x.matmul(Tensor.of(matrix, n, coefficients));
  }

  /** {@return the natural logarithm of numbers, of {@code floor} for those below it} */
  public static Tensor log(Tensor x, double floor) {
    return x.maximum(Tensor.full(floor, DType.F32)).log();
  }
}
