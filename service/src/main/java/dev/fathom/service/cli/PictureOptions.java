package dev.fathom.service.cli;

import dev.fathom.generate.PictureRequest;
import dev.fathom.task.Generative.Wish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of {@code generate} that models of pictures understand. */
final class PictureOptions {

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "What pictures show (default: each the next class of the model).")
  private String label;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many pictures (default: 16); they are put into one grid.")
  private Integer count;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "In how many steps (default: as the model's spec says).")
  private Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description = "How much more of their class pictures are made; 1 adds nothing.")
  private Double guidance;

  @Option(
      names = "--walk",
      description = "Pictures that change evenly from one corner of the grid to the others.")
  private boolean walk;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The picture's file, PNG (default: MODEL.png).")
  private Path out;

  /** {@return the options that were given, as people write them} */
  List<String> given() {
    var given = new ArrayList<String>();
    if (label != null) {
      given.add("--class");
    }
    if (count != null) {
      given.add("--count");
    }
    if (steps != null) {
      given.add("--steps");
    }
    if (guidance != null) {
      given.add("--guidance");
    }
    if (walk) {
      given.add("--walk");
    }
    if (out != null) {
      given.add("--out");
    }
    return given;
  }

  PictureRequest request(long seed) {
    return new PictureRequest(
        Optional.ofNullable(label),
        count == null ? 16 : count,
        seed,
        new Wish(
            steps == null ? OptionalInt.empty() : OptionalInt.of(steps),
            guidance == null ? OptionalDouble.empty() : OptionalDouble.of(guidance)),
        walk);
  }

  Path file(String model) {
    return out == null ? Path.of(model + ".png") : out;
  }
}
