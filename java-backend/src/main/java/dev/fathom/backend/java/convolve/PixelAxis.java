package dev.fathom.backend.java.convolve;

import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * One spatial axis of a depthwise convolution that reads its source with zeros around: tap k of the
 * result at position q is element {@code q * step + shift}.
 *
 * @param lead zeros in front
 * @param first the source's element behind them
 * @param count elements of the source
 * @param reach the largest shift of any tap
 * @param step from what a result reads to what the next one does
 * @param residues results that share their taps; their phase is 0
 * @param resultStep from a result of a residue to the next one
 */
record PixelAxis(
    int lead,
    int first,
    int count,
    int reach,
    int step,
    List<ConvolveAxis.Residue> residues,
    int resultStep) {

  /**
   * {@return the axis along which a source of so many elements is read for so many results}
   *
   * @param isInput whether the results are the gradient with respect to the input
   */
  static PixelAxis of(boolean isInput, Window window, int from, int to) {
    int stride = (int) window.stride();
    if (isInput) {
      ConvolveAxis axis = ConvolveAxis.input(window, to, from);
      if (axis.phases().isEmpty()) {
        return new PixelAxis(0, 0, 0, 0, 1, axis.residues(), stride);
      }
      ConvolveAxis.Phase phase = axis.phases().getFirst();
      return new PixelAxis(
          phase.lead(), phase.first(), phase.count(), axis.reach(), 1, axis.residues(), stride);
    }
    List<ConvolveAxis.Tap> taps = new ArrayList<>();
    for (int k = 0; k < window.size(); k++) {
      taps.add(new ConvolveAxis.Tap(k, 0, k * (int) window.dilation()));
    }
    int reach = (int) window.extent() - 1;
    int extent = Math.max(0, (to - 1) * stride + (int) window.extent());
    int lead = Math.min((int) window.padLow(), extent);
    int count = Math.min(from, extent - lead);
    return new PixelAxis(
        lead, 0, count, reach, stride, List.of(new ConvolveAxis.Residue(taps, to, 0, 1)), 1);
  }

  /** {@return positions: results of the residue that has most} */
  int positions() {
    return residues.stream().mapToInt(ConvolveAxis.Residue::count).max().orElse(0);
  }

  /** {@return how many elements so many positions read} */
  int read(int positions) {
    return Math.max(0, positions - 1) * step + reach + 1;
  }
}
