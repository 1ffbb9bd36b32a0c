package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.Embedder;
import dev.fathom.image.Framing;
import dev.fathom.image.Picture;
import dev.fathom.image.PictureException;
import dev.fathom.image.PictureFile;
import dev.fathom.image.PngWriter;
import dev.fathom.service.cli.Neighbours.Neighbour;
import dev.fathom.spi.Shape;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds pictures that a model sees as similar. It needs no service, and works while one runs. */
@Command(
    description = {
      "Finds the pictures in folders that are most like one, as a trained model sees.",
      "Compared are the vectors in front of its last layer, by their cosine."
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} similar fashion-resnet boot.png --among photos --out grid.png",
      "  ${ROOT-COMMAND-NAME} similar pets cat.jpg dog.jpg --among photos --count 10"
    })
final class SimilarCommand implements Callable<Integer> {

  /** How many files are in memory. */
  private static final int BATCH = 32;

  /** The sides of a picture in the grid, in pixels. */
  private static final int SIDE = 96;

  private static final Framing TILE = Framing.of(Shape.of(3, SIDE, SIDE)).orElseThrow();

  @Mixin private ModelReference model;

  @Parameters(
      index = "1..*",
      paramLabel = "PICTURE",
      arity = "1..*",
      description = "What others are compared with; may be a folder of pictures.")
  private List<String> inputs;

  @Option(
      names = "--among",
      paramLabel = "FOLDER",
      required = true,
      description =
          "Where to look, in folders below too; may come several times. A picture is no neighbour "
              + "of itself.")
  private List<String> among;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many are found (default: 5).")
  private int count;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "The layer whose vectors are compared (default: the one in front of the last).")
  private String layer;

  @Option(
      names = "--out",
      paramLabel = "FILE.png",
      description = "Draws each picture, and beside it those that were found.")
  private Path out;

  @Option(names = "--json", description = "Prints a JSON object per picture.")
  private boolean json;

  @Mixin private LocalOptions options;
  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new CommandException("expected --count of 1 or more but got " + count);
    }
    var config = options.config();
    try (var directory = DataDirectory.openReadOnly(config.data())) {
      var loaded = model.load(directory);
      PictureInputs.require(loaded);
      var queries = pictures(inputs);
      var files = pictures(among);
      try (var backend = LocalOptions.select(config).backend();
          var embedder = Embedder.open(backend, loaded, Optional.ofNullable(layer))) {
        print(queries, found(embedder, queries, files));
      }
      return 0;
    }
  }

  private static List<Path> pictures(List<String> names) throws IOException {
    var pictures = PictureInputs.of(names);
    if (pictures.isEmpty()) {
      throw new CommandException(
          "expected pictures and folders of them but got " + String.join(" ", names));
    }
    return pictures;
  }

  /** {@return the neighbours of each picture} */
  private List<List<Neighbour>> found(Embedder embedder, List<Path> queries, List<Path> files)
      throws IOException {
    List<Neighbours> all = new ArrayList<>();
    try {
      for (var vector : embedder.embed(read(queries))) {
        all.add(new Neighbours(vector, count));
      }
    } catch (PictureException e) {
      throw new CommandException(e.getMessage());
    }
    for (int from = 0; from < files.size(); from += BATCH) {
      offer(embedder, queries, all, files.subList(from, Math.min(from + BATCH, files.size())));
    }
    return all.stream().map(Neighbours::best).toList();
  }

  private static PictureFile[] read(List<Path> files) throws IOException {
    var read = new PictureFile[files.size()];
    for (int i = 0; i < read.length; i++) {
      read[i] = PictureInputs.read(files.get(i));
    }
    return read;
  }

  /** One file that cannot be read keeps nobody from the others. */
  private void offer(
      Embedder embedder, List<Path> queries, List<Neighbours> neighbours, List<Path> files)
      throws IOException {
    List<float[]> vectors;
    try {
      vectors = embedder.embed(read(files));
    } catch (PictureException e) {
      if (files.size() == 1) {
        command.commandLine().getErr().println("note: left out " + e.getMessage());
        return;
      }
      int half = files.size() / 2;
      offer(embedder, queries, neighbours, files.subList(0, half));
      offer(embedder, queries, neighbours, files.subList(half, files.size()));
      return;
    }
    for (int i = 0; i < files.size(); i++) {
      for (int query = 0; query < queries.size(); query++) {
        if (!Files.isSameFile(queries.get(query), files.get(i))) {
          neighbours.get(query).offer(files.get(i), vectors.get(i));
        }
      }
    }
  }

  private void print(List<Path> queries, List<List<Neighbour>> found) throws IOException {
    var to = command.commandLine().getOut();
    for (int i = 0; i < queries.size(); i++) {
      if (json) {
        to.println(json(queries.get(i), found.get(i)));
        continue;
      }
      if (queries.size() > 1) {
        to.println((i == 0 ? "" : System.lineSeparator()) + queries.get(i));
      }
      // The path is whole, so that it can be pasted.
      to.println("RANK  COSINE  FILE");
      int rank = 1;
      for (var each : found.get(i)) {
        to.println(
            String.format(Locale.ROOT, "%4d  %6.4f  %s", rank++, each.cosine(), each.file()));
      }
    }
    if (out != null) {
      Files.write(out, PngWriter.of(grid(queries, found)));
    }
  }

  private static String json(Path query, List<Neighbour> found) {
    var json = JsonNodeFactory.instance.objectNode().put("file", query.toString());
    var similar = json.putArray("similar");
    for (var each : found) {
      similar.addObject().put("file", each.file().toString()).put("cosine", each.cosine());
    }
    return json.toString();
  }

  private Picture grid(List<Path> queries, List<List<Neighbour>> found) throws IOException {
    int columns = 1 + found.stream().mapToInt(List::size).max().orElse(0);
    List<Picture> tiles = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      tiles.add(tile(queries.get(i)));
      for (var each : found.get(i)) {
        tiles.add(tile(each.file()));
      }
      while (tiles.size() < (i + 1) * columns) {
        tiles.add(new Picture(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3]));
      }
    }
    return Picture.grid(tiles, columns);
  }

  private static Picture tile(Path file) throws IOException {
    var planes = TILE.example(file.toString(), Files.readAllBytes(file));
    return Picture.ofPlanes(SIDE, SIDE, 3, planes);
  }
}
