package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.spi.Binding;
import java.util.ArrayList;
import java.util.List;

/**
 * Zero-padded copies of the images of a channel, one plane for each pair of phases of both axes.
 *
 * @param phases of a channel
 * @param elements of a plane: one phase of all images that are copied together
 */
record SourcePlanes(ConvolveAxis rows, ConvolveAxis columns, List<Phases> phases, int elements) {

  /** One of the parts of a source channel. */
  record Phases(ConvolveAxis.Phase vertical, ConvolveAxis.Phase horizontal) {}

  /** {@return planes of so many images} */
  static SourcePlanes of(ConvolveAxis rows, ConvolveAxis columns, int images) {
    int end =
        Math.max(
            images * rows.pitch() * columns.pitch(),
            (images * rows.pitch() - 1 + rows.reach()) * columns.pitch() + columns.reach() + 1);
    // An odd number of 16-element lines keeps the planes from falling into the same sets of the
    // cache.
    int elements = Math.ceilDiv(end + columns.pitch(), 16) * 16 | 16;
    List<Phases> phases = new ArrayList<>();
    rows.phases().forEach(v -> columns.phases().forEach(h -> phases.add(new Phases(v, h))));
    return new SourcePlanes(rows, columns, List.copyOf(phases), elements);
  }

  /**
   * {@return where the elements begin that two taps are multiplied with, from the first plane's}
   */
  int at(ConvolveAxis.Tap vertical, ConvolveAxis.Tap horizontal) {
    int phase = vertical.phase() * columns.phases().size() + horizontal.phase();
    return phase * elements + vertical.shift() * columns.pitch() + horizontal.shift();
  }

  /** Copies a channel of some images to planes one behind the other. */
  void copy(
      Binding from,
      Images source,
      SourceRows sourceRows,
      int firstImage,
      int imageCount,
      int channel,
      Object scratch,
      int to) {
    Object array = JavaBuffer.array(from);
    int pitch = columns.pitch();
    int begin = to;
    for (int i = 0; i < phases.size(); i++) {
      ConvolveAxis.Phase vertical = phases.get(i).vertical();
      ConvolveAxis.Phase horizontal = phases.get(i).horizontal();
      int at = begin;
      for (int image = 0; image < imageCount; image++) {
        int plane = JavaBuffer.offset(from) + source.plane(firstImage + image, channel);
        int lead = vertical.lead() * pitch + horizontal.lead();
        Elements.zero(scratch, at, 1, lead);
        int first =
            plane
                + vertical.first() * source.rowStride()
                + horizontal.first() * source.columnStride();
        int step = horizontal.step() * source.columnStride();
        int rowStep = vertical.step() * source.rowStride();
        int data = at + lead;
        sourceRows.copy(
            array,
            first,
            rowStep,
            step,
            vertical.count(),
            horizontal.count(),
            scratch,
            data,
            pitch);
        int end = data + vertical.count() * pitch;
        at += rows.pitch() * pitch;
        Elements.zero(scratch, end, 1, Math.max(0, at - end));
      }
      Elements.zero(scratch, at, 1, begin + elements - at);
      begin += elements;
    }
  }
}
