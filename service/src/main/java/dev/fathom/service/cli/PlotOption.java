package dev.fathom.service.cli;

import dev.fathom.service.plot.CurvesPlot;
import dev.fathom.service.plot.CurvesPlot.Line;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option of commands that train to draw how it goes. */
final class PlotOption {

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Draws how the figures go as PNG, anew after each epoch; several trainings in one "
              + "picture.")
  private Path file;

  private final SequencedMap<String, List<Line>> curves = new LinkedHashMap<>();

  /**
   * {@return what draws the curves of a training, beside those of the ones before}
   *
   * @param err is told where that fails later: no training is lost for a picture
   * @throws CommandException if the file cannot be one
   */
  Consumer<TrainingCurves> watcher(String name, PrintWriter err) {
    if (file == null) {
      return _ -> {};
    }
    var folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || !Files.isDirectory(folder)) {
      throw new CommandException("expected --plot in a folder that is there but got " + file);
    }
    return current -> {
      curves.put(name, current.lines(name));
      var lines = curves.values().stream().flatMap(List::stream).toList();
      if (!lines.isEmpty()) {
        write(CurvesPlot.png(lines), err);
      }
    };
  }

  private void write(byte[] png, PrintWriter err) {
    try {
      Files.write(file, png);
    } catch (IOException e) {
      err.println("fathom: %s could not be written: %s".formatted(file, e));
      err.flush();
    }
  }
}
