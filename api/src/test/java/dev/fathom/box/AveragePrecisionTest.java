package dev.fathom.box;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.box.AveragePrecision.Truth;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
  private static Box box(JsonNode entry, int first) {
    double x = entry.get(first).asDouble();
    double y = entry.get(first + 1).asDouble();
    return new Box(x, y, x + entry.get(first + 2).asDouble(), y + entry.get(first + 3).asDouble());
  }

  /** Forty pictures, in which boxes lie over each other and scores are equal. */
  @Test
  void isThatOfCocosTools() throws IOException {
    JsonNode json;
    try (InputStream in = getClass().getResourceAsStream("/coco/precision.json")) {
      json = new ObjectMapper().readTree(in);
    }
    AveragePrecision precision = new AveragePrecision(json.get("classes").asInt());
    for (int picture = 0; picture < json.get("pictures").asInt(); picture++) {
      List<Truth> there = new ArrayList<>();
      for (JsonNode truth : json.get("truths")) {
        if (truth.get(0).asInt() == picture) {
          there.add(new Truth(box(truth, 2), truth.get(1).asInt()));
        }
      }
      List<Found> found = new ArrayList<>();
      for (JsonNode each : json.get("found")) {
        if (each.get(0).asInt() == picture) {
          found.add(new Found(box(each, 3), each.get(1).asInt(), each.get(2).asDouble()));
        }
      }
      found.sort(Comparator.comparingDouble(each -> -each.score()));
      precision.add(there, found);
    }
    assertEquals(json.get("map50").asDouble(), precision.at50(), 1e-12);
    assertEquals(json.get("map").asDouble(), precision.mean(), 1e-12);
    for (int label = 0; label < 3; label++) {
      assertEquals(json.get("ap50").get(label).asDouble(), precision.at50(label), 1e-12);
    }
    assertTrue(json.get("ap50").get(3).isNull());
    assertEquals(Double.NaN, precision.at50(3), "nothing is there of the last class");
  }

  /**
   * Two boxes, three found: right, wrong, right. Precision is 1 to the recall 0.5, of 51 points,
   * and 2 of 3 behind it, of 50.
   */
  @Test
  void byHand() {
    Box one = new Box(0, 0, 10, 10);
    Box other = new Box(20, 20, 30, 30);
    AveragePrecision precision = new AveragePrecision(1);
    precision.add(
        List.of(new Truth(one, 0), new Truth(other, 0)),
        List.of(
            new Found(one, 0, 0.9),
            // The same again: a box is found once.
            new Found(new Box(0, 0, 10, 9), 0, 0.8),
            new Found(new Box(20, 20, 30, 26), 0, 0.7)));
    assertEquals((51 + 50 * 2 / 3.0) / 101, precision.at50(), 1e-12);
    // The last one overlaps by 0.6: at 0.65 and above half of the boxes are found.
    assertEquals((3 * (51 + 50 * 2 / 3.0) / 101 + 7 * 51 / 101.0) / 10, precision.mean(), 1e-12);
    assertEquals(Double.NaN, new AveragePrecision(2).at50());
    AveragePrecision none = new AveragePrecision(1);
    none.add(List.of(new Truth(one, 0)), List.of());
    assertEquals(0, none.at50());
  }

  @Test
  void whatIsFoundTwiceIsKeptOnce() {
    Box box = new Box(0, 0, 10, 10);
    Box near = new Box(1, 0, 11, 10);
    Box far = new Box(8, 0, 18, 10);
    assertEquals(90 / 110.0, box.iou(near), 1e-12);
    assertEquals(0, box.iou(new Box(10, 0, 20, 10)));
    List<Found> all =
        List.of(
            new Found(near, 0, 0.5),
            new Found(box, 0, 0.9),
            new Found(far, 0, 0.4),
            new Found(near, 1, 0.6),
            new Found(box, 1, 0.6));
    assertEquals(List.of(all.get(1), all.get(3), all.get(2)), Found.distinct(all, 0.5, 10));
    assertEquals(List.of(all.get(1), all.get(3)), Found.distinct(all, 0.5, 2));
    assertEquals(5, Found.distinct(all, 0.9, 10).size());
  }

  /** A map of two classes and 2 x 3 cells that says one box. */
  @Test
  void aMapTellsBoxes() {
    BoxMap map = new BoxMap(2, 2, 3);
    float[] values = new float[map.values() + 6];
    int cell = 4;
    values[6 + 6 + cell] = 100; // class 1, which is in front of the prior
    values[6 + 12 + cell] = 100; // it fits
    values[6 + 18 + cell] = 0.25f;
    values[6 + 24 + cell] = -0.5f;
    values[6 + 30 + cell] = (float) Math.log(1.5);
    values[6 + 36 + cell] = (float) Math.log(4);
    List<Found> found = map.found(values, 6, 0.5);
    assertEquals(1, found.size());
    assertEquals(1, found.getFirst().label());
    assertEquals(1, found.getFirst().score(), 1e-6);
    // The centre of the cell is 1.5, 1.5; beyond the edges nothing is.
    Box box = found.getFirst().box();
    assertEquals(1 / 3.0, box.left(), 1e-6);
    assertEquals(2.5 / 3, box.right(), 1e-6);
    assertEquals(0, box.top());
    assertEquals(1, box.bottom());
    // Nothing is known: a hundredth for the class, a half for the fit.
    assertEquals(12, map.found(new float[map.values()], 0, Math.sqrt(0.005) - 1e-6).size());
    assertEquals(0, map.found(new float[map.values()], 0, Math.sqrt(0.005) + 1e-6).size());
  }
}
