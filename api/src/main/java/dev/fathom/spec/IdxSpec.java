package dev.fathom.spec;

import dev.fathom.data.Dataset;
import dev.fathom.data.Idx;
import dev.fathom.image.Framing;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files in the IDX format; with columns {@code image} and {@code label}.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param images {@code [examples, ...]}
 * @param labels {@code [examples]}, class numbers
 * @param test images and labels to test the result on
 * @param classes the names of the classes; empty for numbers
 */
public record IdxSpec(
    Optional<String> dataset,
    String images,
    String labels,
    Optional<Pair> test,
    List<String> classes)
    implements Source {
  /** Images and their labels. */
  public record Pair(String images, String labels) {}

  public IdxSpec {
    classes = List.copyOf(classes);
  }

  /** Reads what stands beside {@code "format"}. */
  static IdxSpec parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String images = f.text("images", null);
    String labels = f.text("labels", null);
    Optional<String> testImages = f.optionalText("testImages");
    Optional<String> testLabels = f.optionalText("testLabels");
    if (testImages.isPresent() != testLabels.isPresent()) {
      throw new SpecException(f.pointer(), "expected testImages and testLabels, or neither");
    }
    return new IdxSpec(
        dataset,
        images,
        labels,
        testImages.map(tested -> new Pair(tested, testLabels.get())),
        f.texts("classes"));
  }

  @Override
  public Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException {
    Dataset train = dataset(name, finder.find(images), finder.find(labels), classes, use);
    if (test.isEmpty()) {
      return new Examples(train, Optional.empty(), List.of());
    }
    // The test set need not show every class, so it gets the names of the training set.
    List<String> known = train.columns().get(train.column("label")).labels();
    Path tested = finder.find(test.get().images());
    Path classesOfTest = finder.find(test.get().labels());
    return new Examples(
        train,
        Optional.of(dataset(name + " (test)", tested, classesOfTest, known, use)),
        List.of());
  }

  private static Dataset dataset(
      String name, Path images, Path labels, List<String> classes, Use use) throws IOException {
    return switch (use) {
      case TRAINING -> Idx.dataset(name, images, labels, classes);
      case CHECK -> Idx.inFiles(name, images, labels, classes);
    };
  }

  @Override
  public String input() {
    return "image";
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
    return "testImages";
  }

  @Override
  public Optional<String> learned() {
    return Optional.of(images);
  }

  @Override
  public Optional<String> tested() {
    return test.map(Pair::images);
  }
}
