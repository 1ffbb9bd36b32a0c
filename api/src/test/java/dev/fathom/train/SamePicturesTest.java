package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fathom.data.ArrayDataset;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.spi.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SamePicturesTest {
  private static final List<String> LABELS = List.of("a", "b", "c");

  /** Pictures of two bytes: the number and a zero. */
  private static Dataset examples(int[] numbers, int... labels) {
    byte[] pixels = new byte[2 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      pixels[2 * i] = (byte) numbers[i];
    }
    return ArrayDataset.named("x")
        .unsignedBytes("image", Shape.of(1, 2), pixels)
        .classes("label", LABELS, labels)
        .build();
  }

  private static List<String> notes(Dataset train, Dataset validation, Dataset test) {
    Column target = train.columns().get(1);
    return SamePictures.notes(
        train.columns().getFirst(),
        Optional.of(target),
        new Split(train, validation),
        Optional.ofNullable(test));
  }

  @Test
  void eachPartIsCounted() {
    Dataset train = examples(new int[] {1, 2, 3, 3, 200}, 0, 0, 1, 2, 0);
    Dataset validation = examples(new int[] {2, 9, 1, 1}, 0, 0, 0, 0);
    Dataset test = examples(new int[] {9, 200}, 1, 1);
    assertEquals(
        List.of(
            "3 of the 4 pictures to validate with are learned from too: of other pictures they tell nothing",
            "1 of the 2 pictures to test on is learned from too: of other pictures it tells nothing",
            "3 pictures are there with two classes or more, the first as 'b' and as 'c'"),
        notes(train, validation, test));
    assertEquals(
        List.of("1 picture is there with two classes or more, the first as 'b' and as 'c'"),
        notes(train, examples(new int[0]), null));
  }

  @Test
  void ofOtherDataNothingIsSaid() {
    Dataset train = examples(new int[] {1, 2, 1}, 0, 1, 0);
    assertEquals(List.of(), notes(train, examples(new int[0]), examples(new int[] {3}, 0)));
    assertEquals(List.of(), notes(examples(new int[0]), train, train), "nothing is learned");
    Dataset numbers =
        ArrayDataset.named("x")
            .floats("image", Shape.of(1), 1, 1)
            .classes("label", LABELS, 0, 1)
            .build();
    assertEquals(List.of(), notes(numbers, numbers, numbers));
    Dataset values =
        ArrayDataset.named("x")
            .unsignedBytes("image", Shape.of(2), (byte) 1, (byte) 1)
            .floats("label", Shape.SCALAR, 7)
            .build();
    assertEquals(
        List.of(
            "1 of the 1 pictures to validate with is learned from too: of other pictures it tells nothing",
            "1 of the 1 pictures to test on is learned from too: of other pictures it tells nothing"),
        notes(values, values, values),
        "numbers are no classes");
  }

  @Test
  void manyArePutIntoTheTable() {
    int count = 3000;
    byte[] pixels = new byte[2 * count];
    for (int i = 0; i < count; i++) {
      pixels[2 * i] = (byte) i;
      pixels[2 * i + 1] = (byte) (i >> 8);
    }
    Dataset train =
        ArrayDataset.named("x")
            .unsignedBytes("image", Shape.of(1, 2), pixels)
            .classes("label", LABELS, new int[count])
            .build();
    int[] half = new int[count / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = 2 * i;
    }
    assertEquals(
        List.of(
            "1,500 of the 1,500 pictures to test on are learned from too: of other pictures they tell nothing"),
        notes(train, examples(new int[0]), train.select("half", half)));
  }
}
