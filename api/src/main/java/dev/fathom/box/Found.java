package dev.fathom.box;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An object that a network found.
 *
 * @param label the number of its class
 * @param score 0 to 1
 */
public record Found(Box box, int label, double score) {
  /**
   * {@return the objects without those that are found twice, the best first} One goes where a
   * better one of its class overlaps it (non-maximum suppression).
   *
   * @param overlap the intersection over union above which two are the same
   * @param most that are kept
   */
  public static List<Found> distinct(List<Found> all, double overlap, int most) {
    List<Found> sorted = new ArrayList<>(all);
    // Stable: of equal scores the first stays first.
    sorted.sort(Comparator.comparingDouble(found -> -found.score));
    List<Found> kept = new ArrayList<>();
    for (Found found : sorted) {
      if (kept.size() == most) {
        break;
      }
      if (kept.stream()
          .noneMatch(
              better -> better.label == found.label && better.box.iou(found.box) > overlap)) {
        kept.add(found);
      }
    }
    return kept;
  }
}
