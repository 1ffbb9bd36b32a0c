package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {

  private static final Path SOURCE = Repository.ROOT.resolve("samples");

  @TempDir Path folder;

  private Samples samples(Optional<Path> home) {
    return new Samples(home, folder.resolve("data"));
  }

  private static boolean travels(Path path) {
    var name = path.toString().replace('\\', '/');
    return !name.matches(
        "(backend-template|library|scenes)/.*|get-data|(cifar|fashion)/.*-ubyte.*|(scan|translate)/.*\\.csv|.*\\.java|.*\\.py|.*/pytorch\\.json");
  }

  /** A sample that is new, or gone, changes samples.txt. */
  @Test
  void allOfThemTravel() throws IOException {
    var written =
        Samples.write(folder).stream()
            .map(folder::relativize)
            .collect(Collectors.toCollection(TreeSet::new));
    try (var files = Files.walk(SOURCE)) {
      assertEquals(
          files
              .filter(Files::isRegularFile)
              .map(SOURCE::relativize)
              .filter(SamplesTest::travels)
              .collect(Collectors.toCollection(TreeSet::new)),
          written);
    }
    for (var path : written) {
      assertEquals(-1, Files.mismatch(SOURCE.resolve(path), folder.resolve(path)), path.toString());
    }
  }

  @Test
  void writingKeepsWhatIsThere() throws IOException {
    var spec = folder.resolve("mnist/lenet.json");
    Files.createDirectories(spec.getParent());
    Files.writeString(spec, "mine");
    assertTrue(Samples.write(folder).contains(spec));
    assertEquals("mine", Files.readString(spec));
  }

  @Test
  void oneIsUnpackedWhenItIsAskedForAndADamagedFileAgain() throws IOException {
    var names = List.of("book", "letters", "mails", "mnist", "weather");
    assertEquals(names, samples(Optional.empty()).names());
    assertTrue(Files.notExists(folder.resolve("data")));
    var weather = samples(Optional.empty()).folder("weather");
    assertEquals(folder.resolve("data/cache/samples/weather"), weather);
    assertEquals(1, Samples.data(weather).size());
    var spec = weather.resolve("lstm.json");
    var whole = Files.readAllBytes(spec);
    for (var damaged : List.of("", "{}", new String(whole) + " ")) {
      Files.writeString(spec, damaged);
      samples(Optional.empty()).folder("weather");
      assertArrayEquals(whole, Files.readAllBytes(spec));
    }
    try (var files = Files.list(weather)) {
      assertEquals(4, files.count(), "nothing else is left behind");
    }
    assertThrows(IllegalArgumentException.class, () -> samples(Optional.empty()).folder("Weather"));
    assertThrows(IllegalArgumentException.class, () -> samples(Optional.empty()).folder("../data"));
  }

  @Test
  void aFolderOfNoDataDirectoryIsNotWrittenTo() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/mine.txt"), "mine");
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> samples(Optional.empty()).folder("weather"));
    assertTrue(thrown.getMessage().contains("is no data directory"), thrown.getMessage());
  }

  @Test
  void theSamplesOfAHomeTakeTheirPlace() throws IOException {
    var own = Files.createDirectories(folder.resolve("home/samples/own"));
    Files.createDirectories(folder.resolve("home/samples/no-data"));
    var home = Optional.of(folder.resolve("home"));
    assertEquals(List.of(), samples(home).names());
    Files.writeString(own.resolve("train.csv"), "a,b\n");
    assertEquals(List.of("own"), samples(home).names());
    assertEquals(own, samples(home).folder("own"));
    // A home without samples has those of the jar.
    var other = Optional.of(own);
    assertEquals(5, samples(other).names().size());
  }
}
