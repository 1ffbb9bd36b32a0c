package dev.fathom.service.cli;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The files whose vectors have the greatest cosine with one vector; of those with the same, the
 * first by name. For one thread.
 */
final class Neighbours {

  /** The worst first. */
  private static final Comparator<Neighbour> ORDER =
      Comparator.comparingDouble(Neighbour::cosine)
          .thenComparing(Neighbour::file, Comparator.reverseOrder());

  private final float[] vector;
  private final int most;
  private final PriorityQueue<Neighbour> kept = new PriorityQueue<>(ORDER);

  /** A file and the cosine of the angle between its vector and the one. */
  record Neighbour(Path file, double cosine) {}

  /**
   * @param most that are kept
   */
  Neighbours(float[] vector, int most) {
    this.vector = vector;
    this.most = most;
  }

  /** Looks at one more. */
  void offer(Path file, float... other) {
    kept.add(new Neighbour(file, cosine(vector, other)));
    if (kept.size() > most) {
      kept.remove();
    }
  }

  /** {@return those with the greatest cosine, the greatest first} */
  List<Neighbour> best() {
    return kept.stream().sorted(ORDER.reversed()).toList();
  }

  /** {@return -1 to 1; 0 if one is all zeros, which has no direction} */
  private static double cosine(float[] a, float... b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    double lengths = Math.sqrt(squaresA) * Math.sqrt(squaresB);
    return lengths == 0 ? 0 : Math.clamp(dot / lengths, -1, 1);
  }
}
