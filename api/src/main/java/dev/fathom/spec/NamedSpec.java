package dev.fathom.spec;

import dev.fathom.image.Framing;
import dev.fathom.json.SpecException;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A dataset by its name alone. Its files are told apart by the names that MNIST and its successors
 * use, {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, for the test {@code
 * t10k-...}, each plain or {@code .gz}; pictures in colour have {@code idx4}.
 *
 * @param name {@code [a-z0-9][a-z0-9._-]{0,62}}
 */
public record NamedSpec(String name) implements Source {
  @Override
  public Examples read(Spec spec, String called, List<String> files, FileFinder finder, Use use)
      throws IOException {
    String images = needed(files, "train-images-idx3-ubyte");
    String labels = needed(files, "train-labels-idx1-ubyte");
    Optional<IdxSpec.Pair> test =
        first(files, "t10k-images-idx3-ubyte")
            .flatMap(
                tested ->
                    first(files, "t10k-labels-idx1-ubyte")
                        .map(classes -> new IdxSpec.Pair(tested, classes)));
    return new IdxSpec(Optional.of(name), images, labels, test, List.of())
        .read(spec, called, files, finder, use);
  }

  @Override
  public Optional<String> dataset() {
    return Optional.of(name);
  }

  @Override
  public String input() {
    return "image";
  }

  @Override
  public boolean hasWeights() {
    return true;
  }

  @Override
  public boolean hasPictures() {
    return true;
  }

  @Override
  public Optional<Framing> pictures(Shape raw) {
    return Framing.of(raw);
  }

  @Override
  public String testKey() {
    return "dataset";
  }

  private static Optional<String> first(List<String> files, String file) {
    Pattern names = Pattern.compile(file.replace("idx3", "idx[34]") + "(\\.gz)?");
    return files.stream().filter(each -> names.matcher(each).matches()).sorted().findFirst();
  }

  private String needed(List<String> files, String file) {
    return first(files, file)
        .orElseThrow(
            () ->
                new SpecException(
                    "/data/dataset",
                    "expected a file %s[.gz] in dataset '%s' but it has %s"
                        .formatted(file, name, files.stream().sorted().toList())));
  }
}
