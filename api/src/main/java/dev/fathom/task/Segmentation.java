package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.image.PngWriter;
import dev.fathom.image.View;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.MeanIou;
import dev.fathom.metric.Metric;
import dev.fathom.metric.PixelAccuracy;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Each pixel has a class: a network gives logits {@code [classes, height, width]}. The answer is
 * {@code mask}, {@code [-1, height, width]}, numbers of classes; for people and programs it is a
 * PNG of the picture's size with a palette, and its legend.
 *
 * @param loss of logits
 * @param labels the names of the classes; empty before the task is fitted
 * @param plane {@code [height, width]} of the masks; empty before the task is fitted
 */
public record Segmentation(Loss loss, List<String> labels, Shape plane) implements Task {
  /** The name in a spec. */
  public static final String NAME = "segmentation";

  /** What a byte of a mask tells apart. */
  private static final int MOST_CLASSES = 256;

  public Segmentation {
    labels = List.copyOf(labels);
  }

  /** A task that is not fitted yet. */
  public Segmentation(Loss loss) {
    this(loss, List.of(), Shape.SCALAR);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Segmentation fitted(
      Network network, Optional<Column> column, Normalisation normalisation) {
    Column target = Targets.required(column, normalisation, this);
    Shape output = network.output();
    Shape masks = Targets.shape(loss, output);
    Targets.requireIntegers(target);
    long classes = target.labels().isEmpty() ? loss.classes(output) : target.classes();
    if (loss.classes(output) != classes || !target.shape().equals(masks)) {
      throw new SpecException(
          "/model",
          "expected a last layer with output %s, a logit of each class for each pixel of '%s', but it gives %s"
              .formatted(Shape.of(classes).concat(target.shape()), target.name(), output));
    }
    if (classes > MOST_CLASSES) {
      throw new SpecException(
          "/data/classes", "expected at most %d classes".formatted(MOST_CLASSES));
    }
    List<String> names =
        target.labels().isEmpty()
            ? IntStream.range(0, (int) classes).mapToObj(Integer::toString).toList()
            : target.labels();
    return new Segmentation(loss, names, masks);
  }

  @Override
  public Target target() {
    return Target.classes(labels);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(new PixelAccuracy(), new MeanIou(target()));
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    Shape first = outputs.firstEntry().getValue();
    return List.of(Port.of("mask", DType.I32, first.slice(1, 3)));
  }

  /** The values are numbers of classes. */
  @Override
  public List<String> labels(Port port) {
    return labels;
  }

  @Override
  public List<Tensor> answer(SequencedMap<String, Tensor> outputs) {
    return List.of(outputs.firstEntry().getValue().argMax(1));
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return describe(values, View.whole((int) plane.size(1), (int) plane.size(0)));
  }

  @Override
  public Answer describe(List<Numbers> values, View view) {
    Numbers mask = values.getFirst();
    int width = (int) plane.size(1);
    int height = (int) plane.size(0);
    byte[] pixels = new byte[Math.multiplyExact(view.width(), view.height())];
    int[] counts = new int[labels.size()];
    int[] columns = new int[view.width()];
    for (int x = 0; x < columns.length; x++) {
      columns[x] = Math.clamp(view.column(x), 0, width - 1);
    }
    for (int y = 0, i = 0; y < view.height(); y++) {
      int row = Math.clamp(view.row(y), 0, height - 1) * width;
      for (int x = 0; x < columns.length; x++, i++) {
        int number = (int) mask.get(row + columns[x]);
        pixels[i] = (byte) number;
        counts[number]++;
      }
    }
    List<Integer> colours = IntStream.range(0, counts.length).mapToObj(Overlay::colour).toList();
    byte[] png = PngWriter.indexed(view.width(), view.height(), colours, pixels);
    List<Integer> there =
        IntStream.range(0, counts.length)
            .boxed()
            .filter(number -> counts[number] > 0)
            .sorted(Comparator.comparingInt(number -> -counts[number]))
            .toList();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("width", view.width()).put("height", view.height());
    ArrayNode legend = json.putArray("legend");
    List<String> said = new ArrayList<>();
    for (int number : there) {
      double share = (double) counts[number] / pixels.length;
      legend
          .addObject()
          .put("class", number)
          .put("label", labels.get(number))
          .put("colour", "#%06x".formatted(colours.get(number)))
          .put("share", share);
      said.add(String.format(Locale.ROOT, "%s %.1f %%", labels.get(number), 100 * share));
    }
    json.put("mask", png);
    return new Answer(
        String.join(", ", said),
        json,
        Optional.of(new Answer.Media("image/png", png)),
        Optional.of(new Overlay.Mask(view.width(), view.height(), pixels, colours)));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    labels.forEach(json.putArray("labels")::add);
    return json;
  }
}
