package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  @Test
  void holdsArrays() {
    Dataset xor =
        ArrayDataset.named("xor")
            .floats("x", Shape.of(2), 0, 0, 0, 1, 1, 0, 1, 1)
            .classes("label", List.of("same", "different"), 0, 1, 1, 0)
            .build();
    assertEquals(4, xor.size());
    assertEquals(2, xor.columns().get(xor.column("label")).classes());
    float[] x = new float[3];
    xor.read(0, 2, x, 1);
    assertArrayEquals(new float[] {0, 1, 0}, x);
    int[] label = new int[1];
    xor.read(1, 2, label, 0);
    assertEquals(1, label[0]);
    assertMessage("floats as integers", () -> xor.read(0, 0, new int[2], 0), "holds f32");
    assertMessage("no column", () -> xor.column("y"), "[x, label]");
    assertThrows(IndexOutOfBoundsException.class, () -> xor.read(0, 4, x, 0));
  }

  @Test
  void namesTheExampleThatIsNotFinite() {
    float[] values = new float[2 * 3 * 4];
    values[12 + 7] = Float.NaN;
    assertMessage(
        "NaN",
        () -> ArrayDataset.named("d").floats("x", Shape.of(3, 4), values),
        "example 1 of column 'x' in dataset 'd', position [1, 3]: expected a finite number but got"
            + " NaN");
    assertMessage(
        "infinity",
        () -> ArrayDataset.named("d").doubles("x", Shape.SCALAR, 1, 2, -1e300),
        "example 2 of column 'x' in dataset 'd', position []");
  }

  @Test
  void refusesWhatDoesNotFit() {
    ArrayDataset.Builder builder = ArrayDataset.named("d").ints("a", Shape.of(2), 1, 2, 3, 4);
    assertMessage("length", () -> builder.ints("b", Shape.of(3), 1, 2), "multiple of the 3 values");
    assertMessage("count", () -> builder.ints("b", Shape.of(2), 1, 2), "'a' has 2 and 'b' has 1");
    assertMessage("twice", () -> builder.ints("a", Shape.of(2), 1, 2, 3, 4), "came twice");
    assertMessage(
        "class",
        () -> builder.classes("c", List.of("x"), 0, -1),
        "example 1 of column 'c' in dataset 'd': expected a class 0 to 0 but got -1");
    assertMessage("empty", () -> ArrayDataset.named("e").build(), "at least one column");
    assertMessage("row", () -> builder.build().select("s", 0, 2), "rows 0 to 1");
  }

  @Test
  void selectsRows() {
    Dataset base = numbers(10, 1);
    Dataset some = base.select("some", 7, 3).select("one", 1);
    int[] value = new int[1];
    some.read(0, 0, value, 0);
    assertEquals(1, some.size());
    assertEquals(3, value[0]);
  }

  /** The order is part of a checkpoint's meaning: these figures must never change. */
  @Test
  void shufflesTheSameEverywhere() {
    assertArrayEquals(new int[] {1, 3, 0, 8, 7, 6, 9, 5, 4, 2}, Shuffle.order(10, 42, 0));
    assertArrayEquals(new int[] {2, 1, 6, 8, 0, 4, 5, 7, 9, 3}, Shuffle.order(10, 42, 1));
    assertArrayEquals(new int[0], Shuffle.order(0, 42, 1));
  }

  @Test
  void shufflesEvenly() {
    int[][] counts = new int[5][5];
    for (int epoch = 0; epoch < 20_000; epoch++) {
      int[] order = Shuffle.order(5, 7, epoch);
      for (int i = 0; i < 5; i++) {
        counts[i][order[i]]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(4000, count, 300); // five standard deviations
      }
    }
  }

  @Test
  void splitsEveryClassAlike() {
    int[] labels = IntStream.range(0, 100).map(i -> i < 70 ? 0 : i < 99 ? 1 : 2).toArray();
    Dataset dataset =
        ArrayDataset.named("d")
            .ints("row", Shape.SCALAR, IntStream.range(0, 100).toArray())
            .classes("label", List.of("a", "b", "c"), labels)
            .build();
    Split split = Split.stratified(dataset, "label", 0.2, 1);
    assertArrayEquals(new int[] {56, 23, 1}, classCounts(split.train()));
    assertArrayEquals(new int[] {14, 6, 0}, classCounts(split.validation()));
    Set<Integer> train = rows(split.train());
    Set<Integer> validation = rows(split.validation());
    assertEquals(80, train.size());
    assertEquals(20, validation.size());
    assertTrue(train.stream().noneMatch(validation::contains));
    assertEquals(validation, rows(Split.stratified(dataset, "label", 0.2, 1).validation()));
    assertFalse(validation.equals(rows(Split.stratified(dataset, "label", 0.2, 2).validation())));
    assertEquals(0, Split.stratified(dataset, "label", 0, 1).validation().size());
    assertMessage("not classes", () -> Split.stratified(dataset, "row", 0.2, 1), "no labels");
    assertMessage("fraction", () -> Split.random(dataset, 1, 1), "[0, 1) but got 1.0");
    assertEquals(30, Split.random(dataset, 0.3, 1).validation().size());
  }

  @Test
  void normalises() {
    Dataset dataset =
        ArrayDataset.named("d")
            .unsignedBytes("x", Shape.of(2, 2), new byte[] {0, 10, 5, 5, 20, 30, 5, 5})
            .build();
    float[] values = {0, 10, 5, 5, 20, 30, 5, 5};
    Normalisation perRow = Normalisation.fit(dataset, "x", 0.1, 0);
    assertEquals(List.of(1.5, 0.5), perRow.mean());
    assertEquals(Math.sqrt(1.25), perRow.deviation().get(0), 1e-12);
    assertEquals(1, perRow.deviation().get(1)); // constant values are left at 0
    perRow.apply(values, 2, Shape.of(2, 2));
    float unit = (float) (0.5 / Math.sqrt(1.25));
    assertArrayEquals(new float[] {-3 * unit, -unit, 0, 0, unit, 3 * unit, 0, 0}, values, 1e-6f);

    float[] pixels = {0, 255, 51};
    Normalisation.of(1 / 255.0, 0.2, 0.5).apply(pixels, 1, Shape.of(3));
    assertArrayEquals(new float[] {-0.4f, 1.6f, 0}, pixels, 1e-6f);

    assertMessage("zero", () -> Normalisation.of(1, 0, 0), "positive deviation");
    assertMessage("NaN", () -> Normalisation.scaled(Double.NaN), "finite scale");
    assertMessage(
        "shape", () -> perRow.apply(new float[9], 1, Shape.of(3, 3)), "2 positions on axis 0");
  }

  static Dataset numbers(int examples, int width) {
    return ArrayDataset.named("numbers")
        .ints("x", Shape.of(width), IntStream.range(0, examples * width).toArray())
        .build();
  }

  private static int[] classCounts(Dataset dataset) {
    int[] counts = new int[3];
    int[] label = new int[1];
    for (int row = 0; row < dataset.size(); row++) {
      dataset.read(1, row, label, 0);
      counts[label[0]]++;
    }
    return counts;
  }

  private static Set<Integer> rows(Dataset dataset) {
    int[] values = new int[dataset.size()];
    for (int row = 0; row < values.length; row++) {
      dataset.read(0, row, values, row);
    }
    return new HashSet<>(Arrays.stream(values).boxed().toList());
  }

  private static void assertMessage(String what, Runnable call, String part) {
    String message = assertThrows(DataException.class, call::run, what).getMessage();
    assertTrue(message.contains(part), message);
  }
}
