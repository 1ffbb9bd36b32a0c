package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Spectra;
import dev.fathom.tensor.Spectra.MelScale;
import dev.fathom.tensor.Tensor;

/**
 * How loud each band of the mel scale is in frames of a sound: {@code [batch, samples] -> [batch,
 * frames, mels]}, the natural logarithm of a {@link Spectrogram} through filters (Davis and
 * Mermelstein, 1980). No parameters.
 *
 * @param spectrogram of the sound
 * @param rateHertz samples a second
 * @param mels bands
 * @param lowHertz where the lowest begins
 * @param highHertz where the highest ends, at most half of the rate
 * @param scale of the bands
 * @param floor what less power counts as
 */
public record LogMel(
    Spectrogram spectrogram,
    double rateHertz,
    int mels,
    double lowHertz,
    double highHertz,
    MelScale scale,
    double floor)
    implements Layer {
  public LogMel {
    Check.that(mels >= 1, "logmel", "1 band or more", mels);
    Check.that(
        0 <= lowHertz && lowHertz < highHertz && highHertz <= rateHertz / 2,
        "logmel",
        "0 <= low < high <= rate / 2 = " + rateHertz / 2,
        lowHertz + ", " + highHertz);
    Check.that(floor > 0, "logmel", "a floor above 0", floor);
  }

  @Override
  public Shape output(Shape input) {
    return spectrogram.frames(label(), input, mels);
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor filters =
        Spectra.melFilters(spectrogram.bins(), mels, rateHertz, lowHertz, highHertz, scale);
    return Spectra.log(spectrogram.apply(context, x).matmul(filters), floor);
  }
}
