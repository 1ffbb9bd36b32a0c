package dev.fathom.spec;

import dev.fathom.data.Dataset;
import dev.fathom.image.Framing;
import dev.fathom.image.Interpolation;
import dev.fathom.image.PictureDataset;
import dev.fathom.image.PictureHashes;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.spec.LabelledFiles.Both;
import dev.fathom.spec.LabelledFiles.Listed;
import dev.fathom.spi.Shape;
import java.io.IOException;
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
 * @param files of the pictures
 * @param shape that the network gets
 * @param resize what the shorter side is resized to before the centre is cut out
 * @param stretch whether pictures are resized to height and width, with nothing cut off
 * @param interpolation of pixels between pixels
 * @param mostPixels that a picture may have
 */
public record ImageSpec(
    LabelledFiles files,
    PictureShape shape,
    OptionalInt resize,
    boolean stretch,
    Interpolation interpolation,
    long mostPixels)
    implements Source {
  /** Reads what stands beside {@code "format"}. */
  static ImageSpec parse(Fields f) {
    LabelledFiles files = LabelledFiles.parse(f, Medium.PICTURES);
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
        files,
        shape,
        resize.isPresent() ? OptionalInt.of(Math.toIntExact(resize.get())) : OptionalInt.empty(),
        stretch,
        interpolation,
        mostPixels);
  }

  @Override
  public Optional<String> dataset() {
    return files.dataset();
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
    return Optional.of(files.train());
  }

  @Override
  public Optional<String> tested() {
    return files.test();
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
    Both both = files.read(spec, finder);
    PictureHashes hashes = new PictureHashes();
    Framing framing = pictures(seen(both, hashes)).orElseThrow();
    boolean trains = use == Use.TRAINING;
    long room = trains ? Runtime.getRuntime().maxMemory() / 4 : 0;
    Listed learned = both.learned();
    int first = learned.names().size();
    Dataset examples = dataset(spec, learned, framing, room, hashes.of(0, trains ? first : 0));
    Optional<Dataset> tests = Optional.empty();
    if (both.measured().isPresent()) {
      Listed measured = both.measured().get();
      long[] others = hashes.of(first, trains ? measured.names().size() : 0);
      tests = Optional.of(dataset(spec, measured, framing, room / 4, others));
    }
    return both.examples(spec, examples, tests);
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
  private Shape seen(Both both, PictureHashes hashes) throws IOException {
    PictureShape.Seen seen = shape.see();
    for (Listed listed : both.all()) {
      for (String name : listed.names()) {
        seen.add(name, hashes.add(listed.files(), name, mostPixels));
      }
    }
    return seen.shape();
  }
}
