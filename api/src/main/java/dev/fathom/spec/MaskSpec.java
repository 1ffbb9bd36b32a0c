package dev.fathom.spec;

import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.MediaFiles;
import dev.fathom.image.Framing;
import dev.fathom.image.MaskDataset;
import dev.fathom.image.PictureDataset;
import dev.fathom.image.PictureHashes;
import dev.fathom.image.Pictures;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.task.Segmentation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Pictures, each with a mask: a PNG of the same name and size whose pixels are numbers of classes,
 * by its palette or in levels of grey.
 *
 * <pre>{@code
 * {"format": "masks", "train": "train/pictures", "masks": "train/masks", "classes": ["ground", "road"]}
 * {"format": "masks", "dataset": "roads", "train": "roads.zip/pictures", "masks": "roads.zip/masks",
 *  "test": "test.zip/pictures", "testMasks": "test.zip/masks", "classes": ["ground", "road"],
 *  "ignore": 255, "size": [128, 256]}
 * }</pre>
 *
 * <p>The network gets the column {@code image}, {@code [channels, height, width]}, and learns
 * {@code mask}, {@code [height, width]}.
 *
 * @param scenes which pictures, and what the network gets of them
 * @param masks the folder or zip file of the masks
 * @param testMasks those of the pictures to test on
 * @param classes the names of the numbers, from 0
 * @param ignore the number of pixels that do not count
 */
public record MaskSpec(
    SceneFiles scenes,
    String masks,
    Optional<String> testMasks,
    List<String> classes,
    OptionalInt ignore)
    implements SceneSource {
  private static final int GREATEST = 255;

  public MaskSpec {
    classes = List.copyOf(classes);
  }

  /** Reads what stands beside {@code "format"}. */
  static MaskSpec parse(Fields f) {
    SceneFiles scenes = SceneFiles.parse(f);
    String masks = f.text("masks", null);
    Optional<String> testMasks = f.optionalText("testMasks");
    if (scenes.test().isPresent() != testMasks.isPresent()) {
      throw new SpecException(f.pointer(), "expected test and testMasks, or neither");
    }
    List<String> classes = f.onceEach("classes", f.someTexts("classes", "two names or more"));
    Optional<Long> ignore = f.optionalInteger("ignore", classes.size());
    if (ignore.isPresent() && ignore.get() > GREATEST) {
      throw new SpecException(f.at("ignore"), "expected at most " + GREATEST);
    }
    return new MaskSpec(
        scenes,
        masks,
        testMasks,
        classes,
        ignore.isPresent() ? OptionalInt.of(Math.toIntExact(ignore.get())) : OptionalInt.empty());
  }

  @Override
  public String target(Fields f) {
    return f.text("target", "mask");
  }

  @Override
  public Optional<String> task() {
    return Optional.of(Segmentation.NAME);
  }

  // ---- reading ----

  /** Pictures with the masks of the same names, in order. */
  private record Listed(
      MediaFiles pictures, List<String> names, List<Pictures.Size> sizes, MaskDataset.Masks masks) {
    void add(PictureShape.Seen seen) {
      for (int i = 0; i < names.size(); i++) {
        seen.add(names.get(i), sizes.get(i));
      }
    }
  }

  @Override
  public Examples read(Spec spec, String name, List<String> all, FileFinder finder, Use use)
      throws IOException {
    if (classes.size() < 2 || classes.size() > GREATEST + 1) {
      throw new SpecException(
          "/data/classes",
          "expected 2 to %d names but got %d".formatted(GREATEST + 1, classes.size()));
    }
    PictureHashes hashes = new PictureHashes();
    Listed learned = listed(scenes.train(), masks, finder, hashes);
    Optional<Listed> measured = Optional.empty();
    PictureShape.Seen seen = scenes.shape().see();
    learned.add(seen);
    if (testMasks.isPresent()) {
      measured = Optional.of(listed(scenes.test().orElseThrow(), testMasks.get(), finder, hashes));
      measured.get().add(seen);
    }
    Framing framing = scenes.framing(seen.shape());
    boolean trains = use == Use.TRAINING;
    long room = trains ? Runtime.getRuntime().maxMemory() / 8 : 0;
    List<String> notes = new ArrayList<>();
    int first = learned.names().size();
    long[] own = hashes.of(0, trains ? first : 0);
    Dataset train = dataset(spec, learned, framing, room, true, notes, own);
    if (measured.isPresent()) {
      long[] others = hashes.of(first, trains ? measured.get().names().size() : 0);
      Dataset test = dataset(spec, measured.get(), framing, room / 4, false, notes, others);
      return new Examples(train, Optional.of(test), notes);
    }
    return new Examples(train, Optional.empty(), notes);
  }

  private Dataset dataset(
      Spec spec,
      Listed listed,
      Framing framing,
      long room,
      boolean isLearned,
      List<String> notes,
      long... hashes)
      throws IOException {
    MaskDataset targets =
        new MaskDataset(
            MaskDataset.column(spec.data().target(), framing.shape().slice(1, 3), classes),
            listed.masks(),
            listed.sizes(),
            scenes.mostPixels(),
            room);
    long[] counts = targets.counts();
    List<String> shares = new ArrayList<>();
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] == 0 && isLearned) {
        throw new DataException(
            "[masks] %s: expected pixels of the class '%s' but there is none"
                .formatted(listed.masks().files().name(), classes.get(label)));
      }
      shares.add(
          String.format(
              Locale.ROOT, "%s %.1f %%", classes.get(label), 100.0 * counts[label] / sum));
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "%s: %,d pictures; of the pixels are %s",
            listed.pictures().name(),
            listed.names().size(),
            String.join(", ", shares)));
    return new PictureDataset(
        spec.data().input(), targets, 0, listed.pictures(), listed.names(), framing, room, hashes);
  }

  private Listed listed(String pictures, String masks, FileFinder finder, PictureHashes hashes)
      throws IOException {
    MediaFiles files = Medium.PICTURES.files(pictures, finder);
    MediaFiles ofMasks = Medium.PICTURES.files(masks, finder);
    Map<String, String> byStem = new HashMap<>();
    for (String mask : ofMasks.names()) {
      if (Pictures.isPicture(mask)) {
        byStem.put(stem(mask), mask);
      }
    }
    List<String> names = new ArrayList<>();
    List<String> found = new ArrayList<>();
    List<Pictures.Size> sizes = new ArrayList<>();
    for (String name : files.names()) {
      if (!Pictures.isPicture(name)) {
        continue;
      }
      String mask = byStem.remove(stem(name));
      if (mask == null) {
        throw new DataException(
            "[masks] %s: there is no mask '%s.png' of the picture '%s'"
                .formatted(masks, stem(name), name));
      }
      names.add(name);
      found.add(mask);
      sizes.add(hashes.add(files, name, scenes.mostPixels()));
    }
    if (!byStem.isEmpty()) {
      throw new DataException(
          "[masks] %s: there is no picture of the mask '%s'"
              .formatted(pictures, byStem.values().iterator().next()));
    }
    if (names.isEmpty()) {
      throw new DataException(
          "[masks] %s: expected pictures but there is none".formatted(pictures));
    }
    return new Listed(files, names, sizes, new MaskDataset.Masks(ofMasks, found, ignore));
  }

  private static String stem(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }
}
