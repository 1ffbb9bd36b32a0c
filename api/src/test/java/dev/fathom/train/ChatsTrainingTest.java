package dev.fathom.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Tokens;
import dev.fathom.generate.Generation;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.json.Json;
import dev.fathom.json.SpecException;
import dev.fathom.spec.Spec;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatsTrainingTest {
  private static final String END = "<|im_end|>";
  private static final String TOWNS = "Rome,Oslo,Bern,Lima,Cairo,Paris,Quito,Seoul";

  @TempDir Path folder;

  private static Spec spec(String data, String training) {
    return Spec.parse(
        """
        {"name": "towns",
         "data": {"format": "chats", "train": "train.jsonl", "length": 48, "chat": "chatml",
                  "tokenizer": {"type": "bpe", "vocabulary": 300, "special": ["<|im_start|>", "<|im_end|>"]}%s},
         "model": [{"type": "embedding", "vocabulary": 300, "features": 32},
                   {"type": "decoder", "heads": 4, "hidden": 64, "rotaryBase": 10000},
                   {"type": "decoder", "heads": 4, "hidden": 64, "rotaryBase": 10000},
                   {"type": "layernorm"}, {"type": "dense", "units": 300}],
         "training": {"batchSize": 16, "seed": 1, "optimizer": {"type": "adam", "learningRate": 0.003}, %s}}"""
            .formatted(data, training));
  }

  private static String turn(String role, String content) {
    return "{\"role\": \"%s\", \"content\": \"%s\"}".formatted(role, content);
  }

  private static String dialogue(String... turns) {
    return "{\"messages\": [" + String.join(", ", turns) + "]}";
  }

  /** What is asked is answered with its letters turned round. */
  private static String question(String town) {
    return dialogue(
        turn("user", "Turn " + town),
        turn("assistant", new StringBuilder(town).reverse().toString()));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void learnsToAnswer() throws IOException {
    String all =
        IntStream.range(0, 6)
            .boxed()
            .flatMap(_ -> List.of(TOWNS.split(",")).stream())
            .map(ChatsTrainingTest::question)
            .collect(Collectors.joining("\n"));
    write("train.jsonl", all);
    write("test.jsonl", question("Oslo"));
    Spec spec = spec(", \"test\": \"test.jsonl\"", "\"epochs\": 40");
    TrainingResult result =
        Trainer.of(spec, TrainingData.open(spec, folder), Digits.java()).build().run();
    assertEquals(1, result.test().orElseThrow().accuracy());
    var chat = result.model().preparation().chat().orElseThrow();
    try (var backend = Digits.java().backend();
        var generator = Generator.open(backend, result.model())) {
      ObjectNode asked = (ObjectNode) Json.read(dialogue(turn("user", "Turn Quito")));
      String prompt = chat.prompt(asked.put("add_generation_prompt", true));
      Tokenizer tokenizer = result.model().tokenizer().orElseThrow();
      Sampling sampling =
          Sampling.GREEDY.withMaxTokens(12).withEnd(Set.of(tokenizer.encodeWithSpecial(END)[0]));
      StringBuilder said = new StringBuilder();
      try (Generation answer = generator.start(tokenizer.encodeWithSpecial(prompt), sampling)) {
        for (String piece = answer.next(); piece != null; piece = answer.next()) {
          said.append(piece);
        }
      }
      assertEquals("otiuQ", said.toString());
    }
  }

  @Test
  void learnsAnswersOnly() throws IOException {
    write(
        "train.jsonl",
        dialogue(
            turn("system", "be kind"),
            turn("user", "a"),
            turn("assistant", "bb"),
            turn("user", "c"),
            turn("assistant", "d")));
    Spec spec = spec(", \"longer\": \"cut\"", "\"steps\": 1, \"validation\": 0");
    TrainingData data = TrainingData.open(spec, folder);
    Tokenizer tokenizer = data.tokenizer().orElseThrow();
    Dataset train = data.train();
    int[] tokens = new int[48];
    int[] next = new int[48];
    int[] bytes = new int[48];
    train.read(0, 0, tokens, 0);
    train.read(1, 0, next, 0);
    train.read(2, 0, bytes, 0);
    StringBuilder learned = new StringBuilder();
    for (int i = 0; i < 48; i++) {
      if (next[i] >= 0) {
        learned.append(tokenizer.isSpecial(next[i]) ? "|" : tokenizer.decode(next[i]));
        assertEquals(tokenizer.bytes(next[i]).length, bytes[i]);
        assertTrue(i == 47 || tokens[i + 1] == next[i]);
      } else {
        assertEquals(0, bytes[i]);
      }
    }
    assertTrue("bb|\nd|\n".startsWith(learned.toString()), learned::toString);
    assertTrue(learned.toString().startsWith("bb|"), learned::toString);
    assertEquals(List.of(Tokens.TOKENS, Tokens.NEXT, Tokens.BYTES), names(train));
    int[] whole =
        tokenizer.encodeWithSpecial("<|im_start|>system\nbe kind<|im_end|>\n<|im_start|>user\na");
    assertArrayEquals(whole, java.util.Arrays.copyOf(tokens, whole.length));
  }

  private static List<String> names(Dataset dataset) {
    return dataset.columns().stream().map(column -> column.name()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"messages": [                                      | line 2: expected JSON but
          {"text": "a"}                                       | line 2: expected {"messages": [...]}
          []                                                  | line 2: expected {"messages": [...]}
          {"messages": [{"role": "user", "content": "a"}]}    | line 2: expected {"messages": [...]} with a message of the role "assistant"
          {"messages": [{"role": "assistant", "content": 1}]} | line 2: /messages/0: expected a message with "role"
          {"messages": [{"content": "a"}]}                    | line 2: /messages/0: expected a message with "role"
          """)
  void namesTheLineThatIsWrong(String line, String message) throws IOException {
    write("train.jsonl", question("Rome") + "\n" + line + "\n");
    Spec spec = spec("", "\"steps\": 1");
    DataException wrong = assertThrows(DataException.class, () -> TrainingData.open(spec, folder));
    assertTrue(wrong.getMessage().startsWith("[chats] train.jsonl, " + message), wrong::getMessage);
  }

  @Test
  void refusesWhatIsTooLongOrHasNoAnswerLeft() throws IOException {
    write("train.jsonl", dialogue(turn("user", "x y ".repeat(40)), turn("assistant", "z")));
    for (String data : List.of("", ", \"longer\": \"cut\"")) {
      Spec spec = spec(data, "\"steps\": 1, \"validation\": 0");
      DataException wrong =
          assertThrows(DataException.class, () -> TrainingData.open(spec, folder));
      assertTrue(
          wrong
              .getMessage()
              .contains("line 1: expected at most 49 tokens, with an answer, but got"),
          wrong::getMessage);
    }
  }

  @Test
  void aTemplateMustWriteAnswersBehindTheirPrompts() throws IOException {
    write("train.jsonl", question("Rome"));
    Spec spec =
        Spec.parse(
            spec("", "\"steps\": 1, \"validation\": 0")
                .expand()
                .toString()
                .replaceAll(
                    "\"chat\":\\{.*?\\},\"tok",
                    "\"chat\":{\"template\":\"{{ messages | length }}\"},\"tok"));
    DataException wrong = assertThrows(DataException.class, () -> TrainingData.open(spec, folder));
    assertTrue(wrong.getMessage().contains("behind the prompt for it"), wrong::getMessage);
    SpecException none =
        assertThrows(
            SpecException.class,
            () -> Spec.parse(spec.expand().toString().replaceAll("\"chat\":\\{.*?\\},", "")));
    assertEquals("/data/chat", none.pointer());
  }
}
