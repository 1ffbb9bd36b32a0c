package dev.fathom.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.ArrayDataset;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.MediaFiles;
import dev.fathom.image.Framing;
import dev.fathom.image.PictureDataset;
import dev.fathom.image.PictureHashes;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.Json;
import dev.fathom.json.Malformed;
import dev.fathom.json.SpecException;
import dev.fathom.loss.AnchorFree;
import dev.fathom.spi.Shape;
import dev.fathom.task.Detection;
import dev.fathom.text.Utf8;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pictures with boxes, in the format of COCO (Lin et al., "Microsoft COCO: Common Objects in
 * Context", 2014): a JSON file with {@code images}, {@code annotations} and {@code categories}.
 *
 * <pre>{@code
 * {"format": "coco", "train": "train.json", "pictures": "train"}
 * {"format": "coco", "dataset": "birds", "train": "train.json", "pictures": "train.zip/images",
 *  "test": "test.json", "testPictures": "test.zip/images", "classes": ["gull", "tern"], "size": 128}
 * }</pre>
 *
 * <p>The network gets the column {@code image}, {@code [channels, height, width]}, and learns
 * {@code boxes}, {@code [most, 5]}: left, top, right and bottom in shares of the picture's width
 * and height, and the class; -1 where there is no box. A picture without boxes is learned as one
 * that has nothing.
 *
 * @param scenes the annotations, and what the network gets of the pictures
 * @param pictures the folder or zip file of the pictures; empty for the annotations' folder
 * @param testPictures that of the pictures to test on; empty for {@code pictures}
 * @param classes the names of the categories that are learned; empty for all
 */
public record CocoSpec(
    SceneFiles scenes,
    Optional<String> pictures,
    Optional<String> testPictures,
    List<String> classes)
    implements SceneSource {
  /** How many pixels a box may reach beyond the picture: as much as rounding makes. */
  private static final double BEYOND = 1;

  public CocoSpec {
    classes = List.copyOf(classes);
  }

  /** Reads what stands beside {@code "format"}. */
  static CocoSpec parse(Fields f) {
    SceneFiles scenes = SceneFiles.parse(f);
    Optional<String> pictures = f.optionalText("pictures");
    Optional<String> testPictures = f.optionalText("testPictures");
    if (testPictures.isPresent() && scenes.test().isEmpty()) {
      throw new SpecException(f.at("testPictures"), "expected \"test\" beside it");
    }
    if (scenes.dataset().isPresent() && pictures.isEmpty()) {
      throw new SpecException(
          f.at("pictures"), "expected the zip file of the dataset that has the pictures");
    }
    return new CocoSpec(scenes, pictures, testPictures, f.onceEach("classes", f.texts("classes")));
  }

  @Override
  public String target(Fields f) {
    return f.text("target", "boxes");
  }

  @Override
  public Optional<String> task() {
    return Optional.of(Detection.NAME);
  }

  // ---- reading ----

  /**
   * An annotated picture.
   *
   * @param boxes each left, top, right and bottom in shares, and the class
   */
  private record Annotated(String name, Pictures.Size size, List<float[]> boxes) {}

  /** A file of annotations. */
  private record Listed(
      String file,
      MediaFiles files,
      List<Annotated> pictures,
      List<String> labels,
      List<String> notes) {
    int most() {
      return pictures.stream().mapToInt(picture -> picture.boxes().size()).max().orElse(0);
    }
  }

  @Override
  public Examples read(Spec spec, String name, List<String> all, FileFinder finder, Use use)
      throws IOException {
    PictureHashes hashes = new PictureHashes();
    Listed learned = listed(scenes.train(), pictures, classes, true, finder, hashes);
    Optional<Listed> measured = Optional.empty();
    if (scenes.test().isPresent()) {
      measured =
          Optional.of(
              listed(
                  scenes.test().get(),
                  testPictures.or(() -> pictures),
                  learned.labels(),
                  false,
                  finder,
                  hashes));
    }
    PictureShape.Seen seen = scenes.shape().see();
    learned.pictures().forEach(each -> seen.add(each.name(), each.size()));
    measured.ifPresent(
        listed -> listed.pictures().forEach(each -> seen.add(each.name(), each.size())));
    Framing framing = scenes.framing(seen.shape());
    int most = Math.max(learned.most(), measured.map(Listed::most).orElse(0));
    boolean trains = use == Use.TRAINING;
    long room = trains ? Runtime.getRuntime().maxMemory() / 4 : 0;
    List<String> notes = new ArrayList<>(learned.notes());
    int first = learned.pictures().size();
    long[] own = hashes.of(0, trains ? first : 0);
    Dataset train = dataset(spec, learned, most, framing, room, own);
    if (measured.isEmpty()) {
      return new Examples(train, Optional.empty(), notes);
    }
    notes.addAll(measured.get().notes());
    long[] others = hashes.of(first, trains ? measured.get().pictures().size() : 0);
    Dataset test = dataset(spec, measured.get(), most, framing, room / 4, others);
    return new Examples(train, Optional.of(test), notes);
  }

  private static Dataset dataset(
      Spec spec, Listed listed, int most, Framing framing, long room, long... hashes) {
    int width = most * AnchorFree.BOX;
    float[] values = new float[Math.multiplyExact(listed.pictures().size(), width)];
    for (int row = 0; row < listed.pictures().size(); row++) {
      List<float[]> boxes = listed.pictures().get(row).boxes();
      for (int i = 0; i < most; i++) {
        int at = row * width + i * AnchorFree.BOX;
        if (i < boxes.size()) {
          System.arraycopy(boxes.get(i), 0, values, at, AnchorFree.BOX);
        } else {
          values[at + AnchorFree.BOX - 1] = -1;
        }
      }
    }
    Dataset targets =
        ArrayDataset.named(listed.file())
            .floats(spec.data().target(), Shape.of(most, AnchorFree.BOX), listed.labels(), values)
            .build();
    List<String> names = listed.pictures().stream().map(Annotated::name).toList();
    return new PictureDataset(
        spec.data().input(), targets, 0, listed.files(), names, framing, room, hashes);
  }

  private Listed listed(
      String name,
      Optional<String> place,
      List<String> wanted,
      boolean isLearned,
      FileFinder finder,
      PictureHashes hashes)
      throws IOException {
    Path file = finder.find(name);
    MediaFiles files =
        place.isPresent()
            ? Medium.PICTURES.files(place.get(), finder)
            : MediaFiles.open(file.toAbsolutePath().getParent(), "", Pictures::isPicture);
    Listed listed =
        new Reader(name, files, wanted, isLearned, scenes.mostPixels(), hashes)
            .read(tree(name, file));
    if (place.isEmpty()) {
      List<String> names = listed.pictures().stream().map(Annotated::name).toList();
      finder.named(name, file.toAbsolutePath().getParent(), names);
    }
    return listed;
  }

  private static JsonNode tree(String name, Path file) throws IOException {
    try {
      return Json.read(Utf8.read(file));
    } catch (JsonProcessingException e) {
      throw new DataException(
          "[coco] %s, line %d: malformed JSON: %s"
              .formatted(
                  name,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  Malformed.detail(e)),
          e);
    }
  }

  /** Reads one file, naming the entry that is wrong. */
  private static final class Reader {
    private final String name;
    private final MediaFiles files;
    private final List<String> wanted;
    private final boolean isLearned;
    private final long mostPixels;
    private final PictureHashes hashes;

    Reader(
        String name,
        MediaFiles files,
        List<String> wanted,
        boolean isLearned,
        long mostPixels,
        PictureHashes hashes) {
      this.name = name;
      this.files = files;
      this.wanted = wanted;
      this.isLearned = isLearned;
      this.mostPixels = mostPixels;
      this.hashes = hashes;
    }

    Listed read(JsonNode json) throws IOException {
      Map<Long, String> categories = categories(json);
      List<String> labels = wanted.isEmpty() ? List.copyOf(categories.values()) : wanted;
      for (String label : labels) {
        if (isLearned && !categories.containsValue(label)) {
          throw new SpecException(
              "/data/classes",
              "expected categories of %s, which are %s, but got '%s'"
                  .formatted(name, categories.values(), label));
        }
      }
      Map<Long, Annotated> pictures = pictures(json);
      long[] counts = new long[labels.size()];
      int crowds = 0;
      int others = 0;
      for (JsonNode annotation : array(json, "annotations")) {
        String at = "annotation " + annotation.path("id").asText("without an id");
        Annotated picture = pictures.get(id(annotation, "image_id", at));
        if (picture == null) {
          throw wrong(at, "there is no image " + annotation.get("image_id"));
        }
        String category = categories.get(id(annotation, "category_id", at));
        if (category == null) {
          throw wrong(at, "there is no category " + annotation.get("category_id"));
        }
        float[] box = box(annotation, at, picture);
        int label = labels.indexOf(category);
        if (annotation.path("iscrowd").asInt() == 1) {
          crowds++;
        } else if (label < 0) {
          others++;
        } else {
          counts[label]++;
          box[AnchorFree.BOX - 1] = label;
          picture.boxes().add(box);
        }
      }
      return new Listed(
          name,
          files,
          List.copyOf(pictures.values()),
          labels,
          notes(labels, counts, crowds, others, pictures.size()));
    }

    private List<String> notes(
        List<String> labels, long[] counts, int crowds, int others, int pictures) {
      List<String> shown = new ArrayList<>();
      for (int label = 0; label < counts.length; label++) {
        if (counts[label] == 0 && isLearned) {
          throw new DataException(
              "[coco] %s: expected boxes of the category '%s' but there is none; \"classes\" names those that are learned"
                  .formatted(name, labels.get(label)));
        }
        shown.add(String.format(Locale.ROOT, "%s: %,d", labels.get(label), counts[label]));
      }
      List<String> notes = new ArrayList<>();
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: %,d pictures with %,d boxes (%s)",
              name,
              pictures,
              Arrays.stream(counts).sum(),
              String.join(", ", shown)));
      if (crowds > 0) {
        notes.add("%s: left out %,d boxes of crowds".formatted(name, crowds));
      }
      if (others > 0) {
        notes.add("%s: left out %,d boxes of other categories".formatted(name, others));
      }
      return notes;
    }

    private DataException wrong(String at, String problem) {
      return new DataException("[coco] %s, %s: %s".formatted(name, at, problem));
    }

    private JsonNode array(JsonNode json, String key) {
      JsonNode array = json.path(key);
      if (!array.isArray()) {
        throw wrong("/" + key, "expected an array");
      }
      return array;
    }

    private long id(JsonNode entry, String key, String at) {
      JsonNode id = entry.path(key);
      if (!id.isIntegralNumber()) {
        throw wrong(at, "expected a whole number as %s but got %s".formatted(key, shown(id)));
      }
      return id.longValue();
    }

    private static String shown(JsonNode value) {
      return value.isMissingNode() ? "nothing" : value.toString();
    }

    private Map<Long, String> categories(JsonNode json) {
      Map<Long, String> categories = new LinkedHashMap<>();
      for (JsonNode category : array(json, "categories")) {
        String at = "category " + category.path("id").asText("without an id");
        String label = category.path("name").asText("");
        if (label.isBlank()) {
          throw wrong(at, "expected a name");
        }
        if (categories.containsValue(label)
            || categories.put(id(category, "id", at), label) != null) {
          throw wrong(at, "expected each id and name once, '%s' comes twice".formatted(label));
        }
      }
      if (categories.isEmpty()) {
        throw wrong("/categories", "expected a category or more");
      }
      return categories;
    }

    private Map<Long, Annotated> pictures(JsonNode json) throws IOException {
      Set<String> there = new HashSet<>(files.names());
      Map<Long, Annotated> pictures = new LinkedHashMap<>();
      Map<String, Long> byName = new HashMap<>();
      for (JsonNode image : array(json, "images")) {
        String at = "image " + image.path("id").asText("without an id");
        long id = id(image, "id", at);
        String file = image.path("file_name").asText("").replace('\\', '/');
        if (!there.contains(file)) {
          throw wrong(at, "there is no picture '%s' in %s".formatted(file, files.name()));
        }
        Pictures.Size size = hashes.add(files, file, mostPixels);
        for (String side : List.of("width", "height")) {
          int real = side.equals("width") ? size.width() : size.height();
          if (image.has(side) && image.path(side).asInt() != real) {
            throw wrong(
                at,
                "expected the %s %d, which '%s' has, but got %s"
                    .formatted(side, real, file, image.get(side)));
          }
        }
        if (byName.put(file, id) != null
            || pictures.put(id, new Annotated(file, size, new ArrayList<>())) != null) {
          throw wrong(at, "expected each id and picture once, '%s' comes twice".formatted(file));
        }
      }
      if (pictures.isEmpty()) {
        throw wrong("/images", "expected a picture or more");
      }
      return pictures;
    }

    /** {@return the box in shares of the picture, with room for the class} */
    private float[] box(JsonNode annotation, String at, Annotated picture) {
      JsonNode bbox = annotation.path("bbox");
      boolean fits = bbox.isArray() && bbox.size() == 4;
      double[] sides = new double[4];
      for (int i = 0; i < 4 && fits; i++) {
        fits = bbox.get(i).isNumber() && Double.isFinite(bbox.get(i).doubleValue());
        sides[i] = bbox.get(i).asDouble();
      }
      if (!fits) {
        throw wrong(at, "expected a bbox [left, top, width, height] but got " + shown(bbox));
      }
      double right = sides[0] + sides[2];
      double bottom = sides[1] + sides[3];
      if (!(sides[2] > 0 && sides[3] > 0)) {
        throw wrong(at, "expected a width and height above 0 but got " + bbox);
      }
      int width = picture.size().width();
      int height = picture.size().height();
      if (sides[0] < -BEYOND
          || sides[1] < -BEYOND
          || right > width + BEYOND
          || bottom > height + BEYOND) {
        throw wrong(
            at,
            "expected a box inside of '%s', which has %d x %d pixels, but got %s"
                .formatted(picture.name(), width, height, bbox));
      }
      float[] box = {
        (float) (Math.max(sides[0], 0) / width),
        (float) (Math.max(sides[1], 0) / height),
        (float) (Math.min(right, width) / width),
        (float) (Math.min(bottom, height) / height),
        -1
      };
      if (!(box[2] > box[0] && box[3] > box[1])) {
        throw wrong(at, "expected a box of some area inside of the picture but got " + bbox);
      }
      return box;
    }
  }
}
