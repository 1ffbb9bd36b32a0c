package dev.fathom.spec;

import dev.fathom.image.Framing;
import dev.fathom.image.Interpolation;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.spi.Shape;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The keys of pictures in which places are learned. Nothing is cut off: each is stretched to the
 * height and width that the network gets.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train what is learned from
 * @param test what the result is tested on
 * @param shape that the network gets
 * @param interpolation of pixels between pixels
 * @param mostPixels that a picture may have
 */
record SceneFiles(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    PictureShape shape,
    Interpolation interpolation,
    long mostPixels) {
  static final Map<String, Interpolation> INTERPOLATIONS =
      Map.of("bilinear", Interpolation.BILINEAR, "bicubic", Interpolation.BICUBIC);

  static SceneFiles parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test = f.optionalText("test");
    PictureShape shape = PictureShape.parse(f);
    Interpolation interpolation = f.choice("interpolation", "bilinear", INTERPOLATIONS);
    long mostPixels = f.integer("mostPixels", Pictures.MOST_PIXELS, 1);
    return new SceneFiles(dataset, train, test, shape, interpolation, mostPixels);
  }

  /** {@return how pictures get the shape of an example} */
  Framing framing(Shape example) {
    return new Framing(example, OptionalInt.empty(), true, interpolation, mostPixels);
  }
}
