package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks the shells themselves what they complete. */
@Timeout(30)
class CompletionTest {

  @TempDir Path folder;

  private Path script(String shell) throws Exception {
    var out = new StringWriter();
    var commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
    assertEquals(0, commandLine.execute("completion", shell));
    return Files.writeString(folder.resolve("fathom." + shell), out.toString());
  }

  private static String run(String shell, String... arguments) throws Exception {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    assumeTrue(there, "needs " + shell + ": it is not installed");
    var command = new java.util.ArrayList<>(List.of(shell));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).start();
    var out = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return out.strip();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          fathom pr,                predict
          ./fathom s,               serve samples similar show stop schema
          fathom predict --te,      --text
          fathom ps --a,            --all
          fathom completion f,      fish
          """)
  void bash(String typed, String expected) throws Exception {
    var words = typed.split(" ");
    var ask =
        "source '%s' && COMP_WORDS=(%s) COMP_CWORD=%d && _complete_fathom && echo ${COMPREPLY[*]}"
            .formatted(script("bash"), typed, words.length - 1);
    assertEquals(expected, run("bash", "-c", ask));
  }

  @Test
  void zsh() throws Exception {
    var ask = "autoload -U compinit && compinit -u -D && source '%s' && echo $_comps[fathom]";
    assertEquals(
        "_bash_complete -F _complete_fathom -o default",
        run("zsh", "-f", "-c", ask.formatted(script("zsh"))));
  }

  @ParameterizedTest
  @CsvSource({
    "fathom pr, predict",
    "./fathom predict --te, --text",
    "fathom ps --a, --all",
    "fathom completion f, fish"
  })
  void fish(String typed, String expected) throws Exception {
    var ask = "source '%s'; complete -C '%s'".formatted(script("fish"), typed);
    assertEquals(expected, run("fish", "--no-config", "-c", ask).replaceAll("\t.*", ""));
  }
}
