package dev.fathom.service.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Idx;
import dev.fathom.format.FormatException;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.ModelVersion;
import dev.fathom.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a model, without a service and beside one. */
@Command(
    name = "predict",
    description = "Asks a trained model and prints one line per example: label and confidence.",
    footer = {
      "",
      "Example: fathom predict lenet samples/mnist/t10k-images-idx3-ubyte.gz --first 7 --count 3"
    })
final class PredictCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      description = "A model's name, or NAME:VERSION; the newest version by default.")
  private String model;

  @Parameters(
      paramLabel = "INPUT",
      description = "An IDX file of examples, a file with JSON, or a JSON array of raw values.")
  private String input;

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "0",
      description = "First example of a file, from 0 (default: 0).")
  private int first;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many examples of a file (default: 1).")
  private int count;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = Model.load(find(directory, model).bundle());
      var values = values(loaded);
      var selection = LocalOptions.select(config);
      try (var backend = selection.backend();
          var predictor = Predictor.open(backend, loaded)) {
        print(loaded, predictor.predict(values));
      }
      return 0;
    } catch (StoreException | DataException | FormatException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /**
   * {@return the model that a caller means}
   *
   * @param model NAME or NAME:VERSION
   */
  static ModelVersion find(DataDirectory directory, String model) throws IOException {
    int colon = model.indexOf(':');
    if (colon < 0) {
      return directory.models().newest(model);
    }
    if (!model.substring(colon + 1).matches("[1-9]\\d{0,8}")) {
      throw new CommandException("expected NAME:VERSION but got " + model);
    }
    return directory
        .models()
        .get(model.substring(0, colon), Integer.parseInt(model.substring(colon + 1)));
  }

  /** {@return the raw values of the examples that are asked for} */
  private float[] values(Model loaded) throws IOException {
    int width = Math.toIntExact(loaded.rawShape().elements());
    if (input.strip().startsWith("[")) {
      return fromJson(input, width);
    }
    var file = Path.of(input);
    if (!Files.isRegularFile(file)) {
      throw new CommandException("there is no file " + input);
    }
    return input.endsWith(".json")
        ? fromJson(Files.readString(file), width)
        : fromIdx(ArrayDataset.named(input).idx("input", Idx.read(file)).build(), width);
  }

  private float[] fromIdx(Dataset examples, int width) {
    if (examples.columns().getFirst().shape().elements() != width) {
      throw new CommandException(
          "%s: expected examples of %d values but got shape %s"
              .formatted(input, width, examples.columns().getFirst().shape()));
    }
    if (first < 0 || count < 1 || first + count > examples.size()) {
      throw new CommandException(
          "expected --first and --count within the %d examples of %s"
              .formatted(examples.size(), input));
    }
    var values = new float[count * width];
    for (int i = 0; i < count; i++) {
      examples.read(0, first + i, values, i * width);
    }
    return values;
  }

  /** Takes nested and flat arrays, and requests of the Open Inference Protocol. */
  private static float[] fromJson(String text, int width) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new CommandException("malformed JSON: " + e.getOriginalMessage());
    }
    var data = json.isArray() ? json : json.path("inputs").path(0).path("data");
    var values = new float[count(data)];
    fill(data, values, 0);
    if (values.length == 0 || values.length % width != 0) {
      throw new CommandException(
          "expected a multiple of %d numbers but got %d".formatted(width, values.length));
    }
    return values;
  }

  private static int count(JsonNode data) {
    int count = data.isArray() ? 0 : 1;
    for (var part : data) {
      count += count(part);
    }
    return data.isMissingNode() ? 0 : count;
  }

  private static int fill(JsonNode data, float[] values, int at) {
    if (data.isArray()) {
      for (var part : data) {
        at = fill(part, values, at);
      }
      return at;
    }
    if (!data.isNumber()) {
      throw new CommandException("expected numbers but got " + data);
    }
    values[at] = data.floatValue();
    return at + 1;
  }

  private void print(Model loaded, float[] answers) {
    int width = Math.toIntExact(loaded.network().output().elements());
    for (int from = 0; from < answers.length; from += width) {
      var answer = Arrays.copyOfRange(answers, from, from + width);
      command.commandLine().getOut().println(text(loaded, answer));
    }
  }

  private static String text(Model loaded, float[] answer) {
    if (!loaded.classifies()) {
      return Arrays.toString(answer);
    }
    int best = 0;
    for (int i = 1; i < answer.length; i++) {
      best = answer[i] > answer[best] ? i : best;
    }
    var label = loaded.labels().isEmpty() ? Integer.toString(best) : loaded.labels().get(best);
    return "%s, %.0f %%".formatted(label, 100 * answer[best]);
  }
}
