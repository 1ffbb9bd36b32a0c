import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes train.csv and test.csv, {@code sequence,answer}: associative recall over a long distance.
 *
 * <p>Usage: java Recall.java TRAIN LENGTH TEST TEST_LENGTH, with numbers of sequences and their
 * lengths in characters.
 *
 * <p>A sequence has {@value #PAIRS} pairs of a key, {@code a} to {@code h}, all different, and its
 * value, {@code 0} to {@code 7}, anywhere among noise, {@code A} to {@code P}. It ends in {@code ?}
 * and one of the keys; the answer is the value of that key. Who guesses is right once in {@value
 * #VALUES} times.
 */
final class Recall {
  private static final int PAIRS = 4;
  private static final int KEYS = 8;
  private static final int VALUES = 8;
  private static final int NOISE = 16;

  private Recall() {}

  public static void main(String[] arguments) throws IOException {
    write("train.csv", number(arguments[0]), number(arguments[1]), new SplittableRandom(1));
    write("test.csv", number(arguments[2]), number(arguments[3]), new SplittableRandom(2));
  }

  private static int number(String argument) {
    return Integer.parseInt(argument);
  }

  private static void write(String file, int count, int length, SplittableRandom random)
      throws IOException {
    if (length < 2 * PAIRS + 2) {
      throw new IllegalArgumentException(
          "expected a length of " + (2 * PAIRS + 2) + " or more but got " + length);
    }
    try (Writer out = Files.newBufferedWriter(Path.of(file))) {
      out.write("sequence,answer\n");
      for (int i = 0; i < count; i++) {
        out.write(sequence(length, random));
      }
    }
    System.out.printf("%s: %,d sequences of %,d characters%n", file, count, length);
  }

  private static String sequence(int length, SplittableRandom random) {
    char[] text = new char[length];
    for (int i = 0; i < length; i++) {
      text[i] = (char) ('A' + random.nextInt(NOISE));
    }
    int[] keys = shuffled(KEYS, random);
    int[] values = new int[PAIRS];
    int[] places = places(length - 2, random);
    for (int i = 0; i < PAIRS; i++) {
      values[i] = random.nextInt(VALUES);
      text[places[i]] = (char) ('a' + keys[i]);
      text[places[i] + 1] = (char) ('0' + values[i]);
    }
    int asked = random.nextInt(PAIRS);
    text[length - 2] = '?';
    text[length - 1] = (char) ('a' + keys[asked]);
    return new String(text) + "," + values[asked] + "\n";
  }

  /** Where pairs begin that do not overlap: places among as many fewer, then moved apart. */
  private static int[] places(int length, SplittableRandom random) {
    int[] order = shuffled(length - PAIRS, random);
    int[] places = Arrays.copyOf(order, PAIRS);
    Arrays.sort(places);
    for (int i = 0; i < PAIRS; i++) {
      places[i] += i;
    }
    return places;
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(i + 1);
      numbers[i] = numbers[at];
      numbers[at] = i;
    }
    return numbers;
  }
}
