package dev.fathom.spec;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.image.Framing;
import dev.fathom.image.Interpolation;
import dev.fathom.image.PictureDataset;
import dev.fathom.image.PictureFiles;
import dev.fathom.image.PictureHashes;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.spi.Shape;
import dev.fathom.table.TableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Pictures, in folders that are classes, or in a table of paths.
 *
 * <pre>{@code
 * {"format": "images", "train": "train", "test": "test", "size": 64}
 * {"format": "images", "dataset": "pets", "train": "pets.zip/train", "test": "pets.zip/test", "size": [48, 64]}
 * {"format": "images", "train": "train.csv", "pictures": "photos.zip", "path": "file", "target": "species",
 *  "test": 0.2, "size": 224, "resize": 256, "mean": [0.485, 0.456, 0.406], "deviation": [0.229, 0.224, 0.225]}
 * }</pre>
 *
 * <p>The network gets the column {@code image}, {@code [channels, height, width]}. In a folder, or
 * a zip file of one, each folder is a class of its name, with its pictures in it or in folders
 * below.
 *
 * @param dataset that has the files; empty for paths relative to the spec's folder
 * @param train a folder, a zip file or a folder in one, or a table
 * @param test as {@code train} is, to test the result on
 * @param pictures the folder or zip file that paths of a table are in; empty for the table's folder
 * @param path the column of paths
 * @param classes the names of the classes, in order; empty for those that are found, sorted
 * @param shape that the network gets
 * @param resize what the shorter side is resized to before the centre is cut out
 * @param stretch whether pictures are resized to height and width, with nothing cut off
 * @param interpolation of pixels between pixels
 * @param mostPixels that a picture may have
 */
public record ImageSpec(
    Optional<String> dataset,
    String train,
    Optional<String> test,
    Optional<String> pictures,
    String path,
    List<String> classes,
    PictureShape shape,
    OptionalInt resize,
    boolean stretch,
    Interpolation interpolation,
    long mostPixels)
    implements Source {
  private static final String LABEL = "label";
  private static final int MOST_LISTED = 5;

  public ImageSpec {
    classes = List.copyOf(classes);
  }

  /** Reads what stands beside {@code "format"}. */
  static ImageSpec parse(Fields f) {
    Optional<String> dataset = Spec.dataset(f);
    String train = f.text("train", null);
    Optional<String> test =
        f.has("test") && !f.isText("test") ? Optional.empty() : f.optionalText("test");
    Optional<String> pictures = f.optionalText("pictures");
    String path = f.text("path", "path");
    List<String> classes = f.onceEach("classes", f.texts("classes"));
    PictureShape shape = PictureShape.parse(f);
    Optional<Long> resize = f.optionalInteger("resize", 1);
    boolean stretch = f.choice("fill", "crop", Map.of("crop", false, "stretch", true));
    Interpolation interpolation = f.choice("interpolation", "bilinear", SceneFiles.INTERPOLATIONS);
    long mostPixels = f.integer("mostPixels", Pictures.MOST_PIXELS, 1);
    boolean cuts = shape.size().isPresent() && !stretch;
    if (resize.isPresent() && (!cuts || resize.get() > PictureShape.MOST_SIDE)) {
      throw new SpecException(
          f.at("resize"),
          "expected at most %d, beside \"size\", where the centre is cut out"
              .formatted(PictureShape.MOST_SIDE));
    }
    return new ImageSpec(
        dataset,
        train,
        test,
        pictures,
        path,
        classes,
        shape,
        resize.isPresent() ? OptionalInt.of(Math.toIntExact(resize.get())) : OptionalInt.empty(),
        stretch,
        interpolation,
        mostPixels);
  }

  @Override
  public String input() {
    return "image";
  }

  @Override
  public double scale() {
    return 1 / 255.0;
  }

  @Override
  public boolean hasTestShare() {
    return true;
  }

  @Override
  public Optional<String> learned() {
    return Optional.of(train);
  }

  @Override
  public Optional<String> tested() {
    return test;
  }

  @Override
  public boolean hasPictures() {
    return true;
  }

  @Override
  public Optional<Framing> pictures(Shape raw) {
    return Optional.of(new Framing(raw, resize, stretch, interpolation, mostPixels));
  }

  // ---- reading ----

  /** Pictures and their targets: a table with a column of paths. */
  private record Listed(PictureFiles files, Table table, List<String> names) {}

  @Override
  public Examples read(Spec spec, String name, List<String> all, FileFinder finder, Use use)
      throws IOException {
    Listed learned = listed(spec, train, Optional.empty(), finder);
    Optional<Listed> measured = Optional.empty();
    if (test.isPresent()) {
      measured = Optional.of(listed(spec, test.get(), Optional.of(learned.table()), finder));
    }
    PictureHashes hashes = new PictureHashes();
    Framing framing = pictures(seen(learned, measured, hashes)).orElseThrow();
    boolean trains = use == Use.TRAINING;
    long room = trains ? Runtime.getRuntime().maxMemory() / 4 : 0;
    int first = learned.names().size();
    Dataset examples = dataset(spec, learned, framing, room, hashes.of(0, trains ? first : 0));
    TableSplit split = TableSplit.of(spec, learned.table());
    List<String> notes = new ArrayList<>(learned.table().notes());
    measured.ifPresent(listed -> notes.addAll(listed.table().notes()));
    Optional<Dataset> tested = Optional.empty();
    if (measured.isPresent()) {
      Listed listed = measured.get();
      long[] others = hashes.of(first, trains ? listed.names().size() : 0);
      tested = Optional.of(dataset(spec, listed, framing, room / 4, others));
    }
    return new Examples(
        examples.select(examples.name() + " (train)", split.learned()),
        Optional.of(examples.select(examples.name() + " (validation)", split.held())),
        split.tested().length > 0
            ? Optional.of(examples.select(examples.name() + " (test)", split.tested()))
            : tested,
        List.of(),
        Optional.empty(),
        notes,
        List.of());
  }

  private static Dataset dataset(
      Spec spec, Listed listed, Framing framing, long room, long... hashes) {
    // The column in front of the target is the number of the row.
    return new PictureDataset(
        spec.data().input(),
        listed.table().targets(spec.data().target()),
        1,
        listed.files(),
        listed.names(),
        framing,
        room,
        hashes);
  }

  private Listed listed(Spec spec, String name, Optional<Table> model, FileFinder finder)
      throws IOException {
    if (TableFile.isNamed(Path.of(name))) {
      return ofTable(spec, name, model, finder);
    }
    if (pictures.isPresent()) {
      throw new SpecException(
          "/data/pictures", "expected a table beside it but '%s' is none".formatted(name));
    }
    return ofFolders(spec, SceneFiles.files(name, finder), model);
  }

  /** Paths that are none of the files, such as those with {@code ..}, are refused. */
  private Listed ofTable(Spec spec, String name, Optional<Table> model, FileFinder finder)
      throws IOException {
    if (pictures.isEmpty() && dataset.isPresent()) {
      throw new SpecException(
          "/data/pictures", "expected the zip file of the dataset that has the pictures");
    }
    Path file = finder.find(name);
    PictureFiles files =
        pictures.isPresent()
            ? SceneFiles.files(pictures.get(), finder)
            : PictureFiles.open(file.toAbsolutePath().getParent(), "");
    String target = spec.data().target();
    TableFile reader =
        TableFile.of(file)
            .column(path, Kind.TEXT)
            .need(path, "/data/path")
            .need(target, "/data/target")
            .only(List.of(path, target))
            .needRows(model.isPresent() ? "to test on" : "to learn from");
    List<String> labels = model.map(table -> table.field(target).labels()).orElse(classes);
    if (!labels.isEmpty()) {
      reader.classes(target, labels);
    } else if (spec.task().readsClasses()) {
      reader.column(target, Kind.CLASS);
    }
    Table table = reader.read();
    Set<String> known = new HashSet<>(files.names());
    List<String> names = new ArrayList<>();
    for (String each : table.texts(path)) {
      String normal = each.strip().replace('\\', '/').replaceFirst("^(\\./+)+", "");
      if (!known.contains(normal)) {
        throw new DataException(
            "[images] %s, row %d: there is no picture '%s' in %s"
                .formatted(name, names.size() + 1, each, files.name()));
      }
      names.add(normal);
    }
    if (pictures.isEmpty()) {
      finder.named(name, file.toAbsolutePath().getParent(), names);
    }
    return new Listed(files, table, names);
  }

  private Listed ofFolders(Spec spec, PictureFiles files, Optional<Table> model) {
    String target = spec.data().target();
    List<String> found = files.folders().stream().filter(each -> !each.contains("/")).toList();
    List<String> labels =
        model
            .map(table -> table.field(target).labels())
            .orElse(classes.isEmpty() ? found : classes);
    Map<String, Integer> numberOf = new HashMap<>();
    labels.forEach(label -> numberOf.put(label, numberOf.size()));
    boolean[] shown = new boolean[labels.size()];
    List<String> names = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String name : files.names()) {
      int slash = name.indexOf('/');
      if (slash < 0 || !PictureFiles.isPicture(name)) {
        others.add(name);
        continue;
      }
      Integer label = numberOf.get(name.substring(0, slash));
      if (label == null) {
        throw new DataException(
            "[images] %s: expected a folder for one of the classes %s but got '%s'"
                .formatted(files.name(), labels, name.substring(0, slash)));
      }
      names.add(name);
      numbers.add(label);
      shown[label] = true;
    }
    if (names.isEmpty()) {
      throw new DataException(
          "[images] %s: expected a folder for each class, with pictures in it, but there is none"
              .formatted(files.name()));
    }
    if (model.isEmpty()) {
      for (int label = 0; label < labels.size(); label++) {
        if (!shown[label]) {
          throw new DataException(
              "[images] %s: expected a picture or more of the class '%s' but its folder %s"
                  .formatted(
                      files.name(),
                      labels.get(label),
                      found.contains(labels.get(label)) ? "has none" : "is not there"));
        }
      }
    }
    SequencedMap<Field, Object> columns = new LinkedHashMap<>();
    columns.put(
        new Field(target, Kind.CLASS, labels, OptionalDouble.empty()),
        numbers.stream().mapToInt(Integer::intValue).toArray());
    List<String> notes = new ArrayList<>();
    notes.add(
        "%s: %,d pictures in %d classes".formatted(files.name(), names.size(), labels.size()));
    if (!others.isEmpty()) {
      notes.add(
          "%s: left out %,d files that are no pictures in the folder of a class: %s%s"
              .formatted(
                  files.name(),
                  others.size(),
                  String.join(", ", others.subList(0, Math.min(MOST_LISTED, others.size()))),
                  others.size() > MOST_LISTED ? " ..." : ""));
    }
    return new Listed(
        files,
        new Table(files.name(), names.size(), columns, Map.of(), new LinkedHashMap<>(), notes),
        names);
  }

  /** Reads the header of each picture, so that one that is none is told before the training. */
  private Shape seen(Listed learned, Optional<Listed> measured, PictureHashes hashes)
      throws IOException {
    PictureShape.Seen seen = shape.see();
    for (Listed listed :
        measured.isPresent() ? List.of(learned, measured.get()) : List.of(learned)) {
      for (String name : listed.names()) {
        seen.add(name, hashes.add(listed.files(), name, mostPixels));
      }
    }
    return seen.shape();
  }
}
