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
import java.util.OptionalInt;
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
        "[text] row 0 of 'train': [tokens] token 2: expected a text of 1 to 2 tokens but got 3");
    Dataset cut = Tokens.padded(table, "text", "", new Bytes(), 2, 0, Longer.CUT);
    assertEquals(2, cut.columns().size());
    cut.read(0, 0, values, 0);
    cut.read(1, 0, values, 2);
    assertArrayEquals(new int[] {'a', 'b', 2}, IntStream.of(values).limit(3).toArray());
    assertWrong(
        () -> Tokens.padded(table, "text", "", new Characters("abc", false), 4, 0, Longer.CUT),
        "[text] row 1 of 'train': [encode] character 0: expected one of the 3 characters of the"
            + " vocabulary but got 'é' (U+00E9)");
    write("train/x/0", "");
    Table empty = TextFiles.folders(folder.resolve("train"));
    assertWrong(
        () -> Tokens.padded(empty, "text", "", new Bytes(), 4, 0, Longer.CUT), "row 0 of 'train'");
  }

  @Test
  void cutsWindows() {
    int[] tokens = IntStream.range(0, 11).toArray();
    Dataset windows = windows(4, 3, OptionalInt.empty(), tokens);
    tokens[3] = 99;
    assertEquals(3, windows.size());
    assertArrayEquals(new int[] {6, 7, 8, 9, 7, 8, 9, 10}, window(windows, 2));
    float[] floats = new float[5];
    windows.read(1, 0, floats, 1);
    assertArrayEquals(new float[] {0, 1, 2, 3, 4}, floats);
    assertThrows(IndexOutOfBoundsException.class, () -> window(windows, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> windows.read(2, 0, new int[4], 0));
    assertEquals(1, windows(4, 1, OptionalInt.empty(), new int[5]).size());
    assertEquals(2, windows(4, 4, OptionalInt.empty(), new int[9]).size());
    assertWrong(() -> windows(4, 1, OptionalInt.empty(), new int[4]), "'book' but got 4 tokens");
    assertWrong(() -> windows(1, 0, OptionalInt.empty(), new int[4]), "length 1, stride 0");
  }

  /** Every token but the first of each text is a target, and of full strides exactly once. */
  @Test
  void fillsTheLastWindowOfEachText() {
    OptionalInt padding = OptionalInt.of(77);
    Dataset windows = windows(4, 4, padding, new int[] {1, 2, 3}, new int[] {9}, new int[] {4, 5});
    assertEquals(2, windows.size());
    assertArrayEquals(new int[] {1, 2, 3, 77, 2, 3, -1, -1}, window(windows, 0));
    assertArrayEquals(new int[] {4, 5, 77, 77, 5, -1, -1, -1}, window(windows, 1));
    for (int count = 2; count < 20; count++) {
      int[] tokens = IntStream.range(0, count).toArray();
      for (int stride = 1; stride <= 4; stride++) {
        Dataset all = windows(4, stride, padding, tokens);
        List<Integer> targets =
            IntStream.range(0, all.size())
                .flatMap(row -> IntStream.of(window(all, row)).skip(4))
                .filter(target -> target >= 0)
                .boxed()
                .toList();
        assertEquals(count - 1, targets.stream().distinct().count(), count + " " + stride);
        assertTrue(stride < 4 || targets.size() == count - 1, count + " " + stride);
      }
    }
    assertWrong(() -> windows(4, 4, padding, new int[1], new int[0]), "but got 2 shorter ones");
  }

  private static Dataset windows(int length, int stride, OptionalInt padding, int[]... texts) {
    return Tokens.windows("book", List.of(texts), length, stride, padding);
  }

  private static int[] window(Dataset windows, int row) {
    int[] values = new int[8];
    windows.read(windows.column("tokens"), row, values, 0);
    windows.read(windows.column("next"), row, values, 4);
    return values;
  }

  private interface Call {
    void run() throws IOException;
  }

  private static void assertWrong(Call call, String part) {
    String message = assertThrows(DataException.class, call::run, part).getMessage();
    assertTrue(message.contains(part), message);
  }
}
