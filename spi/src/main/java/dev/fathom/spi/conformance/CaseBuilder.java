package dev.fathom.spi.conformance;

import dev.fathom.spi.DType;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.View;
import dev.fathom.spi.conformance.KernelCase.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a {@link KernelCase}. Each operand gets its own buffer; inputs are filled with numbers
 * drawn from the id, outputs with poison, unless said otherwise.
 */
final class CaseBuilder {
  private static final byte POISON = 0x5a;

  private final String id;
  private final KernelSpec spec;
  private final List<View> views;
  private final SplittableRandom random;
  private final List<HostArray> buffers = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private long[] scalars = {};
  private Tolerance tolerance = Tolerance.EXACT;

  CaseBuilder(String id, KernelSpec spec) {
    this.id = id;
    this.spec = spec;
    this.random = new SplittableRandom(id.hashCode());
    this.views = new ArrayList<>(spec.inputs());
    views.addAll(spec.outputs());
    for (int operand = 0; operand < views.size(); operand++) {
      View view = views.get(operand);
      long[] extent = extent(view);
      places.add(new Place(operand, -extent[0]));
      buffers.add(new HostArray(view.dtype(), extent[1] - extent[0]));
      if (operand < spec.inputs().size()) {
        drawn(operand);
      } else {
        buffers.get(operand).memory().fill(POISON);
      }
    }
  }

  /**
   * {@return the lowest element that a view reaches from its index 0, and the one behind the
   * highest}
   */
  private static long[] extent(View view) {
    if (view.shape().elements() == 0) {
      return new long[] {0, 0};
    }
    long low = 0;
    long high = 1;
    for (int axis = 0; axis < view.rank(); axis++) {
      long reach = view.stride(axis) * (view.size(axis) - 1);
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    return new long[] {low, high};
  }

  /** Fills an operand with the type's usual small numbers. */
  private CaseBuilder drawn(int operand) {
    return switch (views.get(operand).dtype()) {
      case F32, F64, BF16, F16 -> range(operand, -2, 2);
      case I32, I64 -> whole(operand, -9, 9);
      case I8 -> whole(operand, -128, 127);
      case U8 -> whole(operand, 0, 255);
      case BOOL -> whole(operand, 0, 1);
    };
  }

  /** Fills an operand with numbers from {@code low} to {@code high}. */
  CaseBuilder range(int operand, double low, double high) {
    HostArray buffer = buffer(operand);
    for (long i = 0; i < buffer.elements(); i++) {
      buffer.setNumber(i, low + (high - low) * random.nextDouble());
    }
    return this;
  }

  /** Fills an operand with whole numbers from {@code low} to {@code high}, both included. */
  CaseBuilder whole(int operand, long low, long high) {
    HostArray buffer = buffer(operand);
    for (long i = 0; i < buffer.elements(); i++) {
      buffer.setNumber(i, random.nextLong(low, high + 1));
    }
    return this;
  }

  /** Fills all operands that are read with small whole numbers, so that float sums are exact. */
  CaseBuilder whole() {
    for (int operand = 0; operand < spec.inputs().size(); operand++) {
      whole(operand, -4, 4);
    }
    return this;
  }

  /** Sets the elements of an operand in row-major order, starting again when at the end. */
  CaseBuilder data(int operand, double... numbers) {
    DType dtype = views.get(operand).dtype();
    long[] words = new long[numbers.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = dtype.isFloating() ? HostArray.real(numbers[i]) : (long) numbers[i];
    }
    return words(operand, words);
  }

  /** As {@link #data} for integers that f64 does not hold. */
  CaseBuilder words(int operand, long... words) {
    View view = views.get(operand);
    int[] at = {0};
    Strided.forEach(
        view.shape(),
        index ->
            buffer(operand)
                .setWord(
                    Strided.address(view, places.get(operand).offset(), index),
                    words[at[0]++ % words.length]));
    return this;
  }

  /** Fills an output with numbers that it already holds before the launch. */
  CaseBuilder keep(int output) {
    return drawn(spec.inputs().size() + output);
  }

  /** Fills an output with these numbers, which it already holds before the launch. */
  CaseBuilder keep(int output, double... numbers) {
    return data(spec.inputs().size() + output, numbers);
  }

  /** Puts output {@code output} where input {@code input} lies, so that it is computed in place. */
  CaseBuilder inPlace(int output, int input) {
    return alias(spec.inputs().size() + output, input);
  }

  /** Puts operand {@code operand} where {@code other} lies. */
  CaseBuilder alias(int operand, int other) {
    places.set(operand, places.get(other));
    return this;
  }

  /** Puts all operands, which have one type, into one buffer, one behind the other. */
  CaseBuilder oneBuffer() {
    long elements = buffers.stream().mapToLong(HostArray::elements).sum();
    HostArray joined = new HostArray(buffers.getFirst().dtype(), elements);
    long start = 0;
    for (int operand = 0; operand < places.size(); operand++) {
      HostArray own = buffers.get(operand);
      for (long i = 0; i < own.elements(); i++) {
        joined.setWord(start + i, own.word(i));
      }
      places.set(operand, new Place(0, places.get(operand).offset() + start));
      start += own.elements();
    }
    buffers.clear();
    buffers.add(joined);
    return this;
  }

  CaseBuilder scalars(long... bits) {
    scalars = bits;
    return this;
  }

  CaseBuilder within(double ulps, double absolute) {
    return within(new Tolerance(ulps, absolute));
  }

  CaseBuilder within(Tolerance allowed) {
    tolerance = allowed;
    return this;
  }

  KernelCase build() {
    return new KernelCase(id, spec, List.copyOf(buffers), List.copyOf(places), scalars, tolerance);
  }

  private HostArray buffer(int operand) {
    return buffers.get(places.get(operand).buffer());
  }
}
