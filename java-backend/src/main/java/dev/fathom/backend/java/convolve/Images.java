package dev.fathom.backend.java.convolve;

import dev.fathom.spi.View;

/**
 * A view of rank 4, {@code [batch, channels, height, width]}, or of rank 3 with a height of 1:
 * sizes and strides as array steps.
 */
record Images(
    int batch,
    int channels,
    int height,
    int width,
    int batchStride,
    int channelStride,
    int rowStride,
    int columnStride) {

  static Images of(View view) {
    boolean flat = view.rank() == 3;
    int last = view.rank() - 1;
    return new Images(
        (int) view.size(0),
        (int) view.size(1),
        flat ? 1 : (int) view.size(2),
        (int) view.size(last),
        (int) view.stride(0),
        (int) view.stride(1),
        flat ? 0 : (int) view.stride(2),
        (int) view.stride(last));
  }

  /** {@return whether the elements of a channel are the same distance apart, row after row} */
  boolean isEven() {
    return height == 1 || rowStride == width * columnStride;
  }

  /** {@return where an image's channel begins, from the first element} */
  int plane(int image, int channel) {
    return image * batchStride + channel * channelStride;
  }

  /** {@return whether a row lies side by side} */
  boolean hasRuns() {
    return columnStride == 1 || width == 1;
  }

  /** {@return whether all elements lie in row-major order without gaps} */
  boolean isContiguous() {
    return hasRuns()
        && (rowStride == width || height == 1)
        && (channelStride == height * width || channels == 1)
        && (batchStride == channels * height * width || batch == 1);
  }
}
