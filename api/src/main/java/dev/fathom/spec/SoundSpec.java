package dev.fathom.spec;

import dev.fathom.audio.Recording;
import dev.fathom.audio.SoundDataset;
import dev.fathom.data.Dataset;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import dev.fathom.spec.LabelledFiles.Listed;
import java.io.IOException;
import java.util.ArrayList;
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
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a folder, a zip file or a folder in one, or a table
 * @param test as {@code train} is, to test the result on
 * @param sounds the folder or zip file that paths of a table are in; empty for the table's folder
 * @param path the column of paths
 * @param classes the names of the classes, in order; empty for those that are found, sorted
 * @param recording how a file becomes an example
 */
public record SoundSpec(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    Optional<String> sounds,
    String path,
    List<String> classes,
    Recording recording)
    implements Source {
  private static final int MOST_RATE = 1 << 20;
  private static final double MOST_SAMPLES = 1 << 24;

  public SoundSpec {
    classes = List.copyOf(classes);
  }

  /** Reads what stands beside {@code "format"}. */
  static SoundSpec parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test =
        f.has("test") && !f.isText("test") ? Optional.empty() : f.optionalText("test");
    Optional<String> sounds = f.optionalText("sounds");
    String path = f.text("path", "path");
    List<String> classes = f.onceEach("classes", f.texts("classes"));
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
    return new SoundSpec(
        dataset,
        train,
        test,
        sounds,
        path,
        classes,
        new Recording(rate, (int) samples, maxSeconds));
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
    return Optional.of(train);
  }

  @Override
  public Optional<String> tested() {
    return test;
  }

  @Override
  public Examples read(Spec spec, String name, List<String> all, FileFinder finder, Use use)
      throws IOException {
    LabelledFiles files = new LabelledFiles(Medium.SOUNDS, dataset, sounds, path, classes);
    Listed learned = files.read(spec, train, Optional.empty(), finder);
    List<String> notes = new ArrayList<>(learned.table().notes());
    long room = use == Use.TRAINING ? Runtime.getRuntime().maxMemory() / 4 : 0;
    Dataset examples = dataset(spec, learned, use, room);
    TableSplit split = TableSplit.of(spec, learned.table());
    Optional<Dataset> tested =
        split.tested().length > 0
            ? Optional.of(examples.select(examples.name() + " (test)", split.tested()))
            : Optional.empty();
    if (test.isPresent()) {
      Listed measured = files.read(spec, test.get(), Optional.of(learned.table()), finder);
      notes.addAll(measured.table().notes());
      tested = Optional.of(dataset(spec, measured, use, room / 4));
    }
    return new Examples(
        examples.select(examples.name() + " (train)", split.learned()),
        Optional.of(examples.select(examples.name() + " (validation)", split.held())),
        tested,
        List.of(),
        Optional.empty(),
        notes,
        List.of());
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
