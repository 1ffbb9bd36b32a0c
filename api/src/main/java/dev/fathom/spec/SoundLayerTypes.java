package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.nn.Block;
import dev.fathom.nn.LogMel;
import dev.fathom.nn.Mfcc;
import dev.fathom.nn.Spectrogram;
import dev.fathom.tensor.Spectra.MelScale;
import java.util.Map;

/** The keys of the layers of sounds. */
final class SoundLayerTypes {
  private static final int MOST = 1 << 20;

  static final Map<String, Reader<? extends Block>> OWN =
      Map.of(
          "spectrogram", SoundLayerTypes::spectrogram,
          "logmel", SoundLayerTypes::logMel,
          "mfcc", f -> new Mfcc(logMel(f), (int) f.integer("coefficients", 13L, 1, MOST)));

  private SoundLayerTypes() {}

  private static Spectrogram spectrogram(Fields f) {
    long window = f.integer("window", 400L, 2, MOST);
    return new Spectrogram(
        (int) window,
        (int) f.computed("hop").integer("hop", Math.max(1, window * 2 / 5), 1, MOST),
        f.flag("centred", true));
  }

  private static LogMel logMel(Fields f) {
    double rate = f.number("rate", 16_000.0, Range.POSITIVE);
    return new LogMel(
        spectrogram(f),
        rate,
        (int) f.integer("mels", 80L, 1, MOST),
        f.number("low", 0.0, Range.NOT_NEGATIVE),
        f.computed("high").number("high", rate / 2, Range.POSITIVE),
        f.choice("scale", "slaney", Map.of("slaney", MelScale.SLANEY, "htk", MelScale.HTK)),
        f.number("floor", 1e-10, Range.POSITIVE));
  }
}
