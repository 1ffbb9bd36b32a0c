package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import dev.fathom.spec.SpecSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          servee             | unknown command servee, did you mean serve?
          xyzzy              | unknown command xyzzy; see fathom --help
          --versoin          | unknown option --versoin, did you mean --version?
          serve --prot 3     | unknown option --prot, did you mean --port?
          serve --port       | missing required parameter for option '--port' (N); see fathom serve --help
          serve --port x     | invalid value for option '--port': 'x' is not a port (0 to 65535); see fathom serve --help
          serve --port 65536 | invalid value for option '--port': '65536' is not a port (0 to 65535); see fathom serve --help
          serve now          | unknown argument now; see fathom serve --help
          """)
  void refusesInOneSentence(String arguments, String sentence) {
    assertEquals(2, run(arguments.split(" ")));
    assertEquals("fathom: " + sentence + "\n", err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void tellsItsVersion() {
    assertEquals(0, run("--version"));
    assertTrue(out.toString().matches("fathom \\d+\\.\\d+\\.\\d+\\S*\n"), out.toString());
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (var name : Main.commandLine().getSubcommands().keySet()) {
      out.getBuffer().setLength(0);
      assertEquals(0, run(name, "--help"));
      assertTrue(out.toString().contains("Example: fathom " + name), out.toString());
    }
  }

  @Test
  void printsTheSchemaOfSpecs() {
    assertEquals(0, run("schema"));
    assertEquals(SpecSchema.json().toPrettyString() + "\n", out.toString());
    assertTrue(out.toString().contains("\"batchSize\""), out.toString());
  }

  @Test
  void launcherNamesEveryCommandAndNoOther() throws IOException {
    var launcher = Files.readString(Repository.ROOT.resolve("fathom"));
    var named =
        Pattern.compile("^  (\\w+) {2,}\\w", Pattern.MULTILINE)
            .matcher(launcher)
            .results()
            .map(line -> line.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    var known = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    known.addAll(List.of("build", "test")); // the launcher's own
    assertEquals(known, named);
  }
}
