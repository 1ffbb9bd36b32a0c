package dev.fathom.service.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * An axis that begins and ends with a tick.
 *
 * @param step from one tick to the next, 1, 2 or 5 times a power of ten
 */
record Axis(double low, double high, double step) {

  /** {@return an axis from {@code low} or less to {@code high} or more, of about so many steps} */
  static Axis of(double low, double high, int steps) {
    double step = step((high - low) / steps);
    double first = Math.floor(low / step);
    return new Axis(first * step, Math.max(Math.ceil(high / step), first + 1) * step, step);
  }

  /** {@return a distance of ticks, 1, 2 or 5 times a power of ten, not below {@code least}} */
  static double step(double least) {
    if (!(least > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    return List.of(1, 2, 5, 10).stream()
        .mapToDouble(times -> times * power)
        .filter(step -> step >= least)
        .findFirst()
        .orElse(10 * power);
  }

  double[] ticks() {
    return LongStream.rangeClosed(Math.round(low / step), Math.round(high / step))
        .mapToDouble(tick -> tick * step)
        .toArray();
  }

  /** {@return a tick's value, with as many digits as the step has} */
  String label(double tick) {
    int places = (int) Math.clamp(-Math.floor(Math.log10(step)), 0, 6);
    return String.format(Locale.ROOT, "%." + places + "f", tick + 0.0);
  }

  /** {@return where a value is between two pixels, those of the ends of the axis} */
  double place(double value, double from, double to) {
    return from + (value - low) * (to - from) / (high - low);
  }
}
