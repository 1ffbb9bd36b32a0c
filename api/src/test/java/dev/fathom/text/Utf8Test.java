package dev.fathom.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fathom.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ff, 0",
    "61 e9 62, 1",
    "61 62 c3, 2",
    "61 c0 80, 1",
    "e2 82 41, 0",
    "61 ed a0 80, 1",
    "f4 90 80 80, 0",
    "c3 a9 80, 2",
  })
  void namesTheByteThatIsNotUtf8(String hex, int position) throws IOException {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    TextException wrong = assertThrows(TextException.class, () -> Utf8.decode(bytes));
    assertEquals(position, wrong.position(), wrong.getMessage());
    Path file = Files.write(folder.resolve("text.txt"), bytes);
    FormatException inFile = assertThrows(FormatException.class, () -> Utf8.read(file));
    assertEquals(position, inFile.offset());
    assertEquals(file, inFile.file());
  }

  @Test
  void says() {
    byte[] latin1 = "café".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(
        "[utf-8] byte 3: expected UTF-8 but got e9",
        assertThrows(TextException.class, () -> Utf8.decode(latin1)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"a\uD800, 1", "\uDC00a, 0", "a\uD83D\uDE00\uD83Db, 3"})
  void refusesHalfOfAPair(String text, int position) {
    TextException wrong = assertThrows(TextException.class, () -> Utf8.encode(text));
    assertEquals(position, wrong.position(), wrong.getMessage());
  }

  @Test
  void readsFilesWithAndWithoutByteOrderMark() throws IOException {
    Path file = folder.resolve("text.txt");
    for (String text : new String[] {"", "a", "é\n😀"}) {
      assertEquals(text, Utf8.read(Files.writeString(file, text)));
      assertEquals(text, Utf8.read(Files.writeString(file, "\uFEFF" + text)));
      assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), Utf8.encode(text));
    }
  }
}
