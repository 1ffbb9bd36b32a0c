package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments, file names and output are UTF-8, whatever the locale. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class LocaleIT {

  private static final String SPEC =
      """
      {"name": "mood", "data": {"format": "csv", "train": "%s", "text": "text",
       "target": "mood", "tokenizer": {"type": "bytes"}, "length": 48},
       "model": [{"type": "bagofwords", "vocabulary": 257, "padding": 256},
                 {"type": "dense", "units": 2}],
       "training": {"epochs": 30, "batchSize": 8, "seed": 1,
                    "optimizer": {"type": "adam", "learningRate": 0.05}}}
      """;

  @TempDir static Path temp;
  private static Launched launcher;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeAll
  static void train() throws Exception {
    launcher = Launched.in(temp);
    var rows = "text,mood\n" + "😡 böse,schlecht\n😀 froh,schön\n".repeat(8);
    Files.writeString(temp.resolve("ascii.csv"), rows);
    Files.writeString(temp.resolve("größe.csv"), rows);
    Files.writeString(temp.resolve("ask.csv"), "text\n😀 froh\n");
    Files.writeString(temp.resolve("spec.json"), SPEC.formatted("ascii.csv"));
    Files.writeString(temp.resolve("wide.json"), SPEC.formatted("größe.csv"));
    assertEquals(0, launch("C", "train", "spec.json").exitCode);
  }

  private static Outcome launch(String locale, String... arguments) throws Exception {
    return end(launcher.command(arguments), locale, temp);
  }

  /** Runs the jar, as one does who has no launcher. */
  private static Outcome jar(String locale, Path folder, String... arguments) throws Exception {
    var command = Packaged.command(List.of());
    command.addAll(List.of(arguments));
    return end(new ProcessBuilder(command), locale, folder);
  }

  /** Starts a process by a shell's file, which is UTF-8 whatever the locale of this JVM. */
  private static Outcome end(ProcessBuilder process, String locale, Path folder) throws Exception {
    var script = new StringBuilder("cd '%s' && LC_ALL=%s exec".formatted(folder, locale));
    process.command().forEach(word -> script.append(" '").append(word).append('\''));
    var file = Files.writeString(Files.createTempFile(temp, "run", ".sh"), script);
    var err = Files.createTempFile(temp, "err", "");
    process.command("sh", file.toString()).redirectError(err.toFile());
    process.environment().put("FATHOM_DATA", temp.resolve("data").toString());
    var running = process.start();
    var out = new String(running.getInputStream().readAllBytes());
    return new Outcome(running.waitFor(), out, Files.readString(err));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "de_DE.ISO-8859-1", "xx_XX.UTF-8"})
  void theLauncherTakesTextsAndFilesInEveryLocale(String locale) throws Exception {
    var asked = launch(locale, "predict", "mood", "größe.csv", "--count", "2");
    assertEquals("", asked.err);
    assertTrue(asked.out.matches("schlecht, \\d+ %\nschön, \\d+ %\n"), asked.out);
    assertTrue(launch(locale, "predict", "mood", "--text", "😀 froh").out.startsWith("schön, "));
  }

  @Test
  void theLauncherTrainsOnFilesOfAnyName() throws Exception {
    var trained = launch("C", "train", "wide.json");
    assertEquals(0, trained.exitCode, trained.err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "predict mood --text 😡",
        "predict mood größe.csv",
        "predict mood ask.csv --data dätä",
        "train wide.json"
      })
  void withoutTheLauncherTheySayWhatToSet(String arguments) throws Exception {
    assertRefused(jar("C", temp, arguments.split(" ")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POSIX", "de_DE.ISO-8859-1"})
  void otherLocalesAreToldToo(String locale) throws Exception {
    assertRefused(jar(locale, temp, "predict", "mood", "--text", "😡"));
  }

  @Test
  void aFolderThatTheLocaleCannotHoldIsToldAndAnswersAreUtf8() throws Exception {
    var folder = Files.createDirectories(temp.resolve("Übung"));
    assertRefused(jar("C", folder, "train", "spec.json"));
    var asked = jar("C", temp, "predict", "mood", "ask.csv");
    assertTrue(asked.out.matches("schön, \\d+ %\n"), asked.out + asked.err);
  }

  private static void assertRefused(Outcome outcome) {
    assertEquals(2, outcome.exitCode, outcome.out);
    assertTrue(outcome.err.endsWith(": set LC_ALL=C.UTF-8\n"), outcome.err);
    assertEquals(1, outcome.err.lines().count(), outcome.err);
  }

  @Test
  void anArgumentThatIsNotUtf8IsRefused() throws Exception {
    var process = launcher.command();
    var latin1 = "exec '%s' predict mood --text \"$(printf 'b\\366se')\"";
    process.command("sh", "-c", latin1.formatted(launcher.script())).redirectErrorStream(true);
    var running = process.start();
    var said = new String(running.getInputStream().readAllBytes());
    assertEquals("fathom: expected UTF-8 but got 'b\ufffdse'\n", said);
    assertEquals(2, running.waitFor());
  }

  @Test
  void errorsAreReadableToo() throws Exception {
    assertEquals(
        "fathom: there is no file fehlt-ö.csv; --text takes a text\n",
        launch("C", "predict", "mood", "fehlt-ö.csv").err);
  }
}
