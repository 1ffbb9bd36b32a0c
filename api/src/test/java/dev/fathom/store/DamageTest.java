package dev.fathom.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file of a data directory is damaged: each byte by one bit, or cut. Whatever it is, the
 * directory opens, everything else is read as it was written, and nothing is deleted.
 */
class DamageTest {

  private static final Trainings.Check NO_MORE = _ -> {};

  @TempDir Path folder;

  private Path data;
  private String ended;
  private String queued;

  @BeforeEach
  void write() throws IOException {
    data = folder.resolve("data");
    try (DataDirectory directory = DataDirectory.open(data, "http://127.0.0.1:8080")) {
      directory.models().publish("digits", Fixture.json("classes", 10), Fixture.weights(1));
      directory.models().publish("digits", Fixture.json("classes", 11), Fixture.weights(2));
      directory.models().publish("digits", Fixture.json("classes", 12), Fixture.weights(3));
      directory.models().delete("digits", 3);
      directory.datasets().put("tiny", "labels.idx", Fixture.text("0123"), 100);
      directory.datasets().put("tiny", "images.idx", Fixture.text("abcdefgh"), 100);
      Training training =
          directory.trainings().create(Fixture.json("epochs", 3), Fixture.json("epoch", 2));
      ended = training.id();
      training.events().append(Fixture.json("epoch", 1));
      training.events().append(Fixture.json("epoch", 2));
      training.saveCheckpoint(Training.Slot.LAST, Fixture.json("step", 20), Fixture.weights(20));
      training.saveCheckpoint(Training.Slot.BEST, Fixture.json("step", 10), Fixture.weights(10));
      queued =
          directory.trainings().create(Fixture.json("epochs", 4), Fixture.json("epoch", 0)).id();
    }
  }

  /** Reads a part of a data directory, and compares it with what was written. */
  @FunctionalInterface
  private interface Part {
    void read(DataDirectory directory) throws IOException;
  }

  /** {@return the parts, by the folder or file that is damaged if one is} */
  private TreeMap<String, Part> parts() {
    TreeMap<String, Part> parts = new TreeMap<>();
    parts.put("models/digits/1/", directory -> model(directory, 1));
    parts.put("models/digits/2/", directory -> model(directory, 2));
    parts.put(
        "datasets/tiny/dataset.json",
        directory ->
            assertEquals(
                Set.of("images.idx", "labels.idx"),
                directory.datasets().get("tiny").files().keySet()));
    parts.put("datasets/tiny/1/", directory -> file(directory, "labels.idx", "0123"));
    parts.put("datasets/tiny/2/", directory -> file(directory, "images.idx", "abcdefgh"));
    for (String id : List.of(ended, queued)) {
      String training = "trainings/" + id + "/";
      int epochs = id.equals(ended) ? 3 : 4;
      int epoch = id.equals(ended) ? 2 : 0;
      int events = id.equals(ended) ? 2 : 0;
      parts.put(
          training + "spec.json",
          directory -> says("epochs", epochs, directory.trainings().get(id).spec()));
      parts.put(
          training + "job.json",
          directory -> says("epoch", epoch, directory.trainings().get(id).state()));
      parts.put(
          training + "events.jsonl",
          directory ->
              assertEquals(events, directory.trainings().get(id).events().after(0).size()));
    }
    String checkpoints = "trainings/" + ended + "/checkpoints/";
    parts.put(checkpoints + "last", directory -> checkpoint(directory, Training.Slot.LAST, 20));
    parts.put(checkpoints + "best", directory -> checkpoint(directory, Training.Slot.BEST, 10));
    return parts;
  }

  private static void model(DataDirectory directory, int version) throws IOException {
    ModelVersion model = directory.models().get("digits", version);
    assertEquals(Fixture.json("classes", 9 + version), model.json());
    assertEquals(version, Fixture.weights(model.bundle()));
  }

  private static void file(DataDirectory directory, String name, String text) throws IOException {
    assertEquals(text, Files.readString(directory.datasets().get("tiny").file(name)));
  }

  private void checkpoint(DataDirectory directory, Training.Slot slot, int step)
      throws IOException {
    Bundle bundle = directory.trainings().get(ended).checkpoint(slot).orElseThrow();
    assertEquals(Fixture.json("step", step), bundle.json());
    assertEquals(step, Fixture.weights(bundle));
  }

  /** The name of a checksum may be damaged itself: what it is of is not. */
  private static void says(String key, int value, ObjectNode json) {
    assertEquals(value, json.path(key).intValue(), json::toString);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> tree = Files.walk(data)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aFileWithOneBitOrHalfOfItMissing() throws IOException {
    List<String> files = files();
    assertEquals(26, files.size(), files::toString);
    int damages = 0;
    Set<String> kinds = new HashSet<>();
    for (String name : files) {
      // Of files of one kind the first is damaged most; all its bits are the test below.
      int step = kinds.add(data.resolve(name).getFileName().toString()) ? 3 : 23;
      Path file = data.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      List<byte[]> damaged = new ArrayList<>(List.of(new byte[0], half(whole)));
      for (int at = 0; at < whole.length; at += step) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << 3 * at % 8);
        damaged.add(flipped);
      }
      // A file without a checksum of its own, written whole and long, is read in one way.
      for (byte[] content : name.endsWith(".safetensors") ? damaged.subList(0, 20) : damaged) {
        Files.write(file, content);
        check(name, files, new String(content, StandardCharsets.UTF_8), damages++ % 8 == 0);
        Files.write(file, whole);
      }
      check("nothing", files, "nothing is damaged after " + name, true);
    }
    assertTrue(damages > 900, "" + damages);
  }

  private static byte[] half(byte[] whole) {
    return Arrays.copyOf(whole, whole.length / 2);
  }

  /** Opens the directory as its owner; for reading too, and reads all of it, if {@code all}. */
  private void check(String damaged, List<String> before, String content, boolean all)
      throws IOException {
    if (all) {
      try (DataDirectory directory = DataDirectory.openReadOnly(data)) {
        assertOnly(damaged, directory, content);
        readParts(directory, damaged, content);
        assertEquals(before, files());
      }
    }
    try (DataDirectory directory = DataDirectory.open(data, "")) {
      assertOnly(damaged, directory, content);
      if (all) {
        readParts(directory, damaged, content);
      }
      assertEquals(before, files(), () -> damaged + ": " + content);
    }
  }

  /** Nothing but the damaged file is named; it may be as good as whole. */
  private void assertOnly(String damaged, DataDirectory directory, String content) {
    for (Damage damage : directory.damages(NO_MORE)) {
      assertEquals(damaged, damage.file(), () -> damage + ": " + content);
      assertTrue(damage.reason().startsWith("[store] "), damage::toString);
      assertFalse(damage.reason().contains(data.toString()), damage::toString);
    }
  }

  private void readParts(DataDirectory directory, String damaged, String content)
      throws IOException {
    for (var part : parts().entrySet()) {
      try {
        part.getValue().read(directory);
      } catch (StoreException e) {
        assertTrue(e.isDamage(), e::toString);
        boolean ofIndex = damaged.equals("datasets/tiny/dataset.json");
        assertTrue(
            damaged.startsWith(part.getKey())
                || ofIndex && part.getKey().startsWith("datasets/tiny/"),
            () -> "damaged is " + damaged + ": " + content + e);
      } catch (AssertionError e) {
        // Only the end of a log may be missing: a last line that is no event is a torn one.
        assertTrue(damaged.endsWith("events.jsonl"), () -> damaged + ": " + content + e);
      }
    }
  }

  @Test
  void everyBitOfAnIndexCounts() throws IOException {
    try (DataDirectory directory = DataDirectory.openReadOnly(data)) {
      everyBitCounts("trainings/" + queued + "/job.json", _ -> {});
      everyBitCounts("trainings/" + queued + "/spec.json", _ -> {});
      everyBitCounts("datasets/tiny/dataset.json", directory.datasets()::look);
      everyBitCounts("models/digits/deletions.json", directory.models()::look);
      everyBitCounts("models/digits/1/manifest.json", directory.models()::look);
      everyBitCounts(
          "trainings/" + ended + "/checkpoints/last.json",
          findings -> directory.trainings().look(findings, NO_MORE));
    }
  }

  private void everyBitCounts(String name, Consumer<Findings> look) throws IOException {
    Path file = data.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    ObjectNode written = JsonFile.read(file);
    int unproven = 0;
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        JsonFile.Content content = JsonFile.content(file, flipped);
        if (content.json().equals(written)) {
          continue; // Another space.
        }
        // The name of the checksum is damaged, so it is like a file of an earlier version.
        assertFalse(content.proven(), () -> content.json().toString());
        unproven++;
      } catch (StoreException e) {
        assertTrue(e.isDamage(), e::toString);
        if (bit % 50 != 0) {
          continue;
        }
      }
      Files.write(file, flipped);
      Findings findings = new Findings(data);
      look.accept(findings);
      // What a job or a spec says, the store does not know.
      assertEquals(
          name.matches(".*/(job|spec).json") ? List.of() : List.of(name),
          findings.all().stream().map(Damage::file).toList(),
          () -> new String(flipped, StandardCharsets.UTF_8));
    }
    assertTrue(unproven > 8 && unproven < 8 * "checksum".length(), "" + unproven);
    Files.write(file, whole);
  }

  /** An index of an earlier version has no checksum: what it does not list may be good. */
  @Test
  void anIndexWithoutChecksumIsReadAndNothingBesideItIsRemoved() throws IOException {
    Path index = data.resolve("datasets/tiny/dataset.json");
    Path pointer = data.resolve("trainings/" + ended + "/checkpoints/last.json");
    Path deletions = data.resolve("models/digits/deletions.json");
    for (Path file : List.of(index, pointer, deletions)) {
      String old = Files.readString(file).replaceAll(",\\s*\"checksum\" : \"\\w+\"", "");
      Files.writeString(file, old);
    }
    List<String> before = files();
    check("nothing", before, "no checksums", true);
    // One bit each, which leaves them JSON.
    for (List<String> flip :
        List.of(
            List.of("\"directory\" : \"1\"", "\"eirectory\" : \"1\""), List.of("\"1\"", "\"3\""))) {
      String text = Files.readString(index);
      Files.writeString(index, text.replace(flip.get(0), flip.get(1)));
      DataDirectory.open(data, "").close();
      assertEquals(before, files());
      Files.writeString(index, text);
    }
    Files.writeString(pointer, Files.readString(pointer).replace("last-1", "last-3"));
    Files.writeString(deletions, Files.readString(deletions).replace("[ 3 ]", "[ 2 ]"));
    try (DataDirectory directory = DataDirectory.open(data, "")) {
      assertEquals(before, files());
      model(directory, 2);
      assertEquals(
          List.of("trainings/" + ended + "/checkpoints/last-3/manifest.json"),
          directory.damages(NO_MORE).stream().map(Damage::file).toList());
    }
  }

  @Test
  void whatIsDamagedIsDeletedOrReplacedAndTheNextIsWhole() throws IOException {
    Files.writeString(data.resolve("datasets/tiny/dataset.json"), "{");
    Files.writeString(data.resolve("trainings/" + queued + "/job.json"), "{");
    Files.writeString(data.resolve("trainings/" + ended + "/checkpoints/best.json"), "{");
    Files.writeString(data.resolve("models/digits/2/manifest.json"), "{");
    Files.writeString(data.resolve("fathom.json"), "{");
    try (DataDirectory directory = DataDirectory.open(data, "")) {
      List<Damage> damages = directory.damages(NO_MORE);
      assertEquals(
          List.of(
              "fathom.json",
              "models/digits/2/manifest.json",
              "datasets/tiny/dataset.json",
              "trainings/" + ended + "/checkpoints/best.json",
              "trainings/" + queued + "/job.json"),
          damages.stream().map(Damage::file).toList());
      assertEquals(
          List.of("directory", "model", "dataset", "training", "training"),
          damages.stream().map(damage -> damage.kind().label()).toList());
      assertEquals(
          List.of("", "digits", "tiny", ended, queued),
          damages.stream().map(Damage::name).toList());
      StoreException refused =
          assertThrows(
              StoreException.class,
              () -> directory.datasets().put("tiny", "more", Fixture.text("x"), 1));
      assertEquals(Reason.DAMAGED, refused.reason());
      Files.writeString(data.resolve("models/digits/deletions.json"), "{");
      refused =
          assertThrows(
              StoreException.class,
              () -> directory.models().publish("digits", Fixture.json("a", 1), _ -> {}));
      assertEquals(Reason.DAMAGED, refused.reason(), "which number is free is not known");
      Files.delete(data.resolve("models/digits/deletions.json"));

      directory.datasets().delete("tiny");
      directory.trainings().delete(queued);
      directory.models().delete("digits", 2);
      directory
          .trainings()
          .get(ended)
          .saveCheckpoint(Training.Slot.BEST, Fixture.json("step", 30), Fixture.weights(30));
      checkpoint(directory, Training.Slot.BEST, 30);
      directory.datasets().put("tiny", "more", Fixture.text("x"), 1);
      assertEquals(
          List.of("fathom.json"), directory.damages(NO_MORE).stream().map(Damage::file).toList());
    }
    try (DataDirectory directory = DataDirectory.open(data, "")) {
      assertEquals(List.of(), directory.damages(NO_MORE));
    }
  }

  @Test
  void aFileThatIsMissingIsNamed() throws IOException {
    for (String name :
        List.of(
            "datasets/tiny/dataset.json",
            "datasets/tiny/1/labels.idx",
            "models/digits/1/weights.safetensors",
            "trainings/" + ended + "/spec.json",
            "trainings/" + ended + "/events.jsonl")) {
      Path file = data.resolve(name);
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      List<String> before = files();
      try (DataDirectory directory = DataDirectory.open(data, "")) {
        assertEquals(List.of(name), directory.damages(NO_MORE).stream().map(Damage::file).toList());
        assertEquals(before, files());
      }
      Files.write(file, content);
    }
  }
}
