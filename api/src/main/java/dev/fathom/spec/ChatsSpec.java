package dev.fathom.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Split;
import dev.fathom.data.Table;
import dev.fathom.data.TextFiles;
import dev.fathom.data.Tokens;
import dev.fathom.data.Tokens.Dialogue;
import dev.fathom.data.Tokens.Longer;
import dev.fathom.json.Fields;
import dev.fathom.json.Json;
import dev.fathom.task.LanguageModel;
import dev.fathom.text.Chat;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Dialogues, of which the answers are learned: a file with a JSON object in each line, as OpenAI's
 * fine-tuning takes it.
 *
 * <pre>{@code
 * {"format": "chats", "train": "train.jsonl", "test": "test.jsonl", "length": 128, "chat": "chatml",
 *  "tokenizer": {"type": "model"}}
 *
 * {"messages": [{"role": "user", "content": "Who spoke in 1861?"}, {"role": "assistant", "content": "Abraham Lincoln."}]}
 * }</pre>
 *
 * <p>The network gets {@value Tokens#TOKENS} and learns {@value Tokens#NEXT}, both {@code
 * [length]}, see {@link Tokens#dialogues}. What else an object has, such as {@code tools}, the
 * template gets too.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a file of dialogues
 * @param test as {@code train} is, to test the result on
 * @param chat how messages become a text; the model that is published chats by it
 * @param tokenizer of these texts; one that learns sees what the messages of the training examples
 *     say
 * @param length how many tokens an example has
 * @param longer the treatment of longer dialogues
 */
public record ChatsSpec(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    Optional<Chat> chat,
    TextSpec.Cutter tokenizer,
    int length,
    Longer longer)
    implements Source {
  private static final String MESSAGES = "messages";
  private static final String ASSISTANT = "assistant";

  /** Reads what stands beside {@code "format"}. */
  static ChatsSpec parse(Fields f) {
    return new ChatsSpec(
        Spec.dataset(f),
        f.text("train", null),
        f.optionalText("test"),
        Optional.of(f.required("chat", Chat::read)),
        f.required("tokenizer", TextSpec::tokenizer),
        (int) f.integer("length", null, 2, TextSpec.MOST),
        f.choice("longer", "refuse", Map.of("refuse", Longer.REFUSE, "cut", Longer.CUT)));
  }

  @Override
  public String input() {
    return Tokens.TOKENS;
  }

  @Override
  public String target(Fields f) {
    return f.choice("target", Tokens.NEXT, Map.of(Tokens.NEXT, Tokens.NEXT));
  }

  @Override
  public Optional<String> task() {
    return Optional.of(LanguageModel.NAME);
  }

  @Override
  public Optional<String> learned() {
    return Optional.of(train);
  }

  @Override
  public Optional<String> tested() {
    return test;
  }

  @Override
  public Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException {
    Table lines = TextFiles.lines(finder.find(train));
    List<ObjectNode> learned = dialogues(lines);
    Split split =
        Split.random(lines.targets(""), spec.training().validation(), spec.training().seed());
    int[] rows = Texts.rows(split.train());
    List<String> said = new ArrayList<>();
    for (int row : rows) {
      learned.get(row).path(MESSAGES).forEach(each -> said.add(each.path("content").asText("")));
    }
    Tokenizer cutter = Texts.tokenizer(spec, tokenizer, said, finder);
    Dataset all = examples(spec, lines.name(), learned, cutter);
    Optional<Dataset> tests = Optional.empty();
    if (test.isPresent()) {
      Table tested = TextFiles.lines(finder.find(test.get()));
      tests = Optional.of(examples(spec, tested.name(), dialogues(tested), cutter));
    }
    return new Examples(
        all.select(lines.name() + " (train)", rows),
        Optional.of(all.select(lines.name() + " (validation)", Texts.rows(split.validation()))),
        tests,
        List.of(),
        Optional.of(cutter),
        lines.notes(),
        List.of());
  }

  private static List<ObjectNode> dialogues(Table lines) {
    List<ObjectNode> all = new ArrayList<>();
    for (String line : lines.texts(TextFiles.TEXT)) {
      JsonNode json;
      try {
        json = Json.read(line);
      } catch (JsonProcessingException e) {
        throw wrong(lines.name(), all.size(), "expected JSON but " + e.getOriginalMessage());
      }
      boolean answers = false;
      JsonNode messages = json.path(MESSAGES);
      for (int i = 0; i < messages.size(); i++) {
        JsonNode role = messages.path(i).path("role");
        JsonNode content = messages.path(i).path("content");
        if (!role.isTextual() || !content.isTextual() && !content.isNull()) {
          throw wrong(
              lines.name(),
              all.size(),
              "/messages/%d: expected a message with \"role\" and \"content\", both texts"
                  .formatted(i));
        }
        answers |= role.textValue().equals(ASSISTANT);
      }
      if (!messages.isArray() || !answers || !(json instanceof ObjectNode dialogue)) {
        throw wrong(
            lines.name(),
            all.size(),
            "expected {\"messages\": [...]} with a message of the role \"assistant\"");
      }
      all.add(dialogue);
    }
    return all;
  }

  private Dataset examples(Spec spec, String name, List<ObjectNode> dialogues, Tokenizer cutter) {
    List<Dialogue> all = new ArrayList<>();
    for (ObjectNode dialogue : dialogues) {
      try {
        all.add(Dialogue.of(chat.orElseThrow().parts(dialogue), cutter));
      } catch (IllegalArgumentException e) {
        throw wrong(name, all.size(), e.getMessage());
      }
    }
    return Tokens.dialogues(name, all, length, Texts.padding(spec, cutter), longer, cutter);
  }

  private static DataException wrong(String name, int row, String message) {
    return new DataException("[chats] %s, line %d: %s".formatted(name, row + 1, message));
  }
}
