package dev.fathom.spec;

import dev.fathom.audio.Recording;
import dev.fathom.audio.SoundDataset;
import dev.fathom.data.Dataset;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.spec.LabelledFiles.Both;
import dev.fathom.spec.LabelledFiles.Listed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Sounds, in folders that are classes, or in a table of paths.
 *
 * <pre>{@code
 * {"format": "sounds", "train": "train", "test": "test", "rate": 16000, "seconds": 1}
 * {"format": "sounds", "train": "train.csv", "sounds": "clips.zip", "path": "file", "target": "word", "seconds": 2.5}
 * }</pre>
 *
 * <p>The network gets the column {@code sound}, {@code [rate * seconds]}: see {@link Recording}.
 *
 * @param files of the sounds
 * @param recording how a file becomes an example
 */
public record SoundSpec(LabelledFiles files, Recording recording) implements Source {
  private static final int MOST_RATE = 1 << 20;
  private static final double MOST_SAMPLES = 1 << 24;

  /** Reads what stands beside {@code "format"}. */
  static SoundSpec parse(Fields f) {
    LabelledFiles files = LabelledFiles.parse(f, Medium.SOUNDS);
    int rate = (int) f.integer("rate", 16_000L, 1, MOST_RATE);
    double seconds = f.number("seconds", null, Range.POSITIVE);
    double samples = Math.rint(rate * seconds);
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new SpecException(
          f.at("seconds"),
          "expected 1 to %.0f samples but %s seconds of %d a second are %.0f"
              .formatted(MOST_SAMPLES, seconds, rate, samples));
    }
    double maxSeconds = f.number("maxSeconds", 600.0, Range.POSITIVE);
    return new SoundSpec(files, new Recording(rate, (int) samples, maxSeconds));
  }

  @Override
  public Optional<String> dataset() {
    return files.dataset();
  }

  @Override
  public String input() {
    return "sound";
  }

  @Override
  public boolean hasTestShare() {
    return true;
  }

  @Override
  public Optional<String> learned() {
    return Optional.of(files.train());
  }

  @Override
  public Optional<String> tested() {
    return files.test();
  }

  @Override
  public Examples read(Spec spec, String name, List<String> all, FileFinder finder, Use use)
      throws IOException {
    Both both = files.read(spec, finder);
    long room = use == Use.TRAINING ? Runtime.getRuntime().maxMemory() / 4 : 0;
    Dataset examples = dataset(spec, both.learned(), use, room);
    return both.examples(
        spec, examples, both.measured().map(listed -> dataset(spec, listed, use, room / 4)));
  }

  private Dataset dataset(Spec spec, Listed listed, Use use, long room) {
    // The column in front of the target is the number of the row.
    SoundDataset examples =
        new SoundDataset(
            spec.data().input(),
            listed.table().targets(spec.data().target()),
            1,
            listed.files(),
            listed.names(),
            recording,
            room);
    if (use == Use.TRAINING) {
      examples.check(); // A file that is no sound is told before the training.
    }
    return examples;
  }
}
