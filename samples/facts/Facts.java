import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes train.jsonl and test.jsonl, dialogues of a question and its answer, of a table: who spoke on
 * the state of the union in which year, and of which party.
 *
 * <p>Usage: java Facts.java FOLDER, with the addresses' *.json files.
 *
 * <p>Each fact is asked for in several ways. One way in four, by turns, is not learned but tested:
 * a question that was never seen, about a fact that another question told.
 */
final class Facts {
  private static final int WAYS = 4;
  private static final Pattern FIELDS =
      Pattern.compile("^\\{\"year\":(\\d+),\"name\":\"([^\"]+)\",\"party\":\"([^\"]+)\"");

  private record Address(int year, String name, String party) {}

  private Facts() {}

  public static void main(String[] arguments) throws IOException {
    List<Address> addresses = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        Matcher fields = FIELDS.matcher(Files.readString(file));
        if (fields.find()) {
          addresses.add(
              new Address(Integer.parseInt(fields.group(1)), fields.group(2), fields.group(3)));
        }
      }
    }
    List<String> train = new ArrayList<>();
    List<String> test = new ArrayList<>();
    int turn = 0;
    for (Address each : addresses) {
      String answer = "In %d %s spoke.".formatted(each.year(), each.name());
      turn = add(turn, train, test, answer, speakers(each));
    }
    Map<String, String> parties = new TreeMap<>();
    addresses.forEach(each -> parties.put(each.name(), each.party()));
    for (var each : parties.entrySet()) {
      String answer = "The party of %s was %s.".formatted(each.getKey(), each.getValue());
      turn = add(turn, train, test, answer, partiesOf(each.getKey()));
    }
    Files.write(Path.of("train.jsonl"), train);
    Files.write(Path.of("test.jsonl"), test);
  }

  private static List<String> speakers(Address each) {
    return List.of(
        "Who spoke on the state of the union in %d?".formatted(each.year()),
        "Who was the president that spoke in %d?".formatted(each.year()),
        "Whose address was that of %d?".formatted(each.year()),
        "Tell me who gave the address of %d.".formatted(each.year()));
  }

  private static List<String> partiesOf(String name) {
    return List.of(
        "Of which party was %s?".formatted(name),
        "What was the party of %s?".formatted(name),
        "Which party did %s belong to?".formatted(name),
        "Tell me the party of %s.".formatted(name));
  }

  private static int add(
      int turn, List<String> train, List<String> test, String answer, List<String> questions) {
    for (int way = 0; way < WAYS; way++) {
      String line =
          "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}, {\"role\": \"assistant\", \"content\": \"%s\"}]}"
              .formatted(questions.get(way), answer);
      (way == turn % WAYS ? test : train).add(line);
    }
    return turn + 1;
  }
}
