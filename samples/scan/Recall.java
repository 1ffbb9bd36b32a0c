import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Makes train.csv and test.csv, {@code sequence,answer}: associative recall over a long distance.
 *
 * <p>Usage: java Recall.java TRAIN LENGTH TEST TEST_LENGTH, with numbers of sequences and their
 * lengths in characters.
 *
 * <p>A sequence has pairs of a key, {@code a} to {@code h}, all different, and its value, {@code 0}
 * to {@code 7}, anywhere among noise, {@code A} to {@code P}: {@value #PAIRS} of them, and where it
 * is learned from one to so many. It ends in {@code ?} and one of the keys; the answer is the value
 * of that key. Who guesses is right once in {@value #VALUES} times.
 */
final class Recall {
  private static final int PAIRS = 4;
  private static final int KEYS = 8;
  private static final int VALUES = 8;
  private static final int NOISE = 16;

  private Recall() {}

  public static void main(String[] arguments) throws IOException {
    write("train.csv", number(arguments[0]), number(arguments[1]), true, new SplittableRandom(1));
    write("test.csv", number(arguments[2]), number(arguments[3]), false, new SplittableRandom(2));
  }

  private static int number(String argument) {
    return Integer.parseInt(argument);
  }

  /**
   * @param learned whether the sequences are to learn from
   */
  private static void write(
      String file, int count, int length, boolean learned, SplittableRandom random)
      throws IOException {
    if (length < 4 * PAIRS + 2) {
      throw new IllegalArgumentException(
          "expected a length of " + (4 * PAIRS + 2) + " or more but got " + length);
    }
    try (Writer out = Files.newBufferedWriter(Path.of(file))) {
      out.write("sequence,answer\n");
      for (int i = 0; i < count; i++) {
        out.write(sequence(length, learned, random));
      }
    }
    System.out.printf("%s: %,d sequences of %,d characters%n", file, count, length);
  }

  private static String sequence(int length, boolean learned, SplittableRandom random) {
    int pairs = learned ? random.nextInt(1, PAIRS + 1) : PAIRS;
    char[] text = new char[length];
    for (int i = 0; i < length; i++) {
      text[i] = (char) ('A' + random.nextInt(NOISE));
    }
    int[] keys = shuffled(KEYS, random);
    int[] values = new int[pairs];
    int[] places = places(length - 2, pairs, learned && random.nextBoolean(), random);
    for (int i = 0; i < pairs; i++) {
      values[i] = random.nextInt(VALUES);
      text[places[i]] = (char) ('a' + keys[i]);
      text[places[i] + 1] = (char) ('0' + values[i]);
    }
    int asked = random.nextInt(pairs);
    text[length - 2] = '?';
    text[length - 1] = (char) ('a' + keys[asked]);
    return new String(text) + "," + values[asked] + "\n";
  }

  /**
   * Where pairs begin, which do not overlap. Of every other sequence to learn from the logarithm of
   * a pair's distance to the end is uniform: near ones are found first, and teach to find those far
   * away.
   */
  private static int[] places(int length, int pairs, boolean near, SplittableRandom random) {
    boolean[] used = new boolean[length + 1];
    int[] places = new int[pairs];
    for (int i = 0; i < pairs; i++) {
      int place;
      do {
        place =
            near
                ? length - 1 - (int) StrictMath.pow(length - 1, random.nextDouble())
                : random.nextInt(length - 1);
      } while (used[place] || used[place + 1]);
      used[place] = true;
      used[place + 1] = true;
      places[i] = place;
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
