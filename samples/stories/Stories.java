import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes train.txt and test.txt of public-domain texts: the addresses of the presidents of the
 * United States on the state of the union, and the chapters of Moby-Dick.
 *
 * <p>Usage: java Stories.java ADDRESSES BOOK, with the folder of the addresses' *.txt files.
 *
 * <p>A line is a paragraph. Of addresses, in the order of time, and of chapters one of fifteen is
 * tested on.
 */
final class Stories {
  private static final int TESTED = 15;

  private Stories() {}

  public static void main(String[] arguments) throws IOException {
    var train = new StringBuilder();
    var test = new StringBuilder();
    split(addresses(Path.of(arguments[0])), train, test);
    split(List.of(Files.readString(Path.of(arguments[1])).split("(?m)^(?=CHAPTER \\d|Epilogue)")), train, test);
    Files.writeString(Path.of("train.txt"), train);
    Files.writeString(Path.of("test.txt"), test);
  }

  private static void split(List<String> texts, StringBuilder train, StringBuilder test) {
    for (int i = 0; i < texts.size(); i++) {
      var text = i % TESTED == TESTED / 2 ? test : train;
      for (var paragraph : texts.get(i).strip().split("\\R\\s*\\R")) {
        text.append(paragraph.replaceAll("\\s+", " ").strip()).append('\n');
      }
      text.append('\n');
    }
  }

  private static List<String> addresses(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}
