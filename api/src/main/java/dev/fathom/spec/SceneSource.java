package dev.fathom.spec;

import dev.fathom.image.Framing;
import dev.fathom.spi.Shape;
import java.util.Optional;

/** Pictures in which places are learned: what formats of them have in common. */
interface SceneSource extends Source {
  /** {@return which pictures, and what the network gets of them} */
  SceneFiles scenes();

  @Override
  default Optional<String> dataset() {
    return scenes().dataset();
  }

  @Override
  default String input() {
    return "image";
  }

  @Override
  default double scale() {
    return 1 / 255.0;
  }

  @Override
  default boolean hasPictures() {
    return true;
  }

  @Override
  default boolean hasPlaces() {
    return true;
  }

  @Override
  default Optional<String> learned() {
    return Optional.of(scenes().train());
  }

  @Override
  default Optional<String> tested() {
    return scenes().test();
  }

  @Override
  default Optional<Framing> pictures(Shape raw) {
    return Optional.of(scenes().framing(raw));
  }
}
