package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Spectra;
import dev.fathom.tensor.Tensor;

/**
 * Mel-frequency cepstral coefficients of frames of a sound (Davis and Mermelstein, 1980): {@code
 * [batch, samples] -> [batch, frames, coefficients]}, the orthonormal discrete cosine transform of
 * {@link LogMel}. No parameters.
 *
 * @param logMel of the sound
 * @param coefficients 1 to as many as there are bands
 */
public record Mfcc(LogMel logMel, int coefficients) implements Layer {
  public Mfcc {
    Check.that(
        coefficients >= 1 && coefficients <= logMel.mels(),
        "mfcc",
        "1 to %d coefficients, as many as bands".formatted(logMel.mels()),
        coefficients);
  }

  @Override
  public Shape output(Shape input) {
    return logMel.spectrogram().frames(label(), input, coefficients);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return Spectra.cosines(logMel.apply(context, x), coefficients);
  }
}
