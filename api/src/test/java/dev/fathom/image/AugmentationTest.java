package dev.fathom.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Transform;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private static float[] numbered(int channels, int height, int width) {
    float[] values = new float[channels * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i * 7 % 250;
    }
    return values;
  }

  private static float[] apply(Augmentation augmentation, float[] values, int... shape) {
    float[] changed = values.clone();
    augmentation.apply(new Planes(changed, 0, shape[0], shape[1], shape[2]), RANDOM);
    return changed;
  }

  @Test
  void aCropIsTheFramedPictureAnywhere() {
    float[] values = numbered(3, 4, 5);
    Set<List<Integer>> seen = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      float[] changed = apply(new RandomCrop(2), values, 3, 4, 5);
      List<Integer> found = null;
      for (int down = -2; down <= 2; down++) {
        for (int right = -2; right <= 2; right++) {
          Planes before = new Planes(values, 0, 3, 4, 5);
          boolean same = true;
          for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 4; y++) {
              for (int x = 0; x < 5; x++) {
                same &= changed[(c * 4 + y) * 5 + x] == before.get(c, y + down, x + right);
              }
            }
          }
          found = same ? List.of(down, right) : found;
        }
      }
      assertTrue(found != null, Arrays.toString(changed));
      seen.add(found);
    }
    assertEquals(25, seen.size());
  }

  @Test
  void flips() {
    float[] values = {1, 2, 3, 4, 5, 6};
    assertArrayEquals(
        new float[] {3, 2, 1, 6, 5, 4}, apply(new RandomFlip(false, 1), values, 1, 2, 3));
    assertArrayEquals(
        new float[] {4, 5, 6, 1, 2, 3}, apply(new RandomFlip(true, 1), values, 1, 2, 3));
    assertArrayEquals(values, apply(new RandomFlip(true, 0), values, 1, 2, 3));
    int flipped = 0;
    for (int i = 0; i < 1000; i++) {
      flipped += apply(new RandomFlip(false, 0.5), values, 1, 2, 3)[0] == 3 ? 1 : 0;
    }
    assertTrue(flipped > 430 && flipped < 570, "flipped " + flipped);
  }

  /** Boxes and masks are where the pixels are, in every epoch. */
  @Test
  void placesMoveAlong() {
    int pictures = 5;
    byte[] pixels = new byte[pictures * 3 * 4];
    int[] mask = new int[pixels.length];
    float[] boxes = new float[pictures * 2 * 5];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 12);
      mask[i] = i % 12 - 1;
    }
    for (int i = 0; i < pictures; i++) {
      int x = i % 4;
      int y = i % 3;
      pixels[i * 12 + y * 4 + x] = 100;
      mask[i * 12 + y * 4 + x] = 99;
      float[] box = {x / 4f, y / 3f, (x + 1) / 4f, (y + 1) / 3f, 1, 0, 0, 0, 0, -1};
      System.arraycopy(box, 0, boxes, i * 10, 10);
    }
    Dataset scenes =
        ArrayDataset.named("scenes")
            .unsignedBytes("image", Shape.of(1, 3, 4), pixels)
            .ints("mask", Shape.of(3, 4), mask)
            .floats("boxes", Shape.of(2, 5), boxes)
            .build();
    List<SceneAugmentation> all =
        List.of(
            new RandomFlip(false, 0.5), new RandomColour(0, 0, 0, 0), new RandomFlip(true, 0.5));
    Set<Integer> seen = new HashSet<>();
    try (Batches batches =
        Batches.of(scenes, 3)
            .floats("image", Normalisation.NONE)
            .ids("mask", -1, 256)
            .floats("boxes", Normalisation.NONE)
            .transformed("image", Augmentation.transform(List.copyOf(all), Shape.of(1, 3, 4), 7))
            .transformed("mask", SceneAugmentation.places(all, scenes.columns().get(1), 7))
            .transformed("boxes", SceneAugmentation.places(all, scenes.columns().get(2), 7))
            .shuffled(3)
            .until(10)
            .open()) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        for (int row = 0; row < batch.count(); row++) {
          int marked = -1;
          for (int i = 0; i < 12; i++) {
            assertEquals(batch.floats(0)[row * 12 + i] - 1, batch.ints(1)[row * 12 + i]);
            marked = batch.floats(0)[row * 12 + i] == 100 ? i : marked;
          }
          seen.add(marked);
          float[] box = Arrays.copyOfRange(batch.floats(2), row * 10, row * 10 + 10);
          float x = marked % 4;
          float y = marked / 4;
          assertArrayEquals(
              new float[] {x / 4, y / 3, (x + 1) / 4, (y + 1) / 3, 1, 0, 0, 0, 0, -1}, box, 1e-6f);
        }
      }
    }
    assertTrue(seen.size() > 8, seen.toString());
  }

  @Test
  void aRotationTurnsAroundTheCentre() {
    float[] disc = new float[15 * 15];
    for (int i = 0; i < disc.length; i++) {
      disc[i] = (float) Math.max(0, 200 - 30 * Math.hypot(i % 15 - 7, i / 15 - 7));
    }
    for (int i = 0; i < 50; i++) {
      float[] turned = apply(new RandomRotation(180), disc, 1, 15, 15);
      for (int p = 0; p < disc.length; p++) {
        assertEquals(disc[p], turned[p], 12, "pixel " + p);
      }
    }
    float[] line = new float[15 * 15];
    Arrays.fill(line, 7 * 15, 8 * 15, 255);
    // By at most 15 degrees the ends of a lying line go up or down by at most 2 pixels.
    boolean moved = false;
    for (int i = 0; i < 50; i++) {
      float[] turned = apply(new RandomRotation(15), line, 1, 15, 15);
      assertEquals(255, turned[7 * 15 + 7], 1e-3);
      float end =
          turned[5 * 15] + turned[6 * 15] + turned[7 * 15] + turned[8 * 15] + turned[9 * 15];
      assertTrue(end > 100, "end " + end);
      moved |= turned[7 * 15 + 14] < 60;
    }
    assertTrue(moved);
  }

  @Test
  void coloursChangeWithinTheirRange() {
    float[] values = numbered(3, 4, 4);
    assertArrayEquals(values, apply(new RandomColour(0, 0, 0, 0), values, 3, 4, 4));
    for (int i = 0; i < 100; i++) {
      float[] bright = apply(new RandomColour(0.2, 0, 0, 0), values, 3, 4, 4);
      float factor = bright[0] / values[0];
      assertTrue(factor >= 0.8f && factor <= 1.2f, "factor " + factor);
      for (int p = 0; p < values.length; p++) {
        assertEquals(Math.min(255, factor * values[p]), bright[p], 0.01);
      }
      // A whole circle of the hue is none; half of it there and back, too.
      float[] hue = apply(new RandomColour(0, 0, 0, 0.5), values, 3, 4, 4);
      for (int p = 0; p < 16; p++) {
        assertEquals(
            Math.max(values[p], Math.max(values[16 + p], values[32 + p])),
            Math.max(hue[p], Math.max(hue[16 + p], hue[32 + p])),
            0.01);
      }
      float[] pale = apply(new RandomColour(0, 0, 1, 0), values, 3, 4, 4);
      float before = 0.299f * values[5] + 0.587f * values[21] + 0.114f * values[37];
      float after = 0.299f * pale[5] + 0.587f * pale[21] + 0.114f * pale[37];
      assertEquals(before, after, 40);
    }
    float[] red = new float[] {200, 0, 0};
    boolean green = false;
    for (int i = 0; i < 300; i++) {
      float[] turned = apply(new RandomColour(0, 0, 0, 0.5), red, 3, 1, 1);
      green |= turned[1] == 200 && turned[0] < 30 && turned[2] < 30;
    }
    assertTrue(green, "a third of a circle from red is green");
  }

  @Test
  void aRectangleIsErased() {
    float[] values = numbered(3, 20, 30);
    for (int i = 0; i < 100; i++) {
      float[] erased = apply(new RandomErasing(1, 0.1, 0.3), values, 3, 20, 30);
      int black = 0;
      int left = 30;
      int right = 0;
      int top = 20;
      int bottom = 0;
      for (int p = 0; p < 600; p++) {
        if (erased[p] == 0) {
          black++;
          left = Math.min(left, p % 30);
          right = Math.max(right, p % 30);
          top = Math.min(top, p / 30);
          bottom = Math.max(bottom, p / 30);
        } else {
          assertEquals(values[p], erased[p]);
        }
        assertEquals(erased[p] == 0, erased[600 + p] == 0);
      }
      assertEquals((right - left + 1) * (bottom - top + 1), black);
      assertTrue(black > 50 && black < 210, "erased " + black);
    }
    assertArrayEquals(values, apply(new RandomErasing(0, 0.1, 0.3), values, 3, 20, 30));
  }

  @Test
  void seedEpochAndRowDecide() {
    List<Augmentation> all =
        List.of(
            new RandomCrop(1),
            new RandomFlip(false, 0.5),
            new RandomRotation(20),
            new RandomColour(0.3, 0.3, 0.3, 0.1),
            new RandomErasing(0.5, 0.1, 0.3));
    Set<List<Float>> different = new HashSet<>();
    for (long seed = 0; seed < 3; seed++) {
      for (long epoch = 0; epoch < 3; epoch++) {
        for (int row = 0; row < 3; row++) {
          float[][] twice = new float[2][];
          for (int i = 0; i < 2; i++) {
            Transform transform = Augmentation.transform(all, Shape.of(3, 6, 6), seed);
            // Behind another example, which is left as it is.
            twice[i] = new float[2 + 108];
            System.arraycopy(numbered(3, 6, 6), 0, twice[i], 2, 108);
            transform.apply(twice[i], 2, epoch, row);
          }
          assertArrayEquals(twice[0], twice[1]);
          assertEquals(0, twice[0][0]);
          List<Float> values = new ArrayList<>();
          for (float value : twice[0]) {
            assertFalse(value < 0 || value > 255 || Float.isNaN(value));
            values.add(value);
          }
          different.add(values);
        }
      }
    }
    assertEquals(27, different.size());
  }
}
