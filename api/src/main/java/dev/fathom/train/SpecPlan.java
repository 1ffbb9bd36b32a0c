package dev.fathom.train;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Split;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spec.InputSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Columns;
import dev.fathom.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes the plan of a spec: checks it against its data, and finds what they say. */
final class SpecPlan {
  private final TrainingData data;
  private final Dataset train;

  private SpecPlan(TrainingData data) {
    this.data = data;
    this.train = data.train();
  }

  /**
   * {@return the plan of a spec}
   *
   * @throws SpecException if spec and data do not fit, with the JSON pointer
   */
  static Plan of(Spec raw, TrainingData data) {
    return new SpecPlan(data).plan(raw);
  }

  private Plan plan(Spec given) {
    Spec raw = withFrequency(given);
    List<Column> inputs = new ArrayList<>();
    for (InputSpec input : raw.inputs()) {
      inputs.add(column(pointer(raw, input), input.column()));
    }
    Column target = column("/data/target", raw.data().target());
    Split split = split(raw, target);
    if (split.train().size() == 0) {
      throw new SpecException("/data", "expected examples to learn from but there are none");
    }
    Spec spec = raw.data().fit() ? fitted(raw, split, target) : raw;
    List<Shape> shapes = inputs.stream().map(Column::shape).toList();
    Network network = spec.network(shapes);
    for (int i = 0; i < inputs.size(); i++) {
      checkInput(spec, network, spec.inputs().get(i), inputs.get(i));
    }
    Task task = spec.task().fitted(network, Optional.of(target), spec.data().targetNormalisation());
    Columns columns =
        new Columns(
            spec.inputs().stream().map(InputSpec::column).toList(),
            Optional.of(spec.data().target()));
    return new Plan(
        spec.expand(),
        stored -> withFrequency(Spec.parse(stored)).equals(spec),
        spec.training(),
        Objective.of(task, network, spec.training().optimizer(), columns),
        feed(spec, task, network),
        metrics(spec, task),
        split,
        data.test(),
        (learned, metrics) ->
            Optional.of(
                new SpecModel(spec, shapes, data.features(), data.tokenizer())
                    .builder(
                        network,
                        task,
                        learned.get(Group.DEFAULT).parameters(),
                        learned.get(Group.DEFAULT).states())
                    .metrics(metrics)
                    .build()));
  }

  /** What comes after few rows is known by the frequency of all. */
  private Spec withFrequency(Spec spec) {
    return data.frequency().map(spec::withFrequency).orElse(spec);
  }

  private static String pointer(Spec spec, InputSpec input) {
    return spec.model().inputs().isEmpty() ? "/data/input" : "/model/inputs/" + input.name();
  }

  private Column column(String pointer, String name) {
    return train.columns().stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SpecException(
                    pointer,
                    "expected a column of the dataset, one of %s, but got '%s'"
                        .formatted(train.columns().stream().map(Column::name).toList(), name)));
  }

  private Split split(Spec spec, Column target) {
    return data.validation()
        .map(held -> new Split(train, held))
        .orElseGet(
            () ->
                Split.of(
                    train,
                    train.column(target.name()),
                    spec.training().validation(),
                    spec.training().seed()));
  }

  /** Finds means and deviations, in what is learned from alone. */
  private static Spec fitted(Spec raw, Split split, Column target) {
    List<Normalisation> found = new ArrayList<>();
    for (InputSpec input : raw.inputs()) {
      Normalisation given = input.normalisation();
      found.add(Normalisation.fit(split.train(), input.column(), given.scale(), given.axis()));
    }
    return raw.fitted(
        found,
        target.isClass() ? Normalisation.NONE : Normalisation.fit(split.train(), target.name(), 1));
  }

  private static void checkInput(Spec spec, Network network, InputSpec input, Column column) {
    if (network.vocabulary(input.name()) == 0) {
      return;
    }
    if (column.dtype().isFloating()) {
      throw new SpecException(
          pointer(spec, input),
          "expected a column of token ids for an embedding but '%s' holds %s"
              .formatted(column.name(), column.dtype().label()));
    }
    if (!input.normalisation().equals(Normalisation.NONE)) {
      throw new SpecException("/data", "expected no scale, mean or deviation beside token ids");
    }
  }

  private static Feed feed(Spec spec, Task task, Network network) {
    Feed feed = Feed.EMPTY;
    for (InputSpec input : spec.inputs()) {
      long vocabulary = network.vocabulary(input.name());
      feed =
          vocabulary > 0
              ? feed.ids(input.column(), 0, vocabulary)
              : feed.floats(input.column(), input.normalisation());
    }
    return task.loss().targetType() == DType.I32
        ? feed.ids(spec.data().target(), -1, task.loss().classes(network.output()))
        : feed.floats(spec.data().target(), spec.data().targetNormalisation());
  }

  private static List<Metric> metrics(Spec spec, Task task) {
    if (spec.training().metrics().isEmpty()) {
      return task.metrics();
    }
    List<Metric> metrics = new ArrayList<>();
    for (Function<Target, Metric> metric : spec.training().metrics().get()) {
      try {
        metrics.add(metric.apply(task.target()));
      } catch (IllegalArgumentException e) {
        throw new SpecException("/training/metrics/" + metrics.size(), e.getMessage());
      }
    }
    return metrics;
  }
}
