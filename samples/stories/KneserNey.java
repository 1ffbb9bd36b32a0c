import dev.fathom.spec.SavedModel;
import dev.fathom.store.DataDirectory;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a language model of n-grams reaches on the same tokens, and how many words of a text are
 * words of the training text.
 *
 * <p>Usage: KneserNey.java DATA MODEL TRAIN TEST, with the data directory of a model that has the
 * tokenizer, prints the bits per byte of a 5-gram with
 * interpolated, modified Kneser-Ney smoothing (Chen and Goodman, "An Empirical Study of Smoothing
 * Techniques for Language Modeling", 1998). KneserNey.java words TRAIN TEXT prints the share.
 */
final class KneserNey {
  private static final int ORDER = 5;

  /** Bits of a token in a key: a vocabulary of at most 4,096. */
  private static final int BITS = 12;

  private static final Pattern WORD = Pattern.compile("[\\p{L}']+");

  private final int vocabulary;
  private final Grams[] grams = new Grams[ORDER + 1];
  private final Contexts[] contexts = new Contexts[ORDER + 1];
  private final double[][] discounts = new double[ORDER + 1][];

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("words")) {
      words(Path.of(arguments[1]), Path.of(arguments[2]));
      return;
    }
    Tokenizer tokenizer = tokenizer(Path.of(arguments[0]), arguments[1]);
    var model =
        new KneserNey(tokenizer.size(), tokenizer.encode(Files.readString(Path.of(arguments[2]))));
    String test = Files.readString(Path.of(arguments[3]));
    int[] tokens = tokenizer.encode(test);
    double bits = 0;
    for (int i = 0; i < tokens.length; i++) {
      bits -= Math.log(model.probability(tokens, i)) / Math.log(2);
    }
    int bytes = test.getBytes(StandardCharsets.UTF_8).length;
    System.out.printf(
        Locale.ROOT, "%d tokens, %d bytes: %.4f bits per byte%n", tokens.length, bytes, bits / bytes);
  }

  private static void words(Path train, Path text) throws IOException {
    Set<String> known = new HashSet<>();
    var learned = WORD.matcher(Files.readString(train).toLowerCase(Locale.ROOT));
    while (learned.find()) {
      known.add(learned.group());
    }
    int all = 0;
    int right = 0;
    var written = WORD.matcher(Files.readString(text).toLowerCase(Locale.ROOT));
    while (written.find()) {
      all++;
      if (known.contains(written.group())) {
        right++;
      } else {
        System.out.println(written.group());
      }
    }
    System.out.printf(Locale.ROOT, "%d of %d words: %.4f%n", right, all, (double) right / all);
  }

  private static Tokenizer tokenizer(Path data, String model) throws IOException {
    try (DataDirectory directory = DataDirectory.openReadOnly(data)) {
      return SavedModel.load(directory.models().newest(model).bundle()).tokenizer().orElseThrow();
    }
  }

  private KneserNey(int vocabulary, int[] tokens) {
    if (vocabulary > 1 << BITS) {
      throw new IllegalArgumentException(
          "expected at most " + (1 << BITS) + " tokens but got " + vocabulary);
    }
    this.vocabulary = vocabulary;
    grams[ORDER] = new Grams();
    for (int end = ORDER; end <= tokens.length; end++) {
      grams[ORDER].add(key(tokens, end - ORDER, end), 1);
    }
    // Below the highest order a gram counts once for each token that stood before it.
    for (int order = ORDER - 1; order >= 1; order--) {
      Grams lower = new Grams();
      long rest = (1L << BITS * order) - 1;
      grams[order + 1].forEach((key, _) -> lower.add(key & rest, 1));
      grams[order] = lower;
    }
    for (int order = 1; order <= ORDER; order++) {
      discounts[order] = discounts(grams[order]);
      Contexts all = new Contexts(grams[order].size);
      grams[order].forEach((key, count) -> all.add(key >>> BITS, count));
      contexts[order] = all;
    }
  }

  private static long key(int[] tokens, int from, int to) {
    long key = 0;
    for (int i = from; i < to; i++) {
      key = key << BITS | tokens[i];
    }
    return key;
  }

  /** What is taken from counts of 1, 2, and 3 or more. */
  private static double[] discounts(Grams grams) {
    double[] of = new double[5];
    grams.forEach(
        (_, count) -> {
          if (count <= 4) {
            of[count]++;
          }
        });
    double y = of[1] / (of[1] + 2 * of[2]);
    return new double[] {
      0, 1 - 2 * y * of[2] / of[1], 2 - 3 * y * of[3] / of[2], 3 - 4 * y * of[4] / of[3]
    };
  }

  private double probability(int[] tokens, int at) {
    double probability = 1.0 / vocabulary;
    for (int order = 1; order <= Math.min(ORDER, at + 1); order++) {
      int context = contexts[order].find(key(tokens, at - order + 1, at));
      if (context < 0) {
        break;
      }
      double[] discount = discounts[order];
      int count = grams[order].count(key(tokens, at - order + 1, at + 1));
      double sum = contexts[order].values[4 * context];
      double left = 0;
      for (int k = 1; k <= 3; k++) {
        left += discount[k] * contexts[order].values[4 * context + k];
      }
      probability = (count - discount[Math.min(3, count)] + left * probability) / sum;
    }
    return probability;
  }

  /** Counts by key, by open addressing. */
  private static class Grams {
    long[] keys = new long[1 << 16];
    int[] counts = new int[1 << 16];
    int size;

    interface Each {
      void gram(long key, int count);
    }

    void add(long key, int count) {
      if (2 * size > keys.length) {
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[2 * oldKeys.length];
        counts = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
          if (oldCounts[i] > 0) {
            int at = place(oldKeys[i]);
            keys[at] = oldKeys[i];
            counts[at] = oldCounts[i];
          }
        }
      }
      int at = place(key);
      if (counts[at] == 0) {
        keys[at] = key;
        size++;
      }
      counts[at] += count;
    }

    int place(long key) {
      int mask = keys.length - 1;
      long mixed = key * 0x9E3779B97F4A7C15L;
      int at = (int) (mixed >>> 32) & mask;
      while (counts[at] > 0 && keys[at] != key) {
        at = at + 1 & mask;
      }
      return at;
    }

    int count(long key) {
      return counts[place(key)];
    }

    void forEach(Each each) {
      for (int i = 0; i < keys.length; i++) {
        if (counts[i] > 0) {
          each.gram(keys[i], counts[i]);
        }
      }
    }
  }

  /** Of each context: the sum of the counts, and how many counts are 1, 2, and 3 or more. */
  private static final class Contexts {
    private final Grams numbers = new Grams();
    double[] values;

    Contexts(int most) {
      values = new double[4 * Math.max(1, most)];
    }

    void add(long key, int count) {
      int number = numbers.count(key);
      if (number == 0) {
        number = numbers.size + 1;
        numbers.add(key, number);
      }
      values[4 * (number - 1)] += count;
      values[4 * (number - 1) + Math.min(3, count)]++;
    }

    int find(long key) {
      return numbers.count(key) - 1;
    }
  }
}
