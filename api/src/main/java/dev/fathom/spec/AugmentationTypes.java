package dev.fathom.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.image.Augmentation;
import dev.fathom.image.RandomColour;
import dev.fathom.image.RandomCrop;
import dev.fathom.image.RandomErasing;
import dev.fathom.image.RandomFlip;
import dev.fathom.image.RandomRotation;
import dev.fathom.image.SceneAugmentation;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Range;
import dev.fathom.json.SpecException;
import java.util.List;
import java.util.Map;

/** The key {@code augment} of data: how pictures are changed while they are learned from. */
final class AugmentationTypes {
  private static final Range HALF = new Range(0, true, 0.5, true, "in [0, 0.5]");
  private static final long MOST_PADDING = 1 << 12;

  static final Map<String, Reader<? extends Augmentation>> OWN =
      Map.of(
          "crop", f -> new RandomCrop((int) f.integer("padding", 4L, 1, MOST_PADDING)),
          "flip",
              f ->
                  new RandomFlip(
                      f.choice("axis", "horizontal", Map.of("horizontal", false, "vertical", true)),
                      f.number("probability", 0.5, Range.UNIT)),
          "rotate", f -> new RandomRotation(f.number("degrees", 15.0, Range.POSITIVE)),
          "colour",
              f ->
                  new RandomColour(
                      f.number("brightness", 0.0, Range.NOT_NEGATIVE),
                      f.number("contrast", 0.0, Range.NOT_NEGATIVE),
                      f.number("saturation", 0.0, Range.NOT_NEGATIVE),
                      f.number("hue", 0.0, HALF)),
          "erase", AugmentationTypes::erasing);

  private AugmentationTypes() {}

  static Map<String, Reader<? extends Augmentation>> all() {
    return Extensions.with("augmentation", OWN, Extension::augmentations);
  }

  /** Reads a list of augmentations; a name alone stands for an object with that type. */
  static Parsed<List<Augmentation>> list(JsonNode node, String pointer) {
    Map<String, Reader<? extends Augmentation>> types = all();
    return Fields.items(
        node, pointer, "augmentation", 0, "type", each -> Typed.read(each, null, types));
  }

  /** Reads such a list, of augmentations that move boxes and masks along. */
  static Parsed<List<Augmentation>> moving(JsonNode node, String pointer) {
    Parsed<List<Augmentation>> read = list(node, pointer);
    for (int i = 0; i < read.value().size(); i++) {
      if (!(read.value().get(i) instanceof SceneAugmentation)) {
        JsonNode each = node.get(i);
        throw new SpecException(
            pointer + "/" + i,
            "expected one that moves boxes and masks along, such as 'flip' or 'colour', but got '%s'"
                .formatted(each.isTextual() ? each.textValue() : each.path("type").asText()));
      }
    }
    return read;
  }

  private static Augmentation erasing(Fields f) {
    double probability = f.number("probability", 0.5, Range.UNIT);
    double least = f.number("least", 0.02, Range.INSIDE);
    double most = f.number("most", 1 / 3.0, Range.INSIDE);
    if (least > most) {
      throw new SpecException(
          f.at("most"), "expected %s or more but got %s".formatted(least, most));
    }
    return new RandomErasing(probability, least, most);
  }
}
