package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return CommandLines.run(out, err, arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          servee             | unknown command servee, did you mean serve?
          strat              | unknown command strat, did you mean serve?
          start              | unknown command start, did you mean serve?
          run                | unknown command run, did you mean generate or predict?
          pull               | unknown command pull, did you mean samples or train?
          delete             | unknown command delete, did you mean rm?
          ls                 | unknown command ls, did you mean list?
          status             | unknown command status, did you mean ps?
          test               | unknown command test, did you mean predict?
          prdict             | unknown command prdict, did you mean predict?
          version            | unknown command version, did you mean --version?
          stop now           | unknown argument now; see fathom stop --help
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

  /** Each example is a line of its own, or goes on behind a backslash, as shells take it. */
  @ParameterizedTest
  @ValueSource(strings = {"fathom", "./fathom"})
  void everyCommandHasHelpThatFitsWithExamplesThatCanBePasted(String called) {
    for (var name : Main.commandLine().getSubcommands().keySet()) {
      out.getBuffer().setLength(0);
      var commandLine = Main.commandLine().setCommandName(called);
      commandLine.setOut(new PrintWriter(out, true)).execute(name, "--help");
      out.toString().lines().forEach(line -> assertTrue(line.length() <= 80, line));
      var examples = out.toString().replaceFirst("(?s).*\\nExamples?:\\n", "");
      assertNotEquals(out.toString(), examples);
      for (var example : examples.replaceAll(" \\\\\n +", " ").lines().toList()) {
        var words = example.strip().replaceFirst("^source <\\((.*)\\)$", "$1");
        assertTrue(words.startsWith(called + " " + name), example);
        words = words.replaceFirst(" (&&|>|\\|) .*", "").substring(called.length() + 1);
        commandLine.parseArgs(words.replaceAll("'[^']*'|\"[^\"]*\"", "text").split(" "));
      }
    }
  }

  @Test
  void theListOfCommandsFits() {
    assertEquals(0, run("--help"));
    out.toString().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    assertTrue(out.toString().contains("  fathom serve --port 9000\n"), out.toString());
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
