import dev.fathom.metric.TextScores;
import dev.fathom.spec.SavedModel;
import dev.fathom.store.DataDirectory;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * BLEU and chrF of texts that another program made, as lines of tokens.
 *
 * <p>Usage: Score.java DATA MODEL IDS TEST, with the data directory of the model that has the
 * tokenizer, the lines, and test.csv.
 */
final class Score {
  private Score() {}

  public static void main(String[] arguments) throws IOException {
    Tokenizer tokenizer = tokenizer(Path.of(arguments[0]), arguments[1]);
    List<String> texts =
        Files.readAllLines(Path.of(arguments[2])).stream()
            .map(line -> line.isBlank() ? new int[0] : ids(line))
            .map(tokenizer::decode)
            .toList();
    List<List<String>> references =
        Files.readAllLines(Path.of(arguments[3])).stream().skip(1).map(Score::german).toList();
    System.out.printf(
        Locale.ROOT,
        "BLEU %.2f, chrF %.2f%n",
        TextScores.bleu(texts, references),
        TextScores.chrF(texts, references));
  }

  private static Tokenizer tokenizer(Path data, String model) throws IOException {
    try (DataDirectory directory = DataDirectory.openReadOnly(data)) {
      return SavedModel.load(directory.models().newest(model).bundle()).tokenizer().orElseThrow();
    }
  }

  private static int[] ids(String line) {
    return Arrays.stream(line.strip().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /** The second cell of a row, of which Sentences.java quotes those with a comma or a quote. */
  private static List<String> german(String row) {
    boolean quoted = row.startsWith("\"");
    int end = quoted ? endOfQuoted(row) : row.indexOf(',');
    String cell = row.substring(end + 1);
    return List.of(
        cell.startsWith("\"") ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"") : cell);
  }

  private static int endOfQuoted(String row) {
    int at = 1;
    while (row.charAt(at) != '"' || at + 1 < row.length() && row.charAt(at + 1) == '"') {
      at += row.charAt(at) == '"' ? 2 : 1;
    }
    return at + 1;
  }
}
