package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.data.Tokens.Longer;
import dev.fathom.format.FormatException;
import dev.fathom.spi.Shape;
import dev.fathom.text.Bytes;
import dev.fathom.text.Characters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void splitsLines() throws IOException {
    assertEquals(
        List.of("a", "", "é 😀", "b"),
        TextFiles.lines(write("t.txt", "\uFEFFa\n\r\né 😀\nb")).texts("text"));
    assertEquals(List.of("a"), TextFiles.lines(write("t.txt", "a\n")).texts("text"));
    assertEquals(0, TextFiles.lines(write("t.txt", "")).size());
    assertThrows(NoSuchFileException.class, () -> TextFiles.lines(folder.resolve("no.txt")));
  }

  @Test
  void takesAFolderForEachClass() throws IOException {
    write("train/spam/2.txt", "win");
    write("train/spam/1.txt", "money\nnow");
    write("train/ham/a", "");
    write("train/ham/.hidden", "no data");
    write("train/.git/x", "no data");
    write("train/README", "no class");
    Table table = TextFiles.folders(folder.resolve("train"));
    assertEquals(List.of("", "money\nnow", "win"), table.texts("text"));
    assertEquals(List.of("ham", "spam"), table.field("label").labels());
    assertArrayEquals(new int[] {0, 1, 1}, table.classes("label"));

    write("test/spam/1.txt", "gold");
    List<String> labels = table.field("label").labels();
    assertArrayEquals(
        new int[] {1}, TextFiles.folders(folder.resolve("test"), labels).classes("label"));
    write("test/news/1.txt", "rain");
    assertWrong(
        () -> TextFiles.folders(folder.resolve("test"), labels),
        "expected a folder for one of the classes [ham, spam] but got 'news'");
    Files.createDirectory(folder.resolve("empty"));
    assertWrong(() -> TextFiles.folders(folder.resolve("empty")), "there is none");
  }

  @Test
  void namesFileAndByteThatAreNotUtf8() throws IOException {
    write("train/a/1.txt", "fine");
    Files.write(write("train/a/2.txt", ""), new byte[] {'o', 'k', (byte) 0xE9});
    FormatException wrong =
        assertThrows(FormatException.class, () -> TextFiles.folders(folder.resolve("train")));
    assertEquals("[utf-8] 2.txt, byte 2: expected UTF-8 but got e9", wrong.getMessage());
    assertEquals(folder.resolve("train/a/2.txt"), wrong.file());
  }

  @Test
  void padsTokens() throws IOException {
    write("train/x/1", "abc");
    write("train/y/1", "é");
    Table table = TextFiles.folders(folder.resolve("train"));
    Dataset dataset = Tokens.padded(table, "text", "label", new Bytes(), 4, 255, Longer.REFUSE);
    assertEquals(
        List.of("tokens", "length", "label"),
        dataset.columns().stream().map(Column::name).toList());
    assertEquals(Shape.of(4), dataset.columns().getFirst().shape());
    int[] values = new int[4];
    dataset.read(0, 0, values, 0);
    assertArrayEquals(new int[] {'a', 'b', 'c', 255}, values);
    dataset.read(0, 1, values, 0);
    assertArrayEquals(new int[] {0xC3, 0xA9, 255, 255}, values);
    dataset.read(1, 1, values, 0);
    dataset.read(2, 1, values, 1);
    assertArrayEquals(new int[] {2, 1}, new int[] {values[0], values[1]});

    assertWrong(
        () -> Tokens.padded(table, "text", "", new Bytes(), 2, 0, Longer.REFUSE),
        "[tokens] row 0 of 'train': expected 1 to 2 tokens but got 3");
    Dataset cut = Tokens.padded(table, "text", "", new Bytes(), 2, 0, Longer.CUT);
    assertEquals(2, cut.columns().size());
    cut.read(0, 0, values, 0);
    cut.read(1, 0, values, 2);
    assertArrayEquals(new int[] {'a', 'b', 2}, IntStream.of(values).limit(3).toArray());
    assertWrong(
        () -> Tokens.padded(table, "text", "", new Characters("abc", false), 4, 0, Longer.CUT),
        "[tokens] row 1 of 'train': [encode] character 0: expected one of the 3 characters of the"
            + " vocabulary but got 'é' (U+00E9)");
    write("train/x/0", "");
    Table empty = TextFiles.folders(folder.resolve("train"));
    assertWrong(
        () -> Tokens.padded(empty, "text", "", new Bytes(), 4, 0, Longer.CUT), "row 0 of 'train'");
  }

  @Test
  void cutsWindows() {
    int[] tokens = IntStream.range(0, 11).toArray();
    Dataset windows = Tokens.windows("book", tokens, 4, 3);
    tokens[3] = 99;
    assertEquals(3, windows.size());
    int[] values = new int[8];
    windows.read(windows.column("tokens"), 2, values, 0);
    windows.read(windows.column("next"), 2, values, 4);
    assertArrayEquals(new int[] {6, 7, 8, 9, 7, 8, 9, 10}, values);
    float[] floats = new float[5];
    windows.read(1, 0, floats, 1);
    assertArrayEquals(new float[] {0, 1, 2, 3, 4}, floats);
    assertThrows(IndexOutOfBoundsException.class, () -> windows.read(0, 3, values, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> windows.read(2, 0, values, 0));
    assertEquals(1, Tokens.windows("book", new int[5], 4, 1).size());
    assertEquals(2, Tokens.windows("book", new int[9], 4, 4).size());
    assertWrong(() -> Tokens.windows("book", new int[4], 4, 1), "got 4 tokens, length 4, stride 1");
    assertWrong(() -> Tokens.windows("book", new int[4], 1, 0), "stride 0");
  }

  private interface Call {
    void run() throws IOException;
  }

  private static void assertWrong(Call call, String part) {
    String message = assertThrows(DataException.class, call::run, part).getMessage();
    assertTrue(message.contains(part), message);
  }
}
