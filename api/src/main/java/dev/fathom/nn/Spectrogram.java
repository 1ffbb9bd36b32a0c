package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.spi.Window;
import dev.fathom.tensor.Spectra;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * The power of each frequency in frames of a sound, by the short-time Fourier transform with a Hann
 * window: {@code [batch, samples] -> [batch, frames, window / 2 + 1]}, {@code |torch.stft|^2}
 * turned. No parameters.
 *
 * @param window samples of a frame, an even number
 * @param hop samples from a frame to the next
 * @param centred whether frame i is about sample {@code i * hop}: the sound is mirrored at its
 *     ends, by half a window; otherwise it begins there
 */
public record Spectrogram(int window, int hop, boolean centred) implements Layer {
  public Spectrogram {
    Check.that(
        window >= 2 && window % 2 == 0, "spectrogram", "a window of 2, 4, 6 ... samples", window);
    Check.that(hop >= 1, "spectrogram", "a hop of 1 or more", hop);
  }

  /** {@return how many frequencies there are} */
  int bins() {
    return window / 2 + 1;
  }

  /** {@return the shape of a spectrogram with so many numbers a frame} */
  Shape frames(String label, Shape input, long numbers) {
    Check.that(input.rank() == 1, label, "a sound [samples]", input);
    long samples = input.size(0);
    if (centred) {
      Border.REFLECT.check(label, around(), samples);
    }
    long whole = samples + (centred ? window : 0);
    Check.that(whole >= window, label, "a sound as long as a window of " + window, input);
    return Shape.of((whole - window) / hop + 1, numbers);
  }

  private Window around() {
    return new Window(1, 1, window / 2, window / 2, 1);
  }

  @Override
  public Shape output(Shape input) {
    return frames(label(), input, bins());
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor sound =
        centred
            ? Border.REFLECT
                .around(x.unsqueeze(1), List.of(around()))
                .reshape(x.size(0), x.size(1) + window)
            : x;
    return Spectra.power(sound, window, hop);
  }
}
