package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BatchesTest {
  @Test
  void padsTheLastBatch() {
    Dataset dataset = DatasetTest.numbers(5, 2);
    try (Batches batches =
        Batches.of(dataset, 3)
            .floats("x", Normalisation.of(1, -1, 0.5))
            .ints("x")
            .until(1)
            .open()) {
      assertEquals(2, batches.perEpoch());
      Batch first = batches.next();
      assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, first.ints(1));
      assertArrayEquals(new float[] {2, 4, 6, 8, 10, 12}, first.floats(0));
      assertArrayEquals(new float[] {1, 1, 1}, first.mask());
      assertFalse(first.last());
      Batch second = batches.next();
      assertEquals(2, second.count());
      assertEquals(1, second.index());
      assertTrue(second.last());
      assertArrayEquals(new int[] {6, 7, 8, 9, 0, 0}, second.ints(1));
      assertArrayEquals(new float[] {14, 16, 18, 20, 0, 0}, second.floats(0));
      assertArrayEquals(new float[] {1, 1, 0}, second.mask());
      assertSame(second.ints(1), second.segment(1).heapBase().orElseThrow());
      assertFalse(batches.hasNext());
      assertThrows(NoSuchElementException.class, batches::next);
    }
  }

  @Test
  void goesOnFromWhereItWas() {
    List<String> whole = collect(0, 0, 4);
    assertEquals(4 * 7, whole.size());
    assertEquals(whole.subList(2 * 7 + 3, whole.size()), collect(2, 3, 4));
    // Every epoch has every example once, in its own order.
    assertFalse(whole.get(0).equals(whole.get(7).replace("1/0", "0/0")));
    Set<Integer> seen = new HashSet<>();
    for (String batch : whole.subList(7, 14)) {
      for (String value : batch.substring(batch.indexOf(' ') + 1).split(",")) {
        assertTrue(seen.add(Integer.valueOf(value)));
      }
    }
    assertEquals(20, seen.size());
  }

  private static List<String> collect(long epoch, int index, long until) {
    List<String> found = new ArrayList<>();
    try (Batches batches =
        Batches.of(DatasetTest.numbers(20, 1), 3)
            .ints("x")
            .shuffled(11)
            .from(epoch, index)
            .until(until)
            .open()) {
      while (batches.hasNext()) {
        assertEquals(found.size() + epoch * 7 + index, batches.epoch() * 7 + batches.index());
        Batch batch = batches.next();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < batch.count(); i++) {
          text.append(i == 0 ? "" : ",").append(batch.ints(0)[i]);
        }
        found.add(batch.epoch() + "/" + batch.index() + " " + text);
      }
    }
    return found;
  }

  @Test
  void reusesItsBuffers() {
    Set<int[]> arrays = new HashSet<>();
    try (Batches batches = Batches.of(DatasetTest.numbers(100, 1), 1).ints("x").open()) {
      for (int i = 0; i < 1000; i++) {
        arrays.add(batches.next().ints(0));
      }
    }
    assertTrue(arrays.size() <= 3);
  }

  @Test
  void bringsErrorsWithTheirPlace() {
    Dataset failing =
        new Dataset() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public int size() {
            return 10;
          }

          @Override
          public List<Column> columns() {
            return List.of(new Column("x", DType.F32, Shape.SCALAR, List.of()));
          }

          @Override
          public void read(int column, int row, float[] target, int offset) {
            if (row == 7) {
              throw new IllegalStateException("disk gone");
            }
          }

          @Override
          public void read(int column, int row, int[] target, int offset) {
            throw new AssertionError();
          }
        };
    try (Batches batches = Batches.of(failing, 2).floats("x", Normalisation.NONE).open()) {
      for (int i = 0; i < 3; i++) {
        assertEquals(i, batches.next().index());
      }
      DataException first = assertThrows(DataException.class, batches::next);
      assertEquals(
          "[batches] epoch 0, batch 3, column 'x', example 7 of dataset 'broken': disk gone",
          first.getMessage());
      assertSame(first, assertThrows(DataException.class, batches::next));
    }
  }

  /** An error is no exception, and whoever waits for the batch must not wait for ever. */
  @Test
  @Timeout(30)
  void bringsErrorsOfTheVirtualMachine() {
    Dataset numbers = DatasetTest.numbers(10, 1);
    Dataset failing =
        new Dataset() {
          @Override
          public String name() {
            return "large";
          }

          @Override
          public int size() {
            return 10;
          }

          @Override
          public List<Column> columns() {
            return numbers.columns();
          }

          @Override
          public void read(int column, int row, float[] target, int offset) {
            throw new OutOfMemoryError("no heap");
          }

          @Override
          public void read(int column, int row, int[] target, int offset) {
            throw new OutOfMemoryError("no heap");
          }
        };
    try (Batches batches = Batches.of(failing, 2).ints("x").open()) {
      DataException first = assertThrows(DataException.class, batches::next);
      assertTrue(first.getMessage().contains("no heap"), first.getMessage());
      assertSame(first, assertThrows(DataException.class, batches::next));
    }
  }

  @Test
  void endsItsThread() {
    Batches batches = Batches.of(DatasetTest.numbers(100, 1), 7).ints("x").open();
    batches.next();
    batches.close();
    batches.close();
    assertThrows(IllegalStateException.class, batches::next);
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(t -> t.getName().equals("fathom-batches-numbers") && t.isAlive()));
  }

  @Test
  void canBeInterrupted() {
    try (Batches batches = Batches.of(DatasetTest.numbers(100, 1), 7).ints("x").open()) {
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, batches::next);
      assertTrue(Thread.interrupted());
      assertEquals(0, batches.next().index());
    }
  }

  @Test
  void refusesWhatCannotBe() {
    Dataset dataset = DatasetTest.numbers(5, 1);
    assertThrows(DataException.class, () -> Batches.of(dataset, 0));
    assertThrows(DataException.class, () -> Batches.of(dataset, 2).from(0, 3));
    assertThrows(DataException.class, () -> Batches.of(dataset, 2).ints("y"));
    try (Batches none = Batches.of(dataset.select("none"), 2).ints("x").open()) {
      assertFalse(none.hasNext());
    }
  }

  @Test
  void seesTheSameFromEveryThread() {
    int[] once = Shuffle.order(60_000, 3, 5);
    assertArrayEquals(
        java.util.stream.IntStream.range(0, 60_000).toArray(),
        Arrays.stream(once).sorted().toArray());
  }
}
