package dev.fathom.service.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Collects rates. */
final class Rates {

  /**
   * The least number of rates for a median. So many are measured even if they take longer than the
   * time given.
   */
  private static final int LEAST = 5;

  private final DoubleStream.Builder rates = DoubleStream.builder();
  private int count;

  void add(double rate) {
    rates.add(rate);
    count++;
  }

  boolean enough() {
    return count >= LEAST;
  }

  double median() {
    return median(rates.build().toArray());
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * {@return the median of {@code work} per second}
   *
   * @param work number of units in one run
   */
  static double of(Runnable run, double work, double seconds) {
    var warmUp = new WarmUp();
    do {
      run.run();
    } while (!warmUp.isOver());
    var rates = new Rates();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end || !rates.enough()) {
      long start = System.nanoTime();
      run.run();
      rates.add(work * 1e9 / (System.nanoTime() - start));
    }
    return rates.median();
  }
}
