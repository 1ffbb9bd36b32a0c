package dev.fathom.spec;

import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.nn.Size;
import dev.fathom.spi.Shape;
import java.util.Optional;

/**
 * The keys {@code channels} and {@code size} of formats of pictures.
 *
 * @param channels 1, grey, or 3, in colour
 * @param size height and width that the network gets; empty for that of all pictures
 */
record PictureShape(int channels, Optional<Size> size) {
  static final long MOST_SIDE = 1 << 14;

  static PictureShape parse(Fields f) {
    int channels = (int) f.integer("channels", 3L, 1, 3);
    if (channels == 2) {
      throw new SpecException(f.at("channels"), "expected 1, grey, or 3, in colour, but got 2");
    }
    Optional<Size> size = f.optionalPair("size", 1).map(pair -> new Size(pair[0], pair[1]));
    if (size.isPresent() && Math.max(size.get().height(), size.get().width()) > MOST_SIDE) {
      throw new SpecException(f.at("size"), "expected at most " + MOST_SIDE);
    }
    return new PictureShape(channels, size);
  }

  /** {@return what looks at the pictures, one after the other, and then tells the shape} */
  Seen see() {
    return new Seen();
  }

  /** The sizes of pictures, which must be one unless the spec says which one they get. */
  final class Seen {
    private Pictures.Size first;
    private String firstName;

    private Seen() {}

    /**
     * Looks at a picture.
     *
     * @throws SpecException if it has another size than those before, and none is said
     */
    void add(String name, Pictures.Size own) {
      if (first == null) {
        first = own;
        firstName = name;
      } else if (size.isEmpty() && !own.equals(first)) {
        throw new SpecException(
            "/data/size",
            "expected the height and width that pictures get, since they differ: '%s' has %d x %d and '%s' %d x %d"
                .formatted(
                    firstName, first.width(), first.height(), name, own.width(), own.height()));
      }
    }

    /** {@return the shape of an example; one picture was seen, or more} */
    Shape shape() {
      if (size.isEmpty() && Math.max(first.width(), first.height()) > MOST_SIDE) {
        throw new SpecException("/data/size", "expected a size for pictures as large as these");
      }
      return size.map(sides -> Shape.of(channels, sides.height(), sides.width()))
          .orElse(Shape.of(channels, first.height(), first.width()));
    }
  }
}
