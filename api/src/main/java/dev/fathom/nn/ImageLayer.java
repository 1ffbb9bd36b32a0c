package dev.fathom.nn;

/** A layer that takes images, {@code [channels, height, width]}, and never sequences. */
public interface ImageLayer extends Layer {
  @Override
  default boolean image() {
    return true;
  }
}
