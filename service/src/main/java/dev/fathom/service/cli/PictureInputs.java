package dev.fathom.service.cli;

import dev.fathom.data.MediaFiles;
import dev.fathom.data.Numbers;
import dev.fathom.image.PictureException;
import dev.fathom.image.PictureFile;
import dev.fathom.image.Pictures;
import dev.fathom.model.Model;
import dev.fathom.service.plot.OverlayPlot;
import dev.fathom.task.Answer;
import dev.fathom.task.Overlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Pictures on the command line, and those in folders. */
final class PictureInputs {

  private PictureInputs() {}

  /**
   * {@return the pictures, in order; none if the first argument is neither a picture nor a folder}
   *
   * @throws CommandException if another one is none, or a folder has none
   */
  static List<Path> of(List<String> inputs) throws IOException {
    List<Path> pictures = new ArrayList<>();
    if (inputs.isEmpty() || !isPictures(inputs.getFirst())) {
      return pictures;
    }
    for (var input : inputs) {
      if (!isPictures(input)) {
        throw new CommandException("expected pictures and folders of them but got " + input);
      }
      var path = Path.of(input);
      if (!Files.isDirectory(path)) {
        pictures.add(path);
        continue;
      }
      var found =
          MediaFiles.open(path.toAbsolutePath(), "", Pictures::isPicture).names().stream()
              .filter(Pictures::isPicture)
              .map(path::resolve)
              .toList();
      if (found.isEmpty()) {
        throw new CommandException("there is no picture in " + input);
      }
      pictures.addAll(found);
    }
    return pictures;
  }

  private static boolean isPictures(String input) {
    return !input.strip().startsWith("[")
        && !input.strip().startsWith("{")
        && (Pictures.isPicture(input) || Files.isDirectory(Path.of(input)));
  }

  /** Checks that a model can be asked about pictures. */
  static void require(Model model) {
    if (!model.readsPictures()) {
      throw new CommandException(
          "'%s' takes no pictures but %s of shape %s"
              .formatted(model.name(), model.signature().input().name(), model.rawShape()));
    }
  }

  /** {@return the file of a picture} */
  static PictureFile read(Path picture) throws IOException {
    if (!Files.isRegularFile(picture)) {
      throw new CommandException("there is no file " + picture);
    }
    return new PictureFile(picture.toString(), Files.readAllBytes(picture));
  }

  /** {@return the raw values of pictures, one behind the other} */
  static Numbers values(Model model, List<Path> pictures) throws IOException {
    require(model);
    List<PictureFile> files = new ArrayList<>();
    for (var picture : pictures) {
      files.add(read(picture));
    }
    try {
      return model.examples(files);
    } catch (PictureException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** {@return what a model says of a picture, of which it was asked} */
  static Answer answer(Model model, List<Numbers> answers, int number, Path picture)
      throws IOException {
    return model.answer(answers, number, read(picture));
  }

  /** {@return the picture, PNG, with what is drawn over it} */
  static byte[] drawn(Path picture, Overlay overlay) throws IOException {
    var decoded =
        Pictures.decode(picture.toString(), Files.readAllBytes(picture), Pictures.MOST_PIXELS);
    return OverlayPlot.png(decoded, overlay);
  }
}
