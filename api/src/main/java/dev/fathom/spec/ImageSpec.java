package dev.fathom.spec;

import dev.fathom.data.Dataset;
import dev.fathom.image.Framing;
import dev.fathom.image.Interpolation;
import dev.fathom.image.PictureDataset;
import dev.fathom.image.PictureHashes;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.spec.LabelledFiles.Listed;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pictures, in folders that are classes, or in a table of paths.
 *
 * <pre>{@code
 * {"format": "images", "train": "train", "test": "test", "size": 64}
 * {"format": "images", "dataset": "pets", "train": "pets.zip/train", "test": "pets.zip/test", "size": [48, 64]}
 * {"format": "images", "train": "train.csv", "pictures": "photos.zip", "path": "file", "target": "species",
 *  "test": 0.2, "size": 224, "resize": 256, "mean": [0.485, 0.456, 0.406], "deviation": [0.229, 0.224, 0.225]}
 * }</pre>
 *
 * <p>The network gets the column {@code image}, {@code [channels, height, width]}. In a folder, or
 * a zip file of one, each folder is a class of its name, with its pictures in it or in folders
 * below.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a folder, a zip file or a folder in one, or a table
 * @param test as {@code train} is, to test the result on
 * @param pictures the folder or zip file that paths of a table are in; empty for the table's folder
 * @param path the column of paths
 * @param classes the names of the classes, in order; empty for those that are found, sorted
 * @param shape that the network gets
 * @param resize what the shorter side is resized to before the centre is cut out
 * @param stretch whether pictures are resized to height and width, with nothing cut off
 * @param interpolation of pixels between pixels
 * @param mostPixels that a picture may have
 */
public record ImageSpec(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    Optional<String> pictures,
    String path,
    List<String> classes,
    PictureShape shape,
    OptionalInt resize,
    boolean stretch,
    Interpolation interpolation,
    long mostPixels)
    implements Source {

  public ImageSpec {
    classes = List.copyOf(classes);
  }

  /** Reads what stands beside {@code "format"}. */
  static ImageSpec parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test =
        f.has("test") && !f.isText("test") ? Optional.empty() : f.optionalText("test");
    Optional<String> pictures = f.optionalText("pictures");
    String path = f.text("path", "path");
    List<String> classes = f.onceEach("classes", f.texts("classes"));
    PictureShape shape = PictureShape.parse(f);
    Optional<Long> resize = f.optionalInteger("resize", 1);
    boolean stretch = f.choice("fill", "crop", Map.of("crop", false, "stretch", true));
    Interpolation interpolation = f.choice("interpolation", "bilinear", SceneFiles.INTERPOLATIONS);
    long mostPixels = f.integer("mostPixels", Pictures.MOST_PIXELS, 1);
    boolean cuts = shape.size().isPresent() && !stretch;
    if (resize.isPresent() && (!cuts || resize.get() > PictureShape.MOST_SIDE)) {
      throw new SpecException(
          f.at("resize"),
          "expected at most %d, beside \"size\", where the centre is cut out"
              .formatted(PictureShape.MOST_SIDE));
    }
    return new ImageSpec(
        dataset,
        train,
        test,
        pictures,
        path,
        classes,
        shape,
        resize.isPresent() ? OptionalInt.of(Math.toIntExact(resize.get())) : OptionalInt.empty(),
        stretch,
        interpolation,
        mostPixels);
  }

  @Override
  public String input() {
    return "image";
  }

  @Override
  public double scale() {
    return 1 / 255.0;
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
  public boolean hasPictures() {
    return true;
  }

  @Override
  public Optional<Framing> pictures(Shape raw) {
    return Optional.of(new Framing(raw, resize, stretch, interpolation, mostPixels));
  }

  // ---- reading ----

  @Override
  public Examples read(Spec spec, String name, List<String> all, FileFinder finder, Use use)
      throws IOException {
    LabelledFiles listed = new LabelledFiles(Medium.PICTURES, dataset, pictures, path, classes);
    Listed learned = listed.read(spec, train, Optional.empty(), finder);
    Optional<Listed> measured = Optional.empty();
    if (test.isPresent()) {
      measured = Optional.of(listed.read(spec, test.get(), Optional.of(learned.table()), finder));
    }
    PictureHashes hashes = new PictureHashes();
    Framing framing = pictures(seen(learned, measured, hashes)).orElseThrow();
    boolean trains = use == Use.TRAINING;
    long room = trains ? Runtime.getRuntime().maxMemory() / 4 : 0;
    int first = learned.names().size();
    Dataset examples = dataset(spec, learned, framing, room, hashes.of(0, trains ? first : 0));
    TableSplit split = TableSplit.of(spec, learned.table());
    List<String> notes = new ArrayList<>(learned.table().notes());
    measured.ifPresent(files -> notes.addAll(files.table().notes()));
    Optional<Dataset> tested = Optional.empty();
    if (measured.isPresent()) {
      Listed files = measured.get();
      long[] others = hashes.of(first, trains ? files.names().size() : 0);
      tested = Optional.of(dataset(spec, files, framing, room / 4, others));
    }
    return new Examples(
        examples.select(examples.name() + " (train)", split.learned()),
        Optional.of(examples.select(examples.name() + " (validation)", split.held())),
        split.tested().length > 0
            ? Optional.of(examples.select(examples.name() + " (test)", split.tested()))
            : tested,
        List.of(),
        Optional.empty(),
        notes,
        List.of());
  }

  private static Dataset dataset(
      Spec spec, Listed listed, Framing framing, long room, long... hashes) {
    // The column in front of the target is the number of the row.
    return new PictureDataset(
        spec.data().input(),
        listed.table().targets(spec.data().target()),
        1,
        listed.files(),
        listed.names(),
        framing,
        room,
        hashes);
  }

  /** Reads the header of each picture, so that one that is none is told before the training. */
  private Shape seen(Listed learned, Optional<Listed> measured, PictureHashes hashes)
      throws IOException {
    PictureShape.Seen seen = shape.see();
    for (Listed files :
        measured.isPresent() ? List.of(learned, measured.get()) : List.of(learned)) {
      for (String name : files.names()) {
        seen.add(name, hashes.add(files.files(), name, mostPixels));
      }
    }
    return seen.shape();
  }
}
