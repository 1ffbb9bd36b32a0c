package dev.fathom.nn;

/** A layer that takes images, {@code [channels, height, width]}, and never sequences. */
public interface ImageLayer extends Layer {
  @Override
  default Takes takes() {
    return Takes.IMAGE;
  }
}
