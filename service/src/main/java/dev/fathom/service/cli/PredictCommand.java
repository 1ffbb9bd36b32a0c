package dev.fathom.service.cli;

import dev.fathom.data.Numbers;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.store.DataDirectory;
import dev.fathom.task.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a model. It needs no service, and works while one runs. */
@Command(
    description = "Asks a trained model and prints one line per example: label and confidence.",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} predict letters-lstm --text 'Everyone has the right to a library.'",
      "  ${ROOT-COMMAND-NAME} predict lenet samples/mnist/t10k-images-idx3-ubyte.gz \\",
      "      --first 7 --count 3",
      "  ${ROOT-COMMAND-NAME} predict pets photo.jpg more-photos",
      "  ${ROOT-COMMAND-NAME} predict detector street.png --draw drawn.png"
    })
final class PredictCommand implements Callable<Integer> {

  @Mixin private ModelReference model;

  @Parameters(
      index = "1..*",
      paramLabel = "INPUT",
      arity = "0..*",
      description =
          "A JSON array: a row of raw values, an array of rows, texts. Or a file: examples "
              + "in IDX, a table or texts in CSV, one text a line, JSON. Of a time series in CSV "
              + "the last rows count; see forecast. Or pictures, and folders of them.")
  private List<String> inputs = List.of();

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "A text instead of a file; may come several times.")
  private List<String> texts = List.of();

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "0",
      description = "First example of a file, from 0 (default: 0).")
  private int first;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many examples of a file (default: all, of an IDX file 1).")
  private Integer count;

  @Option(
      names = "--draw",
      paramLabel = "FILE.png",
      description = "Draws the boxes or the mask that a model finds over the picture.")
  private Path draw;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the answer where it is a file: the mask of a segmentation, PNG.")
  private Path file;

  @Option(names = "--json", description = "Prints a JSON object per example.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    if (inputs.isEmpty() == texts.isEmpty()) {
      throw new CommandException("expected either INPUT or --text");
    }
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = model.load(directory);
      var examples = new Examples(loaded, first, count);
      var pictures = PictureInputs.of(inputs);
      if ((draw != null || file != null) && pictures.size() != 1) {
        throw new CommandException(
            "expected one picture beside --draw and --out but got " + pictures.size());
      }
      var values =
          !texts.isEmpty()
              ? List.of(examples.texts(texts))
              : pictures.isEmpty()
                  ? examples.inputs(only(inputs))
                  : List.of(PictureInputs.values(loaded, pictures));
      examples.notes().forEach(note -> command.commandLine().getErr().println("note: " + note));
      var selection = LocalOptions.select(config);
      try (var backend = selection.backend();
          var predictor = Predictor.open(backend, loaded)) {
        print(loaded, predictor.answer(values), pictures);
      }
      return 0;
    }
  }

  private static String only(List<String> inputs) {
    if (inputs.size() > 1) {
      throw new CommandException("expected one INPUT, or pictures, but got " + inputs);
    }
    return inputs.getFirst();
  }

  /** Names the file of each answer, where there are several pictures. */
  private void print(Model loaded, List<Numbers> answers, List<Path> pictures) throws IOException {
    int first = Math.toIntExact(loaded.signature().outputs().getFirst().width());
    for (int i = 0; i < answers.getFirst().size() / first; i++) {
      var answer =
          pictures.isEmpty()
              ? loaded.answer(answers, i)
              : PictureInputs.answer(loaded, answers, i, pictures.get(i));
      write(answer, pictures);
      if (pictures.size() > 1) {
        answer.json().put("file", pictures.get(i).toString());
      }
      var text = pictures.size() > 1 ? pictures.get(i) + ": " + answer.text() : answer.text();
      command.commandLine().getOut().println(json ? answer.json() : text);
    }
  }

  private void write(Answer answer, List<Path> pictures) throws IOException {
    if (draw != null) {
      var overlay =
          answer
              .overlay()
              .orElseThrow(
                  () ->
                      new CommandException("the answer has nothing to be drawn: " + answer.text()));
      Files.write(draw, PictureInputs.drawn(pictures.getFirst(), overlay));
    }
    if (file != null) {
      var media =
          answer
              .media()
              .orElseThrow(() -> new CommandException("the answer is no file: " + answer.text()));
      Files.write(file, media.bytes());
    }
  }
}
