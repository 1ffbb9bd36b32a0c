package dev.fathom.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.management.ThreadMXBean;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Idx;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Table;
import dev.fathom.format.FormatException;
import dev.fathom.format.Safetensors;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import dev.fathom.table.TableFile;
import dev.fathom.text.Tokenizers;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that once were more than a reader could take. */
class HostileCasesTest {
  private static final Path CASES = Path.of("src/test/resources/hostile");

  @TempDir Path folder;

  private static String refused(Class<? extends RuntimeException> kind, Executable read) {
    return assertThrows(kind, read).getMessage();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aMergeThatIsAnObjectIsRefused() {
    String message =
        refused(
            SpecException.class, () -> Tokenizers.readHuggingFace(CASES.resolve("tokenizer.json")));
    assertTrue(message.startsWith("/model/merges/145: expected two tokens"), message);
  }

  /** Its first bytes look like UTF-32. */
  @Test
  void aHeaderIsUtf8WhateverItsFirstBytes() {
    String message =
        refused(
            FormatException.class, () -> Safetensors.open(CASES.resolve("weights.safetensors")));
    assertTrue(message.contains("weights.safetensors, byte "), message);
    assertTrue(message.contains("expected a JSON object as header"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void jsonIsUtf8(String charset) {
    byte[] bytes = "{\"name\": \"m\"}".getBytes(java.nio.charset.Charset.forName(charset));
    assertThrows(JsonProcessingException.class, () -> Json.read(bytes));
  }

  @Test
  void jsonMayBeginWithAMarkAndMayNotHoldHalfACharacter() throws IOException {
    assertEquals(
        "{\"a\":1}", Json.read("\ufeff{\"a\": 1}".getBytes(StandardCharsets.UTF_8)).toString());
    byte[] half = {'[', '\n', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ']'};
    var wrong = assertThrows(JsonProcessingException.class, () -> Json.read(half));
    assertEquals("expected UTF-8 but got ed a0 80", Malformed.detail(wrong));
    assertEquals(3, Malformed.offset(wrong));
    assertEquals(2, wrong.getLocation().getLineNr());
    assertEquals(2, wrong.getLocation().getColumnNr());
  }

  @Test
  void layersInLayersHaveALimit() {
    String message =
        refused(
            SpecException.class,
            () -> Spec.parse(Utf8.read(CASES.resolve("residual-490-dense.json"))));
    assertTrue(message.contains("expected at most"), message);
    Spec deep = Spec.parse(nested(60));
    assertEquals(deep, Spec.parse(deep.expand()));
    String tooDeep = refused(SpecException.class, () -> Spec.parse(nested(65)));
    assertTrue(tooDeep.startsWith("/model/1/body/0/body/0"), tooDeep);
    assertTrue(tooDeep.endsWith("64 of layers in layers, but there are more"), tooDeep);
  }

  /** The deepest spec that is taken can be built on the stack of a small thread. */
  @Test
  void theDeepestLayersFitTheStack() throws InterruptedException {
    Spec spec = Spec.parse(nested(64));
    Throwable[] thrown = new Throwable[1];
    Thread small =
        new Thread(null, () -> spec.network(dev.fathom.spi.Shape.of(4, 4)), "small", 512 << 10);
    small.setUncaughtExceptionHandler((_, e) -> thrown[0] = e);
    small.start();
    small.join();
    assertEquals(null, thrown[0]);
  }

  private static String nested(int levels) {
    return "{\"name\": \"deep\", \"data\": {\"dataset\": \"d\"}, \"model\": [{\"type\": \"flatten\"}, "
        + "{\"type\": \"residual\", \"body\": [".repeat(levels)
        + "{\"type\": \"dense\", \"units\": 16}"
        + "]}".repeat(levels)
        + "]}";
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 10_000, 1_000_000})
  void jsonHasALimitOfLevels(int levels) {
    String message = refused(SpecException.class, () -> Spec.parse("[".repeat(levels)));
    assertTrue(
        message.startsWith("malformed JSON at line 1, column 1: expected at most 256 lists"),
        message);
  }

  // ---- gzip ----

  private Path bomb(int examples, int width) throws IOException {
    Path file = folder.resolve("images.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          ByteBuffer.allocate(12)
              .put(new byte[] {0, 0, 8, 2})
              .putInt(examples)
              .putInt(width)
              .array());
      byte[] zeros = new byte[width];
      for (int i = 0; i < examples; i++) {
        out.write(zeros);
      }
    }
    return file;
  }

  private Path labels(int examples) throws IOException {
    byte[] file = new byte[8 + examples];
    ByteBuffer.wrap(file).put(new byte[] {0, 0, 8, 1}).putInt(examples);
    file[8] = 1;
    return Files.write(folder.resolve("labels"), file);
  }

  private static long allocated(Executable read) throws Throwable {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    read.execute();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void aCheckKeepsNoImages() throws Throwable {
    Path images = bomb(400, 200_000);
    Path labels = labels(400);
    assertTrue(Files.size(images) < 1 << 20);
    long before = used();
    Dataset checked = Idx.inFiles("bomb", images, labels, List.of());
    assertEquals(400, checked.size());
    assertEquals(0, Normalisation.fit(checked, "image", 1).mean().getFirst());
    long kept = used() - before;
    assertTrue(kept < 20 << 20, "keeps " + kept);
    assertEquals("bomb", checked.name()); // It was there until now.
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void filesThatDoNotBelongTogetherAreToldApartByTheirHeaders() throws Throwable {
    Path images = bomb(1000, 200_000);
    Path labels = labels(3);
    long bytes =
        allocated(
            () -> {
              String message =
                  refused(
                      DataException.class, () -> Idx.dataset("bomb", images, labels, List.of()));
              assertTrue(message.contains("'image' has 1000 and 'label' has 3"), message);
            });
    assertTrue(bytes < 4 << 20, "allocated " + bytes);
  }

  @Test
  void whatDoesNotFitTheMemoryOfTheJvmIsRefused() throws IOException {
    Path file = folder.resolve("doubles");
    try (var channel =
        java.nio.channels.FileChannel.open(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      int count = Integer.MAX_VALUE - 100;
      channel.write(ByteBuffer.allocate(8).put(new byte[] {0, 0, 0x0b, 1}).putInt(count).flip());
      channel.write(ByteBuffer.allocate(1), 8 + 2L * count - 1); // A file with a hole.
    }
    String message = refused(FormatException.class, () -> Idx.read(file));
    assertTrue(message.contains("fit into the memory of the JVM"), message);
  }

  // ---- tables ----

  /** The last CR was looked behind, and what was read went to another place meanwhile. */
  @Test
  void linesMayEndWithCrAlone() throws IOException {
    assertEquals(1, TableFile.of(write("a.csv", "id,name\r\n1,\u00e4\r")).read().size());
    StringBuilder text = new StringBuilder("id,name\r");
    for (int i = 0; i < 50_000; i++) {
      text.append(i).append(",n").append(i).append('\r');
    }
    Table table = TableFile.of(write("b.csv", text.toString())).read();
    assertEquals(50_000, table.size());
    for (int i = 0; i < table.size(); i++) {
      assertEquals(i, table.integers("id")[i]);
    }
  }

  @Test
  void aTableHasALimitOfColumns() throws IOException {
    String message =
        refused(
            FormatException.class,
            () -> TableFile.of(write("wide.csv", ",".repeat(200_000) + "\n")).read());
    assertTrue(message.contains("expected at most 131072 values"), message);
  }

  @Test
  void aLineOfJsonHasALimitOfLevels() throws IOException {
    Path file = write("deep.jsonl", "{\"a\": " + "[".repeat(100_000));
    String message = refused(FormatException.class, () -> TableFile.of(file).read());
    assertTrue(message.contains("line 1: malformed JSON: expected at most 256 lists"), message);
  }
}
