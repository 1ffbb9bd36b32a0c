package dev.fathom.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.format.Safetensors;
import dev.fathom.json.JsonValues;
import dev.fathom.model.Continuation;
import dev.fathom.model.Model;
import dev.fathom.model.Preparation;
import dev.fathom.model.Weights;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.store.Bundle;
import dev.fathom.template.TemplateException;
import dev.fathom.text.Chat;
import dev.fathom.text.Tokenizer;
import dev.fathom.text.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * A folder with a model that others trained, as Hugging Face's transformers or
 * sentence-transformers wrote it: {@code config.json}, {@code tokenizer.json}, and the weights as
 * safetensors, in one file or in shards. Its weights are mapped, and copied when a model is
 * published. Safe for several threads; models of it are of use until it is closed.
 */
public final class Pretrained implements AutoCloseable {
  /** How long texts may be, in tokens, where nobody says: caches take memory for each. */
  public static final int USUAL_CONTEXT = 4096;

  /** What matrices may be stored as, by the names that people give. */
  public static final Map<String, DType> WEIGHT_TYPES =
      Map.of("f32", DType.F32, "bf16", DType.BF16, "int8", DType.I8);

  static final String CONTEXT = "context";
  static final String CONFIG = "config";
  static final String GENERATION = "generation";
  static final String SENTENCE = "sentence";
  static final String TOKENIZER = "tokenizer";
  static final String CHAT_TEMPLATE = "chatTemplate";

  private final Folder folder;
  private final Config config;
  private final Tokenizer tokenizer;

  private Pretrained(Folder folder, Config config, Tokenizer tokenizer) {
    this.folder = folder;
    this.config = config;
    this.tokenizer = tokenizer;
  }

  /**
   * Opens a folder. Weights are not read yet.
   *
   * @throws PretrainedException if a file or a shard is missing, or the architecture is not known
   * @throws dev.fathom.format.FormatException if a file is damaged, with the place
   * @throws dev.fathom.json.SpecException if the tokenizer has a part that is not supported
   * @throws IOException if a file cannot be read
   */
  public static Pretrained open(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new PretrainedException(path.toString(), "expected a folder with a config.json");
    }
    Config config = Config.of(Folder.CONFIG, Folder.required(path, Folder.CONFIG));
    Architectures.of(config);
    if (!Files.isRegularFile(path.resolve(Folder.TOKENIZER))) {
      boolean old = Files.exists(path.resolve("tokenizer.model"));
      throw new PretrainedException(
          path.toString(),
          "expected a file %s%s"
              .formatted(
                  Folder.TOKENIZER,
                  old
                      ? "; AutoTokenizer.from_pretrained(...).save_pretrained(...) makes one of"
                          + " tokenizer.model"
                      : ""));
    }
    Tokenizer tokenizer = Tokenizers.readHuggingFace(path.resolve(Folder.TOKENIZER));
    return new Pretrained(new Folder(path), config, tokenizer);
  }

  /** {@return a name that a model of a folder may have} */
  public static String nameOf(String folder) {
    String last = folder.replaceFirst("[/\\\\]+$", "").replaceFirst("(?s).*[/\\\\]", "");
    String clean =
        last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
    return clean.isEmpty() ? "imported" : clean.substring(0, Math.min(clean.length(), 63));
  }

  /** {@return the {@code model_type}, {@code llama} for example} */
  public String architecture() {
    return config.text("model_type");
  }

  /** {@return the longest text that the model can take, in tokens} */
  public int longest() {
    return Architectures.of(config).longest(config);
  }

  /**
   * {@return the model}
   *
   * @param name that it gets
   * @param context the longest text, in tokens; empty for the longest that it can take, but {@value
   *     #USUAL_CONTEXT} at most
   * @throws PretrainedException if the context is too long, the configuration has a form that is
   *     not supported, or a tensor is missing, has another shape, or has no place in the network
   */
  public Model model(String name, OptionalInt context) throws IOException {
    int longest = Math.min(longest(), Sentence.longest(folder).orElse(Integer.MAX_VALUE));
    int length = context.orElse(Math.min(longest, USUAL_CONTEXT));
    if (length < 1 || length > longest) {
      throw new PretrainedException(
          Folder.CONFIG, "expected a context of 1 to %d but got %d".formatted(longest, length));
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode().put(CONTEXT, length);
    json.set(CONFIG, config.json());
    folder.optional(Folder.GENERATION).ifPresent(node -> json.set(GENERATION, node));
    folder.optional(Folder.TOKENIZER_CONFIG).ifPresent(node -> json.set(TOKENIZER, node));
    folder.text(Folder.CHAT_TEMPLATE).ifPresent(text -> json.put(CHAT_TEMPLATE, text));
    Sentence.describe(folder).ifPresent(sentence -> json.set(SENTENCE, sentence));
    Made made = Made.of(json);
    FolderWeights tensors = new FolderWeights(folder, made.blueprint, made.network.parameters());
    checkTokens(made.network);
    return builder(name, json, made, new Weights(made.network.parameters(), tensors), tokenizer)
        .weightType(tensors.matrices(made.network.parameters()))
        .build();
  }

  /**
   * {@return a model of a folder with matrices of another type}
   *
   * @param type f32, bf16, or i8 with a factor for each row
   * @throws IllegalArgumentException if a matrix is to be i8 and has a number that is not finite,
   *     once it is read
   */
  public static Model with(Model model, DType type) {
    return type == model.weightType()
        ? model
        : model.with(model.parameters().stored(type)).weightType(type).build();
  }

  /** {@return the name in {@link #WEIGHT_TYPES} of what a model's matrices are stored as} */
  public static String weightType(Model model) {
    return WEIGHT_TYPES.entrySet().stream()
        .filter(each -> each.getValue() == model.weightType())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private void checkTokens(Network network) {
    if (tokenizer.size() > network.vocabulary()) {
      throw new PretrainedException(
          Folder.TOKENIZER,
          "expected at most %d tokens, the vocab_size of config.json, but got %d"
              .formatted(network.vocabulary(), tokenizer.size()));
    }
  }

  /**
   * {@return a model that was published, whose weights stay in its file}
   *
   * @throws dev.fathom.store.StoreException if a file is damaged, naming it
   * @throws dev.fathom.json.SpecException if its description is not valid, with the place
   * @throws PretrainedException if it has a form that this version of Fathom does not know
   * @throws IOException if a file cannot be read
   */
  public static Model load(Bundle bundle) throws IOException {
    ObjectNode json = bundle.json();
    ObjectNode description = JsonValues.object(json.path("pretrained"), "/pretrained");
    Made made = Made.of(description);
    Tokenizer tokenizer = Tokenizers.read(bundle.file(Model.TOKENIZER));
    try (Safetensors file = Safetensors.open(bundle.file(Model.WEIGHTS))) {
      Weights weights = Weights.mapped(file, made.network.parameters());
      return builder(json.path("name").asText(), description, made, weights, tokenizer)
          .weightType(Model.weightType(bundle))
          .build();
    }
  }

  /**
   * Writes a model that was imported as transformers reads it: with the names, the configuration
   * and the tokenizer of the folder that it came from, and the parameters that it has now.
   *
   * @param folder made, or empty
   * @throws PretrainedException if the model was not imported, or the folder has files
   * @throws IOException if a file cannot be written
   */
  public static void export(Model model, Path folder) throws IOException {
    ObjectNode json =
        model
            .pretrained()
            .orElseThrow(
                () ->
                    new PretrainedException(
                        model.name(), "expected a model that was imported, not one of a spec"));
    new FolderExport(model, json, Made.of(json).blueprint).write(folder);
  }

  private static Model.Builder builder(
      String name, ObjectNode json, Made made, Weights weights, Tokenizer tokenizer) {
    Preparation inputs = Preparation.none(made.network);
    return Model.builder(name, made.network, weights, Weights.initial(made.network.states(), 0))
        .preparation(
            new Preparation(inputs.inputs(), Optional.of(tokenizer), Optional.empty())
                .withChat(chat(json)))
        .task(made.blueprint.task())
        .pretrained(json)
        .continuation(continuation(json));
  }

  /** How it chats: a template has a file of its own, or stands with the tokenizer. */
  private static Optional<Chat> chat(ObjectNode json) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    if (json.path(TOKENIZER) instanceof ObjectNode all) {
      config.setAll(all);
    }
    boolean ofItsOwn = json.has(CHAT_TEMPLATE);
    if (ofItsOwn) {
      config.set("chat_template", json.get(CHAT_TEMPLATE));
    }
    try {
      return Chat.ofHuggingFace(config);
    } catch (TemplateException e) {
      throw new PretrainedException(
          ofItsOwn ? Folder.CHAT_TEMPLATE : Folder.TOKENIZER_CONFIG,
          "chat_template: " + e.getMessage());
    }
  }

  private static Continuation continuation(ObjectNode json) {
    JsonNode generation = json.path(GENERATION);
    return GenerationConfig.read(
        json.path(CONFIG), generation.isObject() ? (ObjectNode) generation : null);
  }

  /** A network that was made of its description. */
  private record Made(Blueprint blueprint, Network network) {
    static Made of(ObjectNode json) {
      Config config =
          Config.of(Folder.CONFIG, JsonValues.object(json.path(CONFIG), "/pretrained/config"));
      int context = json.path(CONTEXT).asInt();
      Sentence sentence =
          json.has(SENTENCE) ? Sentence.read((ObjectNode) json.path(SENTENCE)) : Sentence.NONE;
      Blueprint blueprint = Architectures.of(config).blueprint(config, sentence, context);
      SequencedMap<String, Shape> inputs = new LinkedHashMap<>();
      inputs.put(Graph.INPUT, Shape.of(context));
      return new Made(blueprint, new Network(blueprint.graph(), inputs));
    }
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
