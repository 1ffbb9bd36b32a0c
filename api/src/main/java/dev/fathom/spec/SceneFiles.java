package dev.fathom.spec;

import dev.fathom.image.Framing;
import dev.fathom.image.Interpolation;
import dev.fathom.image.PictureFiles;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Size;
import dev.fathom.spec.Source.FileFinder;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of pictures in which places are learned. Nothing is cut off: each is stretched to the
 * height and width that the network gets.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train what is learned from
 * @param test what the result is tested on
 * @param channels 1, grey, or 3, in colour
 * @param size height and width that the network gets; empty for that of all pictures
 * @param interpolation of pixels between pixels
 * @param mostPixels that a picture may have
 */
record SceneFiles(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    int channels,
    Optional<Size> size,
    Interpolation interpolation,
    long mostPixels) {
  private static final long MOST_SIDE = 1 << 14;
  private static final Pattern ZIP = Pattern.compile("(?i)(.*?\\.zip)(?:/(.*?))?/?");

  static SceneFiles parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test = f.optionalText("test");
    int channels = (int) f.integer("channels", 3L, 1, 3);
    if (channels == 2) {
      throw new SpecException(f.at("channels"), "expected 1, grey, or 3, in colour, but got 2");
    }
    Optional<Size> size = f.optionalPair("size", 1).map(pair -> new Size(pair[0], pair[1]));
    if (size.isPresent() && Math.max(size.get().height(), size.get().width()) > MOST_SIDE) {
      throw new SpecException(f.at("size"), "expected at most " + MOST_SIDE);
    }
    Interpolation interpolation =
        f.choice(
            "interpolation",
            "bilinear",
            Map.of("bilinear", Interpolation.BILINEAR, "bicubic", Interpolation.BICUBIC));
    long mostPixels = f.integer("mostPixels", Pictures.MOST_PIXELS, 1);
    return new SceneFiles(dataset, train, test, channels, size, interpolation, mostPixels);
  }

  /** {@return the files of a folder, of a zip file, or of a folder in one} */
  static PictureFiles files(String name, FileFinder finder) throws IOException {
    Matcher zip = ZIP.matcher(name);
    if (!zip.matches()) {
      return PictureFiles.open(finder.find(name), "");
    }
    String within = zip.group(2) == null ? "" : zip.group(2);
    return PictureFiles.open(finder.find(zip.group(1)), within);
  }

  Framing framing(Shape shape) {
    return new Framing(shape, OptionalInt.empty(), true, interpolation, mostPixels);
  }

  /** Names of pictures, and their sizes. */
  record Sized(List<String> names, List<Pictures.Size> sizes) {}

  /** {@return the shape of an example: the size that is wanted, or that all pictures have} */
  Shape shape(List<Sized> all) {
    if (size.isPresent()) {
      return Shape.of(channels, size.get().height(), size.get().width());
    }
    Pictures.Size first = all.getFirst().sizes().getFirst();
    for (Sized part : all) {
      for (int i = 0; i < part.names().size(); i++) {
        Pictures.Size own = part.sizes().get(i);
        if (!own.equals(first)) {
          throw new SpecException(
              "/data/size",
              "expected the height and width that pictures get, since they differ: '%s' has %d x %d and '%s' %d x %d"
                  .formatted(
                      all.getFirst().names().getFirst(),
                      first.width(),
                      first.height(),
                      part.names().get(i),
                      own.width(),
                      own.height()));
        }
      }
    }
    if (Math.max(first.width(), first.height()) > MOST_SIDE) {
      throw new SpecException("/data/size", "expected a size for pictures as large as these");
    }
    return Shape.of(channels, first.height(), first.width());
  }
}
