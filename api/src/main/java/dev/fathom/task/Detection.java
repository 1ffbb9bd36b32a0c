package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.box.Box;
import dev.fathom.box.BoxMap;
import dev.fathom.box.Found;
import dev.fathom.data.Column;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.image.View;
import dev.fathom.json.SpecException;
import dev.fathom.loss.AnchorFree;
import dev.fathom.loss.Loss;
import dev.fathom.metric.DetectionPrecision;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Boxes of objects in pictures, with their classes: a network gives a {@link BoxMap}, {@code
 * [classes + 5, height, width]}. The answer is {@code boxes}, {@code [-1, most, 4]}, left, top,
 * right and bottom in pixels of the example, {@code scores}, {@code [-1, most]}, and {@code
 * labels}, {@code [-1, most]}, numbers of classes, the best first; -1 where there is no more.
 *
 * @param loss of maps
 * @param score the least score of an object that is answered; default 0.5
 * @param overlap the intersection over union above which two objects of a class are the same;
 *     default 0.5
 * @param most objects that are answered; default 20
 * @param labels the names of the classes; empty before the task is fitted
 * @param picture {@code [channels, height, width]} of an example; empty before the task is fitted
 * @param output of the network; empty before the task is fitted
 */
public record Detection(
    Loss loss,
    double score,
    double overlap,
    int most,
    List<String> labels,
    Shape picture,
    Shape output)
    implements Task {
  /** The name in a spec. */
  public static final String NAME = "detection";

  private static final int SIDES = 4;

  public Detection {
    labels = List.copyOf(labels);
  }

  /** A task that is not fitted yet. */
  public Detection(Loss loss, double score, double overlap, int most) {
    this(loss, score, overlap, most, List.of(), Shape.SCALAR, Shape.SCALAR);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Detection fitted(Network network, Optional<Column> column, Normalisation normalisation) {
    Column target = Targets.required(column, normalisation, this);
    Targets.shape(loss, network.output());
    Shape shape = target.shape();
    if (shape.rank() != 2 || shape.size(1) != AnchorFree.BOX) {
      throw new SpecException(
          "/data/target",
          "expected a column of boxes [most, 5] but '%s' is %s".formatted(target.name(), shape));
    }
    int classes = BoxMap.of(network.output()).classes();
    if (!target.labels().isEmpty() && target.classes() != classes) {
      throw new SpecException(
          "/model",
          "expected a last layer with output [%d, height, width], a channel for each of %d classes and 5 for the box, but it gives %s"
              .formatted(target.classes() + BoxMap.OTHERS, target.classes(), network.output()));
    }
    List<String> names =
        target.labels().isEmpty()
            ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
            : target.labels();
    Shape input = network.inputs().firstEntry().getValue();
    if (network.inputs().size() != 1 || input.rank() != 3) {
      throw new SpecException(
          "/model", "expected a network of one picture but it takes " + network.inputs());
    }
    return new Detection(loss, score, overlap, most, names, input, network.output());
  }

  @Override
  public Target target() {
    return Target.classes(labels);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(new DetectionPrecision(target(), overlap));
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return List.of(
        Port.of("boxes", DType.F32, Shape.of(most, SIDES)),
        Port.of("scores", DType.F32, Shape.of(most)),
        Port.of("labels", DType.I32, Shape.of(most)));
  }

  /** Only {@code labels} tells of classes. */
  @Override
  public List<String> labels(Port port) {
    return port.dtype() == DType.I32 ? labels : List.of();
  }

  /** Of the map that the network gives, the objects of each example. */
  @Override
  public List<Numbers> finish(List<float[]> values) {
    float[] maps = values.getFirst();
    BoxMap map = BoxMap.of(output);
    int batch = maps.length / map.values();
    float[] boxes = new float[batch * most * SIDES];
    float[] scores = new float[batch * most];
    float[] numbers = new float[batch * most];
    for (int example = 0; example < batch; example++) {
      List<Found> all = map.found(maps, example * map.values(), score);
      List<Found> kept = Found.distinct(all, overlap, most);
      for (int i = 0; i < most; i++) {
        int at = example * most + i;
        if (i >= kept.size()) {
          numbers[at] = -1;
          continue;
        }
        Box box = kept.get(i).box();
        boxes[at * SIDES] = (float) (box.left() * width());
        boxes[at * SIDES + 1] = (float) (box.top() * height());
        boxes[at * SIDES + 2] = (float) (box.right() * width());
        boxes[at * SIDES + 3] = (float) (box.bottom() * height());
        scores[at] = (float) kept.get(i).score();
        numbers[at] = kept.get(i).label();
      }
    }
    return List.of(Numbers.of(boxes), Numbers.of(scores), Numbers.of(numbers));
  }

  private int width() {
    return (int) picture.size(2);
  }

  private int height() {
    return (int) picture.size(1);
  }

  @Override
  public Answer describe(List<Numbers> values) {
    return describe(values, View.whole(width(), height()));
  }

  @Override
  public List<Numbers> placed(List<Numbers> values, List<View> views) {
    Numbers boxes = values.get(0);
    Numbers numbers = values.get(2);
    float[] placed = new float[boxes.size()];
    for (int i = 0; i < numbers.size(); i++) {
      // Where there is no object the box stays zeros.
      if (numbers.get(i) >= 0) {
        View view = views.get(i / most);
        int at = i * SIDES;
        placed[at] = (float) view.x(boxes.get(at));
        placed[at + 1] = (float) view.y(boxes.get(at + 1));
        placed[at + 2] = (float) view.x(boxes.get(at + 2));
        placed[at + 3] = (float) view.y(boxes.get(at + 3));
      }
    }
    return List.of(Numbers.of(placed), values.get(1), numbers);
  }

  @Override
  public Answer describe(List<Numbers> values, View view) {
    Numbers boxes = placed(values, List.of(view)).getFirst();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("width", view.width()).put("height", view.height());
    ArrayNode objects = json.putArray("objects");
    List<Overlay.Box> drawn = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (int i = 0; i < most && values.get(2).get(i) >= 0; i++) {
      int number = (int) values.get(2).get(i);
      double found = values.get(1).get(i);
      Overlay.Box box =
          new Overlay.Box(
              boxes.get(SIDES * i),
              boxes.get(SIDES * i + 1),
              boxes.get(SIDES * i + 2),
              boxes.get(SIDES * i + 3),
              labels.get(number),
              number,
              found);
      drawn.add(box);
      objects
          .addObject()
          .put("label", box.label())
          .put("score", (float) found)
          .put("left", (float) box.left())
          .put("top", (float) box.top())
          .put("right", (float) box.right())
          .put("bottom", (float) box.bottom());
      said.add(
          String.format(
              Locale.ROOT,
              "%s %.0f %% (%.0f, %.0f)-(%.0f, %.0f)",
              box.label(),
              100 * found,
              box.left(),
              box.top(),
              box.right(),
              box.bottom()));
    }
    return new Answer(
        said.isEmpty() ? "no object" : String.join(", ", said),
        json,
        Optional.empty(),
        Optional.of(new Overlay.Boxes(drawn)));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    json.put("score", score).put("overlap", overlap).put("most", most);
    labels.forEach(json.putArray("labels")::add);
    return json;
  }
}
