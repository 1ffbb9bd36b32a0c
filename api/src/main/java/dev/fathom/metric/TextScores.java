package dev.fathom.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How near texts that were made are to texts that somebody wrote. Each text has one reference or
 * more; figures are of all texts together. Thread-safe.
 */
public final class TextScores {
  private static final int WORDS = 4;
  private static final int CHARACTERS = 6;

  /** Recall counts this much more than precision, squared. */
  private static final double BETA_SQUARED = 4;

  // The tokenisation 13a of the script mteval of WMT.
  private static final Pattern SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
  private static final Pattern POINT_BEHIND = Pattern.compile("([^0-9])([.,])");
  private static final Pattern POINT_IN_FRONT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH = Pattern.compile("([0-9])(-)");

  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

  private TextScores() {}

  /**
   * {@return BLEU, 0 to 100} (Papineni et al., 2002), as sacreBLEU gives it (Post, 2018): words as
   * 13a cuts them, of one to four, and exponential smoothing of those that match nowhere.
   *
   * @param references of each text
   * @throws IllegalArgumentException if there are no texts, or one has no reference
   */
  public static double bleu(List<String> texts, List<List<String>> references) {
    check("bleu", texts, references);
    long[] correct = new long[WORDS];
    long[] total = new long[WORDS];
    long length = 0;
    long wanted = 0;
    for (int i = 0; i < texts.size(); i++) {
      List<String> words = words(texts.get(i));
      List<List<String>> others = references.get(i).stream().map(TextScores::words).toList();
      length += words.size();
      wanted += nearest(words.size(), others);
      for (int n = 0; n < WORDS; n++) {
        Map<List<String>, Integer> most = new HashMap<>();
        for (List<String> other : others) {
          counts(other, n + 1).forEach((gram, count) -> most.merge(gram, count, Math::max));
        }
        correct[n] += matches(counts(words, n + 1), most);
        total[n] += Math.max(0, words.size() - n);
      }
    }
    double logs = 0;
    double smooth = 1;
    for (int n = 0; n < WORDS; n++) {
      // Where no text is of n words the figure has no meaning, and neither has it where none match.
      if (total[n] == 0 || correct[0] == 0) {
        return 0;
      }
      if (correct[n] == 0) {
        smooth *= 2;
      }
      logs += Math.log(100 * (correct[n] == 0 ? 1 / smooth : correct[n]) / total[n]);
    }
    double brevity = length < wanted ? Math.exp(1 - (double) wanted / length) : 1;
    return brevity * Math.exp(logs / WORDS);
  }

  /**
   * {@return chrF2, 0 to 100} (Popović, 2015), as sacreBLEU gives it: the F-score of one to six
   * characters, without white space, in which recall counts twice. Of several references it takes
   * the best for each text.
   *
   * @param references of each text
   * @throws IllegalArgumentException if there are no texts, or one has no reference
   */
  public static double chrF(List<String> texts, List<List<String>> references) {
    check("chrF", texts, references);
    long[][] sums = new long[CHARACTERS][3];
    for (int i = 0; i < texts.size(); i++) {
      List<String> characters = characters(texts.get(i));
      long[][] best = null;
      for (String reference : references.get(i)) {
        long[][] counted = counted(characters, characters(reference));
        if (best == null || fScore(counted) > fScore(best)) {
          best = counted;
        }
      }
      for (int n = 0; n < CHARACTERS; n++) {
        for (int k = 0; k < 3; k++) {
          sums[n][k] += best[n][k];
        }
      }
    }
    return fScore(sums);
  }

  /**
   * {@return ROUGE-L, 0 to 1} (Lin, 2004): the mean over the texts of the F1-score of the longest
   * words that a text and its reference have in common in the same order, of several references the
   * best. Words are letters and digits of any script, in lower case and not stemmed; of ASCII the
   * figure is that of Google's {@code rouge-score}.
   *
   * @param references of each text
   * @throws IllegalArgumentException if there are no texts, or one has no reference
   */
  public static double rougeL(List<String> texts, List<List<String>> references) {
    check("rougeL", texts, references);
    ToDoubleBiFunction<List<String>, List<String>> f1 =
        (text, reference) -> {
          int common = longestCommon(text, reference);
          return common == 0 ? 0 : 2.0 * common / (text.size() + reference.size());
        };
    return IntStream.range(0, texts.size())
            .mapToDouble(
                i ->
                    references.get(i).stream()
                        .mapToDouble(
                            other -> f1.applyAsDouble(plainWords(texts.get(i)), plainWords(other)))
                        .max()
                        .orElseThrow())
            .sum()
        / texts.size();
  }

  private static void check(String name, List<String> texts, List<List<String>> references) {
    if (texts.isEmpty()
        || references.size() != texts.size()
        || references.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "[%s] expected a text or more, and references of each, but got %d texts, and %s"
              .formatted(
                  name,
                  texts.size(),
                  references.size() == texts.size()
                      ? "one without"
                      : "references of " + references.size()));
    }
  }

  // ---- BLEU ----

  private static List<String> words(String text) {
    String line = stripped(text).replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
    line =
        line.replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = SYMBOL.matcher(" " + line + " ").replaceAll(" $1 ");
    line = POINT_BEHIND.matcher(line).replaceAll("$1 $2 ");
    line = POINT_IN_FRONT.matcher(line).replaceAll(" $1 $2");
    line = DASH.matcher(line).replaceAll("$1 $2 ");
    return split(line, TextScores::isSpace);
  }

  private static String stripped(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** What Python takes for white space. */
  private static boolean isSpace(int c) {
    return c >= 0x09 && c <= 0x0D
        || c >= 0x1C && c <= 0x1F
        || c == 0x85
        || Character.isSpaceChar(c);
  }

  private static List<String> split(String text, IntPredicate space) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || space.test(text.charAt(at))) {
        if (at > start) {
          parts.add(text.substring(start, at));
        }
        start = at + 1;
      }
    }
    return parts;
  }

  /** {@return the length of the reference that is nearest, of two the shorter} */
  private static int nearest(int length, List<List<String>> references) {
    int best = references.getFirst().size();
    for (List<String> reference : references) {
      int difference = Math.abs(length - reference.size()) - Math.abs(length - best);
      if (difference < 0 || difference == 0 && reference.size() < best) {
        best = reference.size();
      }
    }
    return best;
  }

  // ---- chrF ----

  private static List<String> characters(String text) {
    return text.codePoints().filter(c -> !isSpace(c)).mapToObj(Character::toString).toList();
  }

  /** {@return for each length how many there are in the text, in the reference, and in both} */
  private static long[][] counted(List<String> text, List<String> reference) {
    long[][] counted = new long[CHARACTERS][];
    for (int n = 0; n < CHARACTERS; n++) {
      int others = Math.max(0, reference.size() - n);
      counted[n] =
          new long[] {
            others == 0 ? 0 : Math.max(0, text.size() - n),
            others,
            matches(counts(text, n + 1), counts(reference, n + 1))
          };
    }
    return counted;
  }

  private static double fScore(long[][] counted) {
    double precision = 0;
    double recall = 0;
    int lengths = 0;
    for (long[] each : counted) {
      if (each[0] > 0 && each[1] > 0) {
        precision += (double) each[2] / each[0];
        recall += (double) each[2] / each[1];
        lengths++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= lengths;
    recall /= lengths;
    return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
  }

  // ---- ROUGE ----

  private static List<String> plainWords(String text) {
    return split(NO_WORD.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" "), c -> c == ' ');
  }

  private static int longestCommon(List<String> one, List<String> other) {
    int[] before = new int[other.size() + 1];
    for (String word : one) {
      int[] now = new int[before.length];
      for (int i = 1; i < now.length; i++) {
        now[i] =
            word.equals(other.get(i - 1)) ? before[i - 1] + 1 : Math.max(now[i - 1], before[i]);
      }
      before = now;
    }
    return before[other.size()];
  }

  // ---- n-grams ----

  private static Map<List<String>, Integer> counts(List<String> all, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= all.size(); i++) {
      counts.merge(all.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }

  private static long matches(Map<List<String>, Integer> text, Map<List<String>, Integer> most) {
    return text.entrySet().stream()
        .mapToLong(gram -> Math.min(gram.getValue(), most.getOrDefault(gram.getKey(), 0)))
        .sum();
  }
}
