package dev.fathom.image;

import java.util.Arrays;

/**
 * Resizes pictures as Pillow and torchvision do, to the same pixels: first along rows, then along
 * columns, each with weights of 22 bits. Where a picture becomes smaller the filter is as much
 * wider, so that every pixel counts.
 */
final class Resampling {
  private static final int BITS = 22;

  /** For each pixel of the result where its first weight applies, and the weights. */
  private final int[] first;

  private final int[][] weights;

  private Resampling(int from, int to, Interpolation interpolation) {
    double scale = (double) from / to;
    double wide = Math.max(scale, 1);
    double reach = interpolation.reach() * wide;
    first = new int[to];
    weights = new int[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int start = Math.max((int) (centre - reach + 0.5), 0);
      int end = Math.min((int) (centre + reach + 0.5), from);
      double[] exact = new double[end - start];
      double sum = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = interpolation.weight((j + start - centre + 0.5) / wide);
        sum += exact[j];
      }
      first[i] = start;
      weights[i] = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        double weight = sum == 0 ? exact[j] : exact[j] / sum;
        weights[i][j] = (int) (weight * (1 << BITS) + (weight < 0 ? -0.5 : 0.5));
      }
    }
  }

  /** {@return the picture at another size} */
  static Picture resized(Picture picture, int width, int height, Interpolation interpolation) {
    Picture result = picture;
    if (width != result.width()) {
      result = new Resampling(result.width(), width, interpolation).rows(result);
    }
    if (height != result.height()) {
      result = new Resampling(result.height(), height, interpolation).columns(result);
    }
    return result;
  }

  private Picture rows(Picture picture) {
    int width = first.length;
    int channels = picture.channels();
    byte[] from = picture.pixels();
    byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(width, picture.height()), channels)];
    for (int y = 0, at = 0; y < picture.height(); y++) {
      int row = y * picture.width() * channels;
      for (int x = 0; x < width; x++) {
        int[] own = weights[x];
        int start = row + first[x] * channels;
        for (int c = 0; c < channels; c++) {
          int sum = 1 << BITS - 1;
          for (int i = 0, pixel = start + c; i < own.length; i++, pixel += channels) {
            sum += (from[pixel] & 0xff) * own[i];
          }
          to[at++] = (byte) Math.clamp(sum >> BITS, 0, 255);
        }
      }
    }
    return new Picture(width, picture.height(), channels, to);
  }

  private Picture columns(Picture picture) {
    int height = first.length;
    int stride = picture.width() * picture.channels();
    byte[] from = picture.pixels();
    byte[] to = new byte[Math.multiplyExact(height, stride)];
    int[] sums = new int[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 1 << BITS - 1);
      for (int i = 0; i < weights[y].length; i++) {
        int weight = weights[y][i];
        int row = (first[y] + i) * stride;
        for (int x = 0; x < stride; x++) {
          sums[x] += (from[row + x] & 0xff) * weight;
        }
      }
      for (int x = 0; x < stride; x++) {
        to[y * stride + x] = (byte) Math.clamp(sums[x] >> BITS, 0, 255);
      }
    }
    return new Picture(picture.width(), height, picture.channels(), to);
  }
}
