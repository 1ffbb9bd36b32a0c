package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.Chats;
import dev.fathom.generate.Generator;
import dev.fathom.generate.Sampling;
import dev.fathom.model.Model;
import dev.fathom.store.DataDirectory;
import dev.fathom.text.Chat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Chats with a language model. It needs no service, and works while one runs. */
@Command(
    description = {
      "Chats with a language model that has a chat template. Each line is a message; one that ends",
      "in \\ goes on in the next. What begins with / is for the command:",
      "  /reset        begins anew, with the same system message",
      "  /system TEXT  begins anew with another system message; without TEXT with none",
      "  /exit         ends; so does the end of the input"
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} chat talker --system \"Be brief.\" --temperature 0.8",
      "  ${ROOT-COMMAND-NAME} chat talker --template chat.jinja > answers.txt"
    })
final class ChatCommand implements Callable<Integer> {

  @Mixin private ModelReference model;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message (default: none).")
  private String system;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "1000000000",
      description = "How many tokens an answer has at most (default: to the end of the context).")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 takes the likeliest token each time; 1 draws by probability (default: what an "
              + "imported model says, else 0.7).")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draws from the K likeliest tokens, of 0 from all (default: as --temperature).")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draws from the likeliest tokens that have this share together (default: as "
              + "--temperature, else 1).")
  private Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "Draws no token less likely than this share of the likeliest (default: 0, all).")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description =
          "Above 1, tokens that came before become less likely (default: as --temperature, "
              + "else 1).")
  private Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same answers (default: others each time).")
  private Long seed;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "A chat template in Jinja, instead of the model's.")
  private Path template;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();

  @Override
  public Integer call() throws IOException {
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = model.load(directory);
      var chat = chat(loaded.preparation().chat(), loaded.name());
      var sampling = sampling(loaded);
      try (var backend = LocalOptions.select(config).backend();
          var generator =
              Generator.open(backend, loaded, config.limits().prefixes().asLongValue())) {
        var input = System.console() == null ? "" : "> ";
        reset();
        talk(generator, chat, Chats.ending(chat, generator.tokenizer(), sampling), input);
      }
      return 0;
    }
  }

  private Chat chat(Optional<Chat> ofModel, String name) throws IOException {
    if (template != null) {
      var source = Files.readString(template);
      return ofModel
          .map(each -> each.withTemplate(source))
          .orElseGet(() -> new Chat(source, "", "", List.of()));
    }
    return ofModel.orElseThrow(
        () ->
            new CommandException(
                "'%s' has no chat template: give its spec one, \"chat\" in \"data\", and train it again; or give one by --template"
                    .formatted(name)));
  }

  private Sampling sampling(Model loaded) {
    var usual = Sampling.GREEDY.withTemperature(0.7).with(loaded.continuation());
    return usual
        .withTemperature(temperature == null ? usual.temperature() : temperature)
        .withTopK(topK == null ? usual.topK() : topK)
        .withTopP(topP == null ? usual.topP() : topP)
        .withMinP(minP)
        .withRepetitionPenalty(
            repetitionPenalty == null ? usual.penalties().repetition() : repetitionPenalty)
        .withSeed(seed == null ? OptionalLong.empty() : OptionalLong.of(seed))
        .withMaxTokens(maxTokens);
  }

  private void talk(Generator generator, Chat chat, Sampling sampling, String sign)
      throws IOException {
    var out = command.commandLine().getOut();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      say(out, sign);
      var message = message(in, sign.isEmpty() ? "" : "  ", out);
      if (message == null || message.strip().equals("/exit")) {
        return;
      }
      var said = message.strip();
      if (said.equals("/reset")) {
        reset();
      } else if (said.equals("/system") || said.startsWith("/system ")) {
        system = said.substring("/system".length()).strip();
        reset();
      } else if (said.startsWith("/")) {
        command
            .commandLine()
            .getErr()
            .println("there is no " + said.split("\\s")[0] + " but /reset, /system TEXT and /exit");
      } else if (!said.isEmpty()) {
        answer(generator, chat, sampling, message);
      }
    }
  }

  /** {@return a message of one line or several; null at the end of the input} */
  private static String message(BufferedReader in, String sign, PrintWriter out)
      throws IOException {
    var message = new StringBuilder();
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.endsWith("\\")) {
        return message.append(line).toString();
      }
      message.append(line, 0, line.length() - 1).append('\n');
      say(out, sign);
    }
    return message.isEmpty() ? null : message.toString();
  }

  private void reset() {
    messages.removeAll();
    if (system != null && !system.isEmpty()) {
      add("system", system);
    }
  }

  private void add(String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  /** What cannot be answered is told, and forgotten. */
  private void answer(Generator generator, Chat chat, Sampling sampling, String message) {
    var out = command.commandLine().getOut();
    add("user", message);
    var text = new StringBuilder();
    long began = System.nanoTime();
    try (var generation =
        generator.start(Chats.prompt(chat, generator.tokenizer(), messages), sampling)) {
      for (var piece = generation.next(); piece != null; piece = generation.next()) {
        text.append(piece);
        say(out, piece);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      out.println();
      command
          .commandLine()
          .getErr()
          .println(
              String.format(
                  Locale.ROOT,
                  "[%d tokens, %.1f tokens/s]",
                  generation.completionTokens(),
                  generation.completionTokens() / seconds));
      add("assistant", text.toString());
    } catch (IllegalArgumentException e) {
      messages.remove(messages.size() - 1);
      command.commandLine().getErr().println(e.getMessage());
    }
    command.commandLine().getErr().flush();
  }

  private static void say(PrintWriter out, String piece) {
    out.print(piece);
    out.flush();
  }
}
