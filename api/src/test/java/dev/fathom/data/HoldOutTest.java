package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldOutTest {
  private static int[] rows(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static Set<Integer> groups(int[] groupOf, int[] rows) {
    Set<Integer> groups = new HashSet<>();
    Arrays.stream(rows).forEach(row -> groups.add(groupOf[row]));
    return groups;
  }

  private static int[] without(int[] rows, int[] held) {
    return Arrays.stream(rows).filter(row -> Arrays.binarySearch(held, row) < 0).toArray();
  }

  /** Groups of odd sizes, whose members are more of one class than of the others. */
  @ParameterizedTest
  @CsvSource({
    "1000, 120, 2, 0.2",
    "997, 53, 3, 0.1",
    "5000, 900, 7, 0.33",
    "301, 12, 2, 0.5",
    "211, 40, 1, 0.25",
    "1003, 80, 4, 0.75"
  })
  void noGroupIsOnBothSidesAndTheSharesAreNear(int count, int groups, int classes, double share) {
    Random random = new Random(count);
    int[] groupOf = new int[count];
    int[] classOf = new int[count];
    for (int row = 0; row < count; row++) {
      groupOf[row] = (int) (groups * Math.pow(random.nextDouble(), 1.5));
      classOf[row] = random.nextInt(3) == 0 ? groupOf[row] % classes : random.nextInt(classes);
    }
    HoldOut rule = HoldOut.grouped(groupOf, classOf);
    int[] held = rule.held(rows(count), share, 1);
    int[] learned = without(rows(count), held);
    Set<Integer> both = groups(groupOf, held);
    both.retainAll(groups(groupOf, learned));
    assertEquals(Set.of(), both);
    assertEquals(share, held.length / (double) count, 0.02);
    for (int c = 0; c < classes; c++) {
      int number = c;
      double all = Arrays.stream(classOf).filter(each -> each == number).count();
      double own = Arrays.stream(held).filter(row -> classOf[row] == number).count();
      assertEquals(share, own / all, 0.06, "class " + c);
    }
    assertArrayEquals(held, rule.held(rows(count), share, 1));
    assertFalse(Arrays.equals(held, rule.held(rows(count), share, 2)));
  }

  /** As it always was: a resumed training has the same split. */
  @Test
  void aShareOfEachClassIsChosenByShuffling() {
    int[] classOf = new Random(3).ints(211, 0, 4).toArray();
    int[] rows = Arrays.stream(rows(211)).filter(row -> row % 5 > 0).toArray();
    Set<Integer> expected = new TreeSet<>();
    for (int c = 0; c < 4; c++) {
      int number = c;
      int[] own = Arrays.stream(rows).filter(row -> classOf[row] == number).toArray();
      int[] order = Shuffle.order(own.length, 42, c);
      for (int i = 0; i < Math.round(own.length * 0.3); i++) {
        expected.add(own[order[i]]);
      }
    }
    int[] held = HoldOut.stratified(classOf).held(rows, 0.3, 42);
    assertArrayEquals(expected.stream().mapToInt(Integer::intValue).toArray(), held);
    int[] first = Arrays.copyOf(Shuffle.order(10, 7, 0), 3);
    Arrays.sort(first);
    assertArrayEquals(first, HoldOut.random().held(rows(10), 0.3, 7));
    assertEquals(0, HoldOut.random().held(rows(1), 0.9, 7).length, "one stays");
  }

  @Test
  void aClassInOneGroupIsLearned() {
    int[] groupOf = {0, 0, 1, 1, 2, 2, 3, 3};
    int[] classOf = {2, 2, 0, 1, 0, 1, 0, 1};
    for (long seed = 0; seed < 20; seed++) {
      int[] held = HoldOut.grouped(groupOf, classOf).held(rows(8), 0.75, seed);
      assertTrue(Arrays.binarySearch(held, 0) < 0, "the only group of class 2");
      assertEquals(4, held.length, "and one group of the others");
    }
    int[] own = {0, 0, 1, 1, 2, 2, 3, 3};
    assertEquals(0, HoldOut.grouped(groupOf, own).held(rows(8), 0.5, 1).length);
  }

  @Test
  void groupsAreTwoOrMoreAndOneIsHeldAtLeast() {
    int[] two = {5, 5, 5, 5, 5, 5, 5, 5, 5, 9};
    assertArrayEquals(new int[] {9}, HoldOut.grouped(two, new int[10]).held(rows(10), 0.4, 1));
    int[] halves = {1, 1, 1, 1, 1, 2, 2, 2, 2, 2};
    assertEquals(5, HoldOut.grouped(halves, new int[10]).held(rows(10), 0.01, 1).length);
    assertEquals(5, HoldOut.grouped(halves, new int[10]).held(rows(10), 0.99, 1).length);
    assertEquals(0, HoldOut.grouped(halves, new int[10]).held(rows(10), 0, 1).length);
    HoldOut one = HoldOut.grouped(new int[10], new int[10]);
    assertEquals(
        "[split] expected rows of two groups or more but all 10 are of one",
        assertThrows(DataException.class, () -> one.held(rows(10), 0.5, 1)).getMessage());
  }

  @Test
  void theLastAreThoseOfTheGreatestTimes() {
    double[] timeOf = {5, 1, 4, 2, 3, 9, 8, 7, 6, 0};
    assertArrayEquals(new int[] {5, 6}, HoldOut.last(timeOf).held(rows(10), 0.2, 1));
    assertArrayEquals(new int[] {5}, HoldOut.last(timeOf).held(new int[] {1, 3, 5}, 0.3, 1));
    assertEquals(0, HoldOut.last(timeOf).held(rows(10), 0.04, 1).length);
  }

  /** A day is not learned and held back. */
  @ParameterizedTest
  @CsvSource({"0.5, 5", "0.4, 5", "0.3, 2", "0.1, 2", "0.9, 7", "0.99, 7"})
  void rowsOfOneTimeStayTogether(double share, int count) {
    double[] timeOf = {1, 1, 1, 2, 2, 3, 3, 3, 4, 4};
    int[] held = HoldOut.last(timeOf).held(rows(10), share, 1);
    assertArrayEquals(IntStream.range(10 - count, 10).toArray(), held);
  }

  @Test
  void rowsOfOneTimeAloneAreRefused() {
    HoldOut one = HoldOut.last(new double[10]);
    assertEquals(
        "[split] expected rows of two times or more but all 10 are of one",
        assertThrows(DataException.class, () -> one.held(rows(10), 0.5, 1)).getMessage());
    assertEquals(0, one.held(rows(1), 0.5, 1).length);
    assertEquals(0, one.held(rows(0), 0.5, 1).length);
  }

  /** 100,000 groups among a million rows, in a moment. */
  @Test
  void manyGroupsTakeAMoment() {
    int count = 1_000_000;
    Random random = new Random(1);
    int[] groupOf = random.ints(count, 0, 100_000).toArray();
    int[] classOf = random.ints(count, 0, 100).toArray();
    long begin = System.nanoTime();
    int[] held = HoldOut.grouped(groupOf, classOf).held(rows(count), 0.2, 1);
    assertEquals(0.2, held.length / (double) count, 0.001);
    assertTrue(System.nanoTime() - begin < 60_000_000_000L);
  }
}
