package dev.fathom.backend.java.convolve;

import dev.fathom.spi.Convolve;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * One spatial axis of a convolution that reads a padded copy of its source. A strided source is
 * split into phases, so that the elements which one tap meets at consecutive positions lie side by
 * side: tap k of a result at position q is element {@code q + shift} of its phase.
 *
 * @param phases parts of the source that are copied
 * @param residues results that share their taps
 * @param pitch elements of a phase from one row (or image) to the next; the zeros in front of the
 *     next one serve as padding behind this one
 */
record ConvolveAxis(List<Phase> phases, List<Residue> residues, int pitch) {

  /**
   * Every {@code step}-th element of the source.
   *
   * @param lead zeros in front
   * @param first the source's element behind them
   * @param step distance of elements in the source
   * @param count elements of the source; zeros follow up to the pitch
   */
  record Phase(int lead, int first, int step, int count) {}

  /** Tap {@code index} of the kernel reads {@code phase} from {@code shift} on. */
  record Tap(int index, int phase, int shift) {}

  /**
   * Results {@code start, start + step, ...}, {@code count} of them.
   *
   * @param taps the taps that reach them
   */
  record Residue(List<Tap> taps, int count, int start, int step) {}

  /** {@return the window of the height, of one element where there is only a width} */
  static Window vertical(List<Window> windows) {
    return windows.size() == 1 ? new Window(1, 1, 0, 0, 1) : windows.getFirst();
  }

  /**
   * {@return the axis along which a source of so many elements is read for so many results}
   *
   * @param role OUTPUT or INPUT
   */
  static ConvolveAxis of(Convolve.Role role, Window window, long from, long to) {
    return role == Convolve.Role.OUTPUT ? output(window, from) : input(window, to, from);
  }

  /** {@return the axis for outputs of a window over {@code length} elements} */
  static ConvolveAxis output(Window window, long length) {
    int stride = (int) window.stride();
    int count = (int) window.outputs(length);
    List<Tap> taps = new ArrayList<>();
    for (int k = 0; k < window.size(); k++) {
      int at = k * (int) window.dilation();
      taps.add(new Tap(k, at % stride, at / stride));
    }
    return of(List.of(new Residue(taps, count, 0, 1)), (int) length, stride, (int) window.padLow());
  }

  /**
   * {@return the axis for the gradient with respect to {@code length} inputs, read from {@code
   * outputs}}
   */
  static ConvolveAxis input(Window window, long length, long outputs) {
    int stride = (int) window.stride();
    int dilation = (int) window.dilation();
    int farthest = ((int) window.size() - 1) * dilation / stride;
    List<Residue> residues = new ArrayList<>();
    for (int residue = 0; residue < stride; residue++) {
      // Input i is met by tap k of output q - k * dilation / stride where i + padLow = q * stride +
      // residue.
      int first = Math.max(0, Math.ceilDiv((int) window.padLow() - residue, stride));
      int start = first * stride + residue - (int) window.padLow();
      int count = Math.max(0, Math.ceilDiv((int) length - start, stride));
      List<Tap> taps = new ArrayList<>();
      for (int k = 0; k < window.size(); k++) {
        if (k * dilation % stride == residue) {
          taps.add(new Tap(k, 0, first + farthest - k * dilation / stride));
        }
      }
      residues.add(new Residue(taps, count, start, stride));
    }
    return of(residues, (int) outputs, 1, farthest);
  }

  private static ConvolveAxis of(List<Residue> residues, int length, int stride, int padLow) {
    List<Phase> phases = new ArrayList<>();
    int pitch = 1;
    for (Residue residue : residues) {
      pitch = Math.max(pitch, residue.count());
    }
    int[] compact = new int[stride];
    for (int phase = 0; phase < stride; phase++) {
      int needed = 0;
      for (Residue residue : residues) {
        for (Tap tap : residue.taps()) {
          if (tap.phase() == phase) {
            needed = Math.max(needed, tap.shift() + residue.count());
          }
        }
      }
      if (needed == 0) {
        continue;
      }
      int lead = Math.min(needed, Math.max(0, Math.ceilDiv(padLow - phase, stride)));
      int first = phase + stride * lead - padLow;
      int count = Math.min(needed - lead, Math.max(0, Math.ceilDiv(length - first, stride)));
      compact[phase] = phases.size();
      phases.add(new Phase(lead, first, stride, count));
      pitch = Math.max(pitch, Math.max(lead + count, needed - lead));
    }
    List<Residue> renumbered = new ArrayList<>();
    for (Residue residue : residues) {
      List<Tap> taps =
          residue.taps().stream()
              .map(tap -> new Tap(tap.index(), compact[tap.phase()], tap.shift()))
              .toList();
      renumbered.add(new Residue(taps, residue.count(), residue.start(), residue.step()));
    }
    return new ConvolveAxis(List.copyOf(phases), List.copyOf(renumbered), pitch);
  }

  /** {@return the largest shift of any tap} */
  int reach() {
    int reach = 0;
    for (Residue residue : residues) {
      for (Tap tap : residue.taps()) {
        reach = Math.max(reach, tap.shift());
      }
    }
    return reach;
  }
}
