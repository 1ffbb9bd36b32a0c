package dev.fathom.service.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.service.TinyText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chats through a pipe. */
@Timeout(60)
class ChatCommandTest {

  @TempDir static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void model() throws IOException {
    CommandLines.use(folder);
    Files.writeString(folder.resolve("book.txt"), TinyText.book());
    var spec = folder.resolve("spec.json");
    Files.writeString(spec, TinyText.spec("plain", "", "book.txt"));
    assertEquals(0, Main.commandLine().execute("train", spec.toString()));
    var chat =
        """
        "chat": {"template": "{% for m in messages %}{{ m.content | trim }}{% endfor %}", "end": ["f"]},\
        """;
    Files.writeString(spec, TinyText.spec("talker", chat, "book.txt"));
    assertEquals(0, Main.commandLine().execute("train", spec.toString()));
  }

  @AfterAll
  static void forget() {
    CommandLines.forget();
  }

  private int chat(String input, String... arguments) {
    var before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return CommandLines.run(out, err, arguments);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void answersLineByLineAndRemembers() {
    assertEquals(0, chat("ab\nfgh\n", "chat", "talker", "--temperature", "0"), err::toString);
    // Behind "ab", "cdé" and "fgh"; the second answer ends with the context, in a character.
    assertEquals("cdé\nij abcd\ufffd\n", out.toString());
    assertTrue(err.toString().matches("(?s)\\[5 tokens, [0-9.]+ tokens/s]\n.*"), err::toString);
  }

  @Test
  void commandsBeginAnew() {
    var input = "ab\n/reset\ngh\n/system fg\nh\\\n\n/help\n\n/exit\nab\n";
    assertEquals(
        0, chat(input, "chat", "talker", "--temperature", "0", "--max-tokens", "2"), err::toString);
    assertEquals("cd\nij\nij\n", out.toString());
    assertTrue(
        err.toString().contains("there is no /help but /reset, /system TEXT and /exit"),
        err::toString);
  }

  @Test
  void whatDoesNotFitIsToldAndForgotten() {
    assertEquals(
        0,
        chat("abcdefghijabcdefghijabcdefghij\nab\n", "chat", "talker", "--temperature", "0"),
        err::toString);
    assertEquals("cdé\n", out.toString());
    assertTrue(err.toString().contains("a text of at most 16 tokens"), err::toString);
  }

  @Test
  void aModelWithoutATemplateNeedsOne() throws IOException {
    assertEquals(2, chat("ab\n", "chat", "plain"));
    assertTrue(err.toString().contains("'plain' has no chat template"), err::toString);
    var template = folder.resolve("chat.jinja");
    Files.writeString(template, "{{ messages[-1].content }}");
    assertEquals(
        0,
        chat(
            "ab",
            "chat",
            "plain",
            "--template",
            template.toString(),
            "--temperature",
            "0",
            "--max-tokens",
            "2"),
        err::toString);
    assertEquals("cd\n", out.toString());
    Files.writeString(template, "\n{% for %}");
    assertEquals(2, chat("ab", "chat", "plain", "--template", template.toString()));
    assertTrue(err.toString().contains("line 2"), err::toString);
  }
}
