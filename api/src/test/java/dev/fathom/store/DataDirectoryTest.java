package dev.fathom.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.store.StoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final Path FORMAT_1 =
      Path.of("src", "test", "resources", "data-directory-format-1");

  @TempDir Path folder;

  @Test
  void opensFormat1() throws IOException {
    try (DataDirectory data = DataDirectory.openReadOnly(FORMAT_1)) {
      assertFormat1(data);
      assertRefused(
          Reason.READ_ONLY, "open for reading only", () -> data.models().delete("digits", 1));
      assertRefused(
          Reason.READ_ONLY,
          "open for reading only",
          () -> data.datasets().put("a", "b", Fixture.text(""), 1));
    }
    Path copy = folder.resolve("copy");
    Fixture.copy(FORMAT_1, copy);
    try (DataDirectory data = DataDirectory.open(copy, "")) {
      assertFormat1(data);
      Training training = data.trainings().get(data.trainings().ids().getFirst());
      assertEquals(3, training.events().append(Fixture.json("epoch", 3)).id());
      assertEquals(3, data.models().publish("digits", Fixture.json("x", 1), d -> {}).version());
    }
  }

  @Test
  void writesFormat1() throws IOException {
    Fixture.writeFormat1(folder);
    try (DataDirectory data = DataDirectory.openReadOnly(folder)) {
      assertFormat1(data);
    }
  }

  private static void assertFormat1(DataDirectory data) throws IOException {
    assertEquals(List.of("digits"), data.models().names());
    assertEquals(List.of(1, 2), data.models().versions("digits"));
    ModelVersion newest = data.models().newest("digits");
    assertEquals(2, newest.version());
    assertEquals(Fixture.json("classes", 11), newest.json());
    assertEquals(2, Fixture.weights(newest.bundle()));
    assertEquals(1, Fixture.weights(data.models().get("digits", 1).bundle()));
    assertEquals(List.of("tiny"), data.datasets().names());
    StoredDataset tiny = data.datasets().get("tiny");
    assertEquals(Set.of("images.idx", "labels.idx"), tiny.files().keySet());
    assertEquals("abcdefgh", Files.readString(tiny.file("images.idx")));
    assertEquals(12, tiny.bytes());
    assertEquals(1, data.trainings().ids().size());
    Training training = data.trainings().get(data.trainings().ids().getFirst());
    assertEquals(Fixture.json("epochs", 3), training.spec());
    assertEquals(Fixture.json("epoch", 2), training.state());
    assertEquals(List.of(1L, 2L), training.events().after(0).stream().map(Event::id).toList());
    assertEquals(Fixture.json("epoch", 2), training.events().after(1).getFirst().data());
    Bundle last = training.checkpoint(Training.Slot.LAST).orElseThrow();
    assertEquals(Fixture.json("step", 20), last.json());
    assertEquals(20, Fixture.weights(last));
    assertEquals(10, Fixture.weights(training.checkpoint(Training.Slot.BEST).orElseThrow()));
  }

  @Test
  void hasOneOwnerInAProcess() throws IOException {
    assertEquals(Optional.empty(), DataDirectory.owner(folder));
    try (DataDirectory data = DataDirectory.open(folder, "http://127.0.0.1:1")) {
      long pid = ProcessHandle.current().pid();
      assertEquals(
          Optional.of(new DataDirectory.Owner(pid, "http://127.0.0.1:1")),
          DataDirectory.owner(folder));
      assertRefused(
          Reason.IN_USE,
          "in use by process " + pid + ", serving http://127.0.0.1:1",
          () -> DataDirectory.open(folder, ""));
      data.announce("http://127.0.0.1:2");
      assertEquals("http://127.0.0.1:2", DataDirectory.owner(folder).orElseThrow().url());
      DataDirectory.openReadOnly(folder).close();
      assertTrue(DataDirectory.owner(folder).isPresent());
    }
    assertEquals(Optional.empty(), DataDirectory.owner(folder));
    DataDirectory closed = DataDirectory.open(folder, "");
    closed.close();
    closed.close();
    assertRefused(Reason.READ_ONLY, "is closed", () -> closed.announce(""));
  }

  @Test
  void theCacheIsThereForAllButNotInDirectoriesOfOthers() throws IOException {
    Path directory = folder.resolve("new");
    Path cache = DataDirectory.cache(directory).orElseThrow();
    assertEquals("rwx------", mode(directory));
    assertEquals(List.of(), Disk.list(directory));
    Files.createDirectories(cache);
    Files.writeString(cache.resolve("figures"), "x");
    try (DataDirectory _ = DataDirectory.open(directory, "")) {
      assertEquals(Optional.of(cache), DataDirectory.cache(directory));
    }
    assertTrue(Files.exists(cache.resolve("figures")));
    Files.writeString(folder.resolve("thesis.tex"), "x");
    assertEquals(Optional.empty(), DataDirectory.cache(folder));
    assertEquals(Optional.empty(), DataDirectory.cache(folder.resolve("thesis.tex")));
  }

  private static String mode(Path directory) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }

  @Test
  void aDirectoryThatIsMadeIsForThisUserAlone() throws IOException {
    Path made = folder.resolve("a/b/data");
    DataDirectory.open(made, "").close();
    assertEquals("rwx------", mode(made));
    assertNotEquals("rwx------", mode(made.getParent()));
    assertEquals(Optional.empty(), DataDirectory.warning(made));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-x---"));
    DataDirectory.open(made, "").close();
    assertEquals("rwxr-x---", mode(made));
    assertEquals(
        "Other users may read the data directory, whose mode is rwxr-x---: chmod 700 " + made,
        DataDirectory.warning(made).orElseThrow());
  }

  @Test
  void refusesInASentenceWhatCannotBeADirectoryOrWrittenTo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    String advice = "choose another data directory (--data, FATHOM_DATA)";
    assertRefused(Reason.NOT_FOUND, file + " is not a directory: " + advice, () -> open(file));
    assertRefused(
        Reason.READ_ONLY,
        "file/data cannot be written to (" + file,
        () -> open(file.resolve("data")));
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("lock")); // As good as one that may not be written.
    assertRefused(Reason.READ_ONLY, "let this process write there, or " + advice, () -> open(data));
  }

  private static void open(Path directory) throws IOException {
    DataDirectory.open(directory, "").close();
  }

  @Test
  void whatAVolumeOrAUserHidesIsNotTouched() throws IOException {
    List<String> hidden = List.of("lost+found", ".Trash-0", ".snapshot");
    Path data = folder.resolve("data");
    List<Path> kept = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      List<Path> places = new ArrayList<>(List.of(data));
      if (round == 1) {
        try (DataDirectory directory = DataDirectory.open(data, "")) {
          directory.models().publish("m", Fixture.json("a", 1), Fixture.weights(1));
          directory.datasets().put("d", "f", Fixture.text("x"), 1);
          Training training =
              directory.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1));
          training.saveCheckpoint(Training.Slot.LAST, Fixture.json("a", 1), Fixture.weights(1));
          Path checkpoints = data.resolve("trainings").resolve(training.id() + "/checkpoints");
          places.addAll(List.of(checkpoints.getParent(), checkpoints));
        }
        for (String name : List.of("models", "models/m", "datasets", "datasets/d", "trainings")) {
          places.add(data.resolve(name));
        }
      }
      for (Path place : places) {
        for (String name : hidden) {
          kept.add(Files.createDirectories(place.resolve(name).resolve("1")).resolve("x"));
        }
        kept.add(place.resolve(".hidden"));
      }
      for (Path file : kept) {
        Files.writeString(file, "x");
      }
      try (DataDirectory directory = DataDirectory.open(data, "")) {
        assertEquals(round == 0 ? List.of() : List.of("m"), directory.models().names());
        assertEquals(round == 0 ? List.of() : List.of("d"), directory.datasets().names());
        assertEquals(round, directory.trainings().ids().size());
        assertEquals(List.of(), directory.damages(_ -> {}));
      }
      for (Path file : kept) {
        assertEquals("x", Files.readString(file));
      }
    }
  }

  @Test
  void someOfTheDiskIsKeptForRecords() throws IOException {
    String id;
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      id = data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1)).id();
      data.datasets().put("d", "f", Fixture.text("x"), 1);
      data.datasets().put("d", "g", Fixture.text("x"), 1);
      data.models().publish("m", Fixture.json("a", 1), Fixture.weights(1));
      data.models().publish("m", Fixture.json("a", 1), Fixture.weights(1));
    }
    try (DataDirectory data = DataDirectory.open(folder, "", Long.MAX_VALUE / 2)) {
      Training training = data.trainings().get(id);
      for (Executable large :
          List.<Executable>of(
              () -> data.datasets().put("d", "f", Fixture.text("y"), 1),
              () -> data.models().publish("m", Fixture.json("a", 1), Fixture.weights(1)),
              () -> data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1)),
              () ->
                  training.saveCheckpoint(
                      Training.Slot.LAST, Fixture.json("a", 1), Fixture.weights(1)))) {
        assertRefused(Reason.NO_SPACE, " are kept for records; delete what is not", large);
      }
      assertEquals("x", Files.readString(data.datasets().get("d").file("f")));
      training.state(Fixture.json("a", 2));
      training.events().append(Fixture.json("a", 1));
      data.datasets().delete("d", "g");
      data.models().delete("m", 1);
      assertEquals(List.of(), Disk.list(folder.resolve("staging")));
    }
  }

  /** An upload looks while it comes, since the disk may be full before its end. */
  @Test
  void anUploadEndsWhereTheDiskIsFull() throws IOException {
    long kept = folder.toFile().getUsableSpace() - (64 << 20);
    assertTrue(kept > 0, "a test needs 64 MB");
    try (DataDirectory data = DataDirectory.open(folder, "", kept)) {
      assertRefused(
          Reason.NO_SPACE,
          "are kept for records",
          () -> data.datasets().put("d", "f", new Zeros(), Long.MAX_VALUE));
      assertEquals(List.of(), data.datasets().names());
      assertEquals(List.of(), Disk.list(folder.resolve("staging")));
    }
  }

  /** Without end, so that only a refusal ends it. */
  private static final class Zeros extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return length;
    }
  }

  @Test
  void aFullDiskIsNamed() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      Training training = data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1));
      for (String words : List.of("No space left on device", "Disk quota exceeded")) {
        Bundle.Content full =
            _ -> {
              throw new IOException(words);
            };
        assertRefused(
            Reason.NO_SPACE,
            " bytes are free",
            () -> data.models().publish("m", Fixture.json("a", 1), full));
        assertRefused(
            Reason.NO_SPACE,
            " bytes are free",
            () -> training.saveCheckpoint(Training.Slot.LAST, Fixture.json("a", 1), full));
      }
      assertEquals(List.of(), data.models().names());
    }
  }

  @Test
  void refusesDirectoriesOfOthers() throws IOException {
    assertRefused(Reason.NOT_FOUND, "not a Fathom", () -> DataDirectory.openReadOnly(folder));
    Files.writeString(folder.resolve("thesis.tex"), "x");
    assertRefused(Reason.NOT_FOUND, "holds other things", () -> DataDirectory.open(folder, ""));
    assertEquals("x", Files.readString(folder.resolve("thesis.tex")));
    assertEquals(1, Disk.list(folder).size());
  }

  @Test
  void refusesNewerFormatsByName() throws IOException {
    DataDirectory.open(folder, "").close();
    Files.writeString(folder.resolve("fathom.json"), "{\"format\": 2}");
    for (Executable open :
        List.<Executable>of(
            () -> DataDirectory.open(folder, ""), () -> DataDirectory.openReadOnly(folder))) {
      assertRefused(Reason.NEWER_FORMAT, "fathom.json is of format 2", open);
    }
    assertEquals(Optional.empty(), DataDirectory.owner(folder));
    Files.writeString(folder.resolve("fathom.json"), "{\"format\": 1}");
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.models().publish("m", Fixture.json("a", 1), Fixture.weights(1));
      Path manifest = folder.resolve("models/m/1/manifest.json");
      Files.writeString(manifest, "{\"format\": 7}");
      assertRefused(
          Reason.NEWER_FORMAT, "manifest.json is of format 7", () -> data.models().newest("m"));
      assertEquals(List.of("m"), data.models().names());
      Files.writeString(manifest, "{}");
      assertRefused(
          Reason.DAMAGED, "expected \"format\": 1 but got null", () -> data.models().newest("m"));
      Files.writeString(manifest, "{\"format\"");
      assertRefused(Reason.DAMAGED, "manifest.json", () -> data.models().newest("m"));
    }
  }

  @Test
  void namesDamagedFiles() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.models().publish("m", Fixture.json("a", 1), Fixture.weights(1));
      Path weights = folder.resolve("models/m/1/weights.safetensors");
      byte[] bytes = Files.readAllBytes(weights);
      bytes[bytes.length - 1] ^= 1;
      Files.write(weights, bytes);
      Bundle bundle = data.models().newest("m").bundle();
      assertRefused(
          Reason.DAMAGED,
          "weights.safetensors is damaged: expected SHA-256",
          () -> bundle.file("weights.safetensors"));
      Files.write(weights, new byte[3]);
      assertRefused(Reason.DAMAGED, "bytes but it has 3", () -> bundle.file("weights.safetensors"));
      Files.delete(weights);
      assertRefused(Reason.DAMAGED, "is missing", () -> bundle.file("weights.safetensors"));
      assertRefused(Reason.NOT_FOUND, "'x'", () -> bundle.file("x"));
      Path json = folder.resolve("models/m/1/model.json");
      Files.writeString(json, Files.readString(json).replace("1", "2"));
      assertRefused(Reason.DAMAGED, "model.json is damaged", () -> data.models().newest("m"));
      assertEquals(List.of(1), data.models().versions("m"));

      data.datasets().put("d", "f", Fixture.text("abc"), 10);
      Files.writeString(data.datasets().get("d").files().get("f").path(), "abd");
      assertRefused(Reason.DAMAGED, "SHA-256", () -> data.datasets().get("d").file("f"));
    }
  }

  @Test
  void keepsWhatItCannotReadWhenItCleans() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.datasets().put("d", "f", Fixture.text("abc"), 10);
    }
    Path index = folder.resolve("datasets/d/dataset.json");
    String text = Files.readString(index);
    Files.writeString(index, "{");
    DataDirectory.open(folder, "").close();
    Files.writeString(index, text);
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      assertEquals("abc", Files.readString(data.datasets().get("d").file("f")));
    }
  }

  @Test
  void publishesNothingWhenWritingFails() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      assertThrows(
          IOException.class,
          () ->
              data.models()
                  .publish(
                      "m",
                      Fixture.json("a", 1),
                      directory -> {
                        Files.writeString(directory.resolve("half"), "x");
                        throw new IOException("disk full");
                      }));
      assertEquals(List.of(), data.models().names());
      assertEquals(List.of(), Disk.list(folder.resolve("staging")));
      assertThrows(
          IllegalArgumentException.class,
          () -> data.models().publish("m", Fixture.json("format", 1), d -> {}));
    }
  }

  @Test
  void deletesModels() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.models().publish("a", Fixture.json("a", 1), d -> {});
      data.models().publish("a", Fixture.json("a", 2), d -> {});
      data.models().delete("a", 1);
      assertEquals(List.of(2), data.models().versions("a"));
      assertEquals(3, data.models().publish("a", Fixture.json("a", 3), d -> {}).version());
      data.models().delete("a", 2);
      data.models().delete("a", 3);
      assertEquals(List.of(), data.models().names());
      assertRefused(Reason.NOT_FOUND, "no model 'a'", () -> data.models().newest("a"));
      assertRefused(Reason.NOT_FOUND, "version 3 of model 'a'", () -> data.models().delete("a", 3));
      assertRefused(Reason.NOT_FOUND, "no model 'a'", () -> data.models().delete("a"));
    }
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      assertEquals(List.of(), data.models().names());
      assertEquals(4, data.models().publish("a", Fixture.json("a", 4), d -> {}).version());
      data.models().publish("a", Fixture.json("a", 5), d -> {});
      data.models().delete("a");
      assertEquals(List.of(), data.models().versions("a"));
      assertEquals(6, data.models().publish("a", Fixture.json("a", 6), d -> {}).version());
    }
  }

  @Test
  void finishesDeletionsOfAKilledOwner() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      for (int version = 1; version <= 3; version++) {
        data.models().publish("a", Fixture.json("a", version), d -> {});
      }
    }
    Path model = folder.resolve("models/a");
    Path copy = folder.resolve("copy");
    Fixture.copy(model, copy);
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.models().delete("a");
    }
    // Killed after it had written what goes and had moved one version away.
    Fixture.copy(copy.resolve("2"), model.resolve("2"));
    Fixture.copy(copy.resolve("3"), model.resolve("3"));
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      assertEquals(List.of(), data.models().names());
      assertEquals(List.of(), Disk.list(folder.resolve("staging")));
    }
  }

  @Test
  void deletesFilesOfDatasets() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.datasets().put("d", "a", Fixture.text("one"), 3);
      data.datasets().put("d", "b", Fixture.text("two"), 3);
      assertRefused(
          Reason.NOT_FOUND, "'c' in dataset 'd' but it", () -> data.datasets().delete("d", "c"));
      data.datasets().delete("d", "a");
      assertEquals(Set.of("b"), data.datasets().get("d").files().keySet());
      assertEquals(2, Disk.list(folder.resolve("datasets/d")).size());
      data.datasets().delete("d", "b");
      assertRefused(Reason.NOT_FOUND, "no dataset 'd'", () -> data.datasets().get("d"));
    }
  }

  @Test
  void refusesBadNames() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      for (String name : List.of("", "..", "A", "-a", "a/b", "a\n", "a".repeat(64))) {
        assertRefused(
            Reason.BAD_NAME,
            "model name",
            () -> data.models().publish(name, Fixture.json("a", 1), d -> {}));
        assertRefused(
            Reason.BAD_NAME,
            "dataset name",
            () -> data.datasets().put(name, "f", Fixture.text(""), 10));
        // Nothing has such a name, so what is looked up is not there.
        assertRefused(Reason.NOT_FOUND, "no model", () -> data.models().newest(name));
        assertRefused(Reason.NOT_FOUND, "no version", () -> data.models().get(name, 1));
        assertRefused(Reason.NOT_FOUND, "no dataset", () -> data.datasets().get(name));
        assertRefused(Reason.NOT_FOUND, "no training", () -> data.trainings().get(name));
      }
      assertRefused(
          Reason.BAD_NAME,
          "file name",
          () -> data.datasets().put("d", "../f", Fixture.text(""), 10));
      data.models().publish("a".repeat(63), Fixture.json("a", 1), d -> {});
    }
  }

  @Test
  void replacesFilesOfDatasets() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.datasets().put("d", "a", Fixture.text("one"), 3);
      data.datasets().put("d", "b", Fixture.text(""), 0);
      StoredDataset dataset = data.datasets().put("d", "a", Fixture.text("two"), 3);
      assertEquals(Set.of("a", "b"), dataset.files().keySet());
      assertEquals("two", Files.readString(dataset.file("a")));
      assertEquals(
          "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
          dataset.files().get("a").sha256());
      assertRefused(
          Reason.TOO_LARGE,
          "at most 3 bytes as file 'a'",
          () -> data.datasets().put("d", "a", Fixture.text("four"), 3));
      assertThrows(
          IOException.class,
          () ->
              data.datasets()
                  .put(
                      "new",
                      "a",
                      new InputStream() {
                        @Override
                        public int read() throws IOException {
                          throw new IOException("connection lost");
                        }
                      },
                      3));
      assertEquals("two", Files.readString(data.datasets().get("d").file("a")));
      assertEquals(List.of("d"), data.datasets().names());
      assertEquals(List.of(), Disk.list(folder.resolve("staging")));
      assertEquals(3, Disk.list(folder.resolve("datasets/d")).size());
      data.datasets().delete("d");
      assertEquals(List.of(), data.datasets().names());
      assertRefused(Reason.NOT_FOUND, "no dataset 'd'", () -> data.datasets().delete("d"));
    }
  }

  @Test
  void keepsTrainings() throws IOException {
    String first;
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      Training training = data.trainings().create(Fixture.json("a", 1), Fixture.json("step", 0));
      first = training.id();
      assertTrue(first.matches("trn_[0-9a-z]{26}"), first);
      assertEquals(Optional.empty(), training.checkpoint(Training.Slot.LAST));
      for (int step = 1; step <= 3; step++) {
        training.saveCheckpoint(
            Training.Slot.LAST, Fixture.json("step", step), Fixture.weights(step));
        assertEquals(step, Fixture.weights(training.checkpoint(Training.Slot.LAST).orElseThrow()));
      }
      assertEquals(2, Disk.list(folder.resolve("trainings/" + first + "/checkpoints")).size());
      String second = data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1)).id();
      assertEquals(List.of(first, second), data.trainings().ids());
      data.trainings().delete(second);
      assertRefused(Reason.NOT_FOUND, second, () -> data.trainings().get(second));
    }
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      assertEquals(List.of(first), data.trainings().ids());
    }
  }

  @Test
  void idsRise() {
    Ids ids = new Ids();
    List<String> made = new ArrayList<>();
    for (long millis : new long[] {1000, 1000, 1000, 999, 1001, 5000}) {
      made.add(ids.next("trn", millis));
    }
    assertEquals(made.stream().sorted().distinct().toList(), made);
    assertNotEquals(new Ids().next("trn", 1000), new Ids().next("trn", 1000));
  }

  @Test
  void idsRiseWhenTheClockGoesBackBetweenTwoOwners() throws IOException {
    List<String> made = new ArrayList<>();
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      made.add(data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1)).id());
    }
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      made.add(data.trainings().next(0)); // 1970
      made.add(data.trainings().next(0));
      made.add(data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1)).id());
    }
    assertEquals(made.stream().sorted().distinct().toList(), made);
  }

  @Test
  void eventsAreReadFromTheEndAndForgottenWithoutNewIds() throws IOException {
    String id;
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      Training training = data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1));
      id = training.id();
      EventLog events = training.events();
      assertEquals(Optional.empty(), events.last());
      for (int i = 1; i <= 2000; i++) {
        assertEquals(i, events.append(Fixture.json("number", i)).id());
      }
      for (long after : new long[] {0, 1, 999, 1998, 1999, 2000, 5000}) {
        List<Long> ids = events.after(after).stream().map(Event::id).toList();
        assertEquals(LongStream.rangeClosed(after + 1, 2000).boxed().toList(), ids);
      }
      assertEquals(2000, events.last().orElseThrow().data().path("number").asInt());
      events.retain(event -> event.id() % 100 == 50);
      assertEquals(21, events.after(0).size());
      assertEquals(List.of(1950L, 2000L), events.after(1900).stream().map(Event::id).toList());
      assertEquals(2001, events.append(Fixture.json("number", 2001)).id());
    }
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      EventLog events = data.trainings().get(id).events();
      assertEquals(2002, events.append(Fixture.json("number", 2002)).id());
      assertEquals(50, events.after(0).getFirst().id());
      assertEquals(List.of(2001L, 2002L), events.after(2000).stream().map(Event::id).toList());
    }
  }

  @Test
  void aTrainingPublishesOnce() throws IOException {
    String first = "trn_" + "0".repeat(26);
    String second = "trn_" + "1".repeat(26);
    for (int owner = 0; owner < 2; owner++) {
      try (DataDirectory data = DataDirectory.open(folder, "")) {
        Models models = data.models();
        assertEquals(
            1, models.publish("m", first, Fixture.json("a", 1), directory -> {}).version());
        assertEquals(
            2, models.publish("m", second, Fixture.json("a", 1), directory -> {}).version());
        assertEquals(List.of(1, 2), models.versions("m"));
      }
    }
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      data.models().delete("m", 1);
      ModelVersion again = data.models().publish("m", first, Fixture.json("a", 1), _ -> {});
      assertEquals(3, again.version());
      assertEquals(first, again.json().path("training").asText());
    }
  }

  @Test
  void whatWasReadOfAModelIsReadAgainWhenItChanged() throws IOException {
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      Models models = data.models();
      models.publish("m", Fixture.json("a", 1), Fixture.weights(1));
      models.publish("m", Fixture.json("a", 2), Fixture.weights(2));
      assertSame(models.get("m", 1).bundle(), models.get("m", 1).bundle());
      assertEquals(2, models.get("m", 2).json().path("a").asInt());
      models.get("m", 2).json().put("a", 3); // A copy, so nothing changes.
      assertEquals(2, models.get("m", 2).json().path("a").asInt());
      Path json = folder.resolve("models/m/2/model.json");
      Files.writeString(json, Files.readString(json).replace('2', '3'));
      Files.setLastModifiedTime(json, FileTime.from(Instant.now().plusSeconds(5)));
      assertRefused(Reason.DAMAGED, "model.json", () -> models.get("m", 2));
      models.delete("m", 1);
      assertRefused(Reason.NOT_FOUND, "no version 1", () -> models.get("m", 1));
    }
  }

  @Test
  void toleratesATornLastEvent() throws IOException {
    String id;
    Path log;
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      Training training = data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1));
      id = training.id();
      log = folder.resolve("trainings").resolve(id).resolve("events.jsonl");
      training.events().append(Fixture.json("a", 1));
      training.events().append(Fixture.json("a", 2));
    }
    for (String torn : List.of("{\"id\":3,\"ti", "{\"id\":3}\n", "\0\0\0\0", "\n")) {
      Files.writeString(log, torn, StandardOpenOption.APPEND);
      try (DataDirectory data = DataDirectory.openReadOnly(folder)) {
        EventLog events = data.trainings().get(id).events();
        assertEquals(List.of(1L, 2L), events.after(0).stream().map(Event::id).toList());
      }
      String whole = Files.readString(log);
      try (DataDirectory data = DataDirectory.open(folder, "")) {
        EventLog events = data.trainings().get(id).events();
        assertEquals(3, events.append(Fixture.json("a", 3)).id());
        assertEquals(List.of(2L, 3L), events.after(1).stream().map(Event::id).toList());
      }
      Files.writeString(log, whole.substring(0, whole.length() - torn.length()));
    }
    Files.writeString(log, "{\"format\":1}\nnonsense\n{\"id\":1,\"time\":\"x\",\"data\":{}}\n");
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      assertRefused(Reason.DAMAGED, "byte 13", () -> data.trainings().get(id).events().after(0));
    }
  }

  @Test
  void servesManyThreads() throws Exception {
    Set<Integer> versions = new ConcurrentSkipListSet<>();
    Set<Long> eventIds = new ConcurrentSkipListSet<>();
    try (DataDirectory data = DataDirectory.open(folder, "")) {
      String id = data.trainings().create(Fixture.json("a", 1), Fixture.json("a", 1)).id();
      try (var threads = Executors.newFixedThreadPool(8)) {
        for (int i = 0; i < 24; i++) {
          int number = i;
          threads.submit(
              () -> {
                versions.add(
                    data.models()
                        .publish("m", Fixture.json("a", number), Fixture.weights(number))
                        .version());
                data.datasets().put("d", "f" + number, Fixture.text("x" + number), 10);
                Training training = data.trainings().get(id);
                eventIds.add(training.events().append(Fixture.json("a", number)).id());
                training.saveCheckpoint(
                    Training.Slot.LAST, Fixture.json("a", number), Fixture.weights(number));
                return null;
              });
        }
      }
      assertEquals(24, versions.size());
      assertEquals(24, data.models().versions("m").getLast());
      for (int version : versions) {
        ModelVersion model = data.models().get("m", version);
        assertEquals(Fixture.weights(model.bundle()), model.json().path("a").asInt());
      }
      assertEquals(24, data.datasets().get("d").files().size());
      assertEquals(24, eventIds.size());
      Bundle last = data.trainings().get(id).checkpoint(Training.Slot.LAST).orElseThrow();
      assertEquals(Fixture.weights(last), last.json().path("a").asInt());
      assertFalse(data.readOnly());
    }
  }

  private static void assertRefused(Reason reason, String part, Executable call) {
    StoreException e = assertThrows(StoreException.class, call);
    assertEquals(reason, e.reason(), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
