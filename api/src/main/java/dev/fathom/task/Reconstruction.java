package dev.fathom.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Column;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Numbers;
import dev.fathom.json.Nearest;
import dev.fathom.json.SpecException;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Metric;
import dev.fathom.metric.NumberError;
import dev.fathom.metric.Observation;
import dev.fathom.metric.Ranking;
import dev.fathom.metric.Seen;
import dev.fathom.metric.Target;
import dev.fathom.nn.Graph;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * A network gives its input again, through layers that are too narrow to copy it: an autoencoder
 * (Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006). The
 * answer is {@code reconstruction}, in the units of the input, and {@code score}, the mean squared
 * error of its normalised numbers: large for what is unlike all that was learned.
 *
 * <p>Examples of some classes may be anomalies: they are never learned, and in the test {@code
 * rocAuc} says how well the score tells them from the others, whose loss alone counts.
 *
 * @param loss of the output and the input
 * @param anomalies labels of the target whose examples are never learned; without any, there is no
 *     target
 * @param labels of the target; empty before the task is fitted
 * @param normalisation of the input
 * @param example the shape of the input; of no meaning before the task is fitted
 */
public record Reconstruction(
    Loss loss,
    List<String> anomalies,
    List<String> labels,
    Normalisation normalisation,
    Shape example)
    implements Task {
  /** The name in a spec. */
  public static final String NAME = "reconstruction";

  private static final String SCORE = "score";
  private static final String ANOMALY = "anomaly";

  public Reconstruction {
    anomalies = List.copyOf(anomalies);
    labels = List.copyOf(labels);
  }

  /** A task that is not fitted yet. */
  public Reconstruction(Loss loss, List<String> anomalies) {
    this(loss, anomalies, List.of(), Normalisation.NONE, Shape.SCALAR);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean hasTarget(Graph network) {
    return !anomalies.isEmpty();
  }

  @Override
  public boolean readsClasses() {
    return !anomalies.isEmpty();
  }

  @Override
  public Reconstruction fitted(Network network, Optional<Column> target, Normalisation units) {
    if (network.vocabulary() > 0) {
      throw new SpecException(
          "/model", "expected an input of numbers, which can be given again, but got token ids");
    }
    if (loss.targetType() != DType.F32) {
      throw new SpecException(
          "/training/loss", "expected a loss of numbers for the task reconstruction");
    }
    if (network.output().elements() != network.input().elements()) {
      throw new SpecException(
          "/model",
          "expected a last layer that gives the input %s again, but it gives %s"
              .formatted(network.input(), network.output()));
    }
    target.ifPresent(this::check);
    List<String> names = target.map(Column::labels).orElse(List.of());
    return new Reconstruction(loss, anomalies, names, normalisation, network.input());
  }

  private void check(Column target) {
    for (int i = 0; i < anomalies.size(); i++) {
      String label = anomalies.get(i);
      if (!target.labels().contains(label)) {
        throw new SpecException(
            "/task/anomalies/" + i,
            "expected one of the classes %s of column '%s' but got '%s'%s"
                .formatted(
                    String.join(", ", target.labels()),
                    target.name(),
                    label,
                    Nearest.hint(label, target.labels())));
      }
    }
  }

  @Override
  public Reconstruction ofInputs(List<Normalisation> inputs) {
    return new Reconstruction(loss, anomalies, labels, inputs.getFirst(), example);
  }

  @Override
  public Dataset learned(Dataset examples, Column target) {
    check(target);
    int column = examples.column(target.name());
    int[] label = new int[1];
    int[] normal =
        IntStream.range(0, examples.size())
            .filter(
                row -> {
                  examples.read(column, row, label, 0);
                  return !anomalies.contains(target.labels().get(label[0]));
                })
            .toArray();
    if (normal.length == 0) {
      throw new DataException(
          "[reconstruction] expected examples to learn but all %d of '%s' are anomalies"
              .formatted(examples.size(), examples.name()));
    }
    return examples.select(examples.name(), normal);
  }

  @Override
  public Feed feed(Feed feed, Network network, Column target, Normalisation units) {
    return feed.ids(target.name(), 0, target.classes());
  }

  @Override
  public Column target(String name, Network network, List<String> stored) {
    // An answer needs no classes.
    return new Column(name, DType.I32, Shape.SCALAR, anomalies);
  }

  @Override
  public List<String> labels() {
    return List.of();
  }

  @Override
  public Target target() {
    return Target.numbers(normalisation.mean().size() == 1 ? normalisation : Normalisation.NONE);
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(new NumberError(NumberError.Kind.MEAN_ABSOLUTE, target()));
    metrics.add(new NumberError(NumberError.Kind.ROOT_MEAN_SQUARED, target()));
    if (!anomalies.isEmpty()) {
      Target classes = Target.severalClasses(List.of(ANOMALY));
      metrics.add(new Seen(new Ranking(Ranking.Kind.ROC_AUC, classes), SCORE, ANOMALY));
    }
    return metrics;
  }

  @Override
  public Term term(Step step, Columns columns) {
    List<Tensor> inputs = columns.inputs().stream().map(step::column).toList();
    Tensor wanted = inputs.getFirst().reshape(step.batch(), -1);
    Tensor output = step.trace("", inputs).output().reshape(wanted.shape().toArray());
    Tensor rows = loss.rows(output, wanted);
    Tensor given = loss.prediction(output);
    Tensor weights = loss.weights(wanted, step.mask());
    if (anomalies.isEmpty()) {
      return new Term(rows, weights, Optional.of(new Observation(given, wanted, step.mask())));
    }
    Tensor anomaly = anomaly(step.column(columns.target().orElseThrow()));
    Map<String, Tensor> own =
        Map.of(
            SCORE, score(given, wanted).unsqueeze(-1),
            ANOMALY, anomaly.unsqueeze(-1));
    return new Term(
        rows,
        weights.mul(anomaly.neg().add(1)),
        Optional.of(new Observation(given, wanted, step.mask(), own)));
  }

  /** {@return {@code [batch]}: 1 for an anomaly, 0 for others} */
  private Tensor anomaly(Tensor label) {
    float[] known = new float[labels.size()];
    for (int i = 0; i < known.length; i++) {
      known[i] = anomalies.contains(labels.get(i)) ? 1 : 0;
    }
    return Tensor.of(known, known.length).gather(label.reshape(label.size(0)));
  }

  private static Tensor score(Tensor given, Tensor wanted) {
    return given.sub(wanted).square().mean(-1);
  }

  @Override
  public List<Port> ports(SequencedMap<String, Shape> outputs) {
    return List.of(
        Port.of(NAME, DType.F32, outputs.firstEntry().getValue()),
        Port.of(SCORE, DType.F32, Shape.SCALAR));
  }

  @Override
  public List<Tensor> answer(List<Tensor> inputs, SequencedMap<String, Tensor> outputs) {
    Tensor given = loss.prediction(outputs.firstEntry().getValue());
    Tensor wanted = inputs.getFirst();
    long batch = wanted.size(0);
    return List.of(given, score(given.reshape(batch, -1), wanted.reshape(batch, -1)));
  }

  @Override
  public Numbers finish(int port, float[] values) {
    return port == 0 ? Targets.inUnits(normalisation, example, values) : Numbers.of(values);
  }

  @Override
  public Answer describe(List<Numbers> values) {
    ObjectNode json = Targets.numbers(NAME, values.get(0)).json();
    double score = values.get(1).get(0);
    return Answer.of(String.format(Locale.ROOT, "score %.6g", score), json.put(SCORE, score));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", NAME);
    anomalies.forEach(json.putArray("anomalies")::add);
    return json;
  }
}
