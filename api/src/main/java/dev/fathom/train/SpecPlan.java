package dev.fathom.train;

import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Split;
import dev.fathom.data.Transform;
import dev.fathom.encode.Encoding;
import dev.fathom.encode.Features;
import dev.fathom.image.Augmentation;
import dev.fathom.image.Framing;
import dev.fathom.image.SceneAugmentation;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Target;
import dev.fathom.nn.Network;
import dev.fathom.spec.InputSpec;
import dev.fathom.spec.Spec;
import dev.fathom.spec.SpecModel;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Columns;
import dev.fathom.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Makes the plan of a spec: checks it against its data, and finds what they say. */
final class SpecPlan {
  private final TrainingData data;
  private final Dataset train;
  private final ModelSource models;

  private SpecPlan(TrainingData data, ModelSource models) {
    this.data = data;
    this.models = models;
    this.train = data.train();
  }

  /**
   * {@return the plan of a spec}
   *
   * @throws SpecException if spec and data do not fit, with the JSON pointer
   */
  static Plan of(Spec raw, TrainingData data, ModelSource models) {
    return new SpecPlan(data, models).plan(raw);
  }

  private Plan plan(Spec given) {
    Spec raw = withFrequency(given.withVocabularies(data.encodings()));
    Map<String, Column> inputs = new LinkedHashMap<>();
    for (InputSpec input : raw.columns()) {
      inputs.put(input.name(), column(pointer(raw, input), input.column()));
    }
    Optional<Column> target =
        raw.hasTarget()
            ? Optional.of(column("/data/target", raw.data().target()))
            : Optional.empty();
    SplitChecks.rows(raw.data(), train, data.test());
    Weighting weighting = new Weighting(raw, target);
    Split parts = split(raw, target, weighting);
    double held = raw.training().validation();
    target
        .filter(_ -> raw.task().isClass())
        .ifPresentOrElse(
            column -> SplitChecks.classes(column, held, parts),
            () -> SplitChecks.random(held, parts));
    Spec spec = raw.data().fit() ? fitted(raw, parts, target) : raw;
    if (!raw.data().fit()) {
      checkPrecision(spec, target);
    }
    // Each column is there: it was looked up.
    List<Shape> shapes = spec.shapes(train.columns()).orElseThrow();
    Network network = spec.network(shapes);
    if (data.test().isPresent()
        && !spec.shapes(data.test().get().columns()).equals(Optional.of(shapes))) {
      checkTest(spec, network, data.test().get());
    }
    for (InputSpec input : spec.inputs()) {
      if (inputs.containsKey(input.name())) {
        checkInput(spec, network, input, inputs.get(input.name()));
      }
    }
    Task task = spec.task(network, target);
    Optional<Dataset> counting = data.test().map(weighting::counting);
    boolean weighted = weighting.isNeeded();
    Split split = weighted ? weighting.weighted(parts) : parts;
    Optional<Dataset> test = weighted ? counting.map(weighting::measured) : counting;
    List<String> notes = new ArrayList<>(data.notes());
    notes.addAll(SplitNotes.of(target, split, test));
    notes.addAll(weighting.notes());
    Transfer transfer = new Transfer(spec, task.group(), network, models);
    notes.addAll(transfer.notes());
    Columns columns =
        new Columns(
            spec.columns().stream().map(InputSpec::column).toList(), target.map(Column::name));
    return new Plan(
        spec.expand(),
        stored -> withFrequency(Spec.stored(stored)).equals(spec),
        spec.training(),
        objective(spec, task, transfer.group(), columns, weighting),
        feed(spec, task, network, target, weighting),
        transforms(spec, List.copyOf(inputs.values()), target),
        metrics(spec, task, split.train()),
        split,
        test,
        measured -> target.flatMap(c -> task.baseline(split.train(), measured, c.name())),
        () -> notes(notes, List.copyOf(inputs.values()), target, split, test),
        transfer,
        (learned, metrics) ->
            Optional.of(
                new SpecModel(spec, shapes, data.features(), data.tokenizer(), data.encodings())
                    .builder(
                        network,
                        task,
                        transfer.merged(learned.get(task.group()).parameters()),
                        learned.get(task.group()).states())
                    .metrics(metrics)
                    .digests(data.digests().files())
                    .build()));
  }

  /** Examples that are tested on may have other shapes, if the network has the same parameters. */
  private static void checkTest(Spec spec, Network network, Dataset test) {
    Network tested = spec.network(spec.shapes(test.columns()).orElseThrow());
    if (!tested.parameters().equals(network.parameters())
        || !tested.output().equals(network.output())) {
      throw new SpecException(
          "/data/" + spec.data().source().testKey(),
          "expected layers with the same parameters and outputs for examples of other lengths, but"
              + " for those of the test they differ");
    }
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

  private static List<String> notes(
      List<String> known,
      List<Column> inputs,
      Optional<Column> target,
      Split split,
      Optional<Dataset> test) {
    List<String> notes = new ArrayList<>(known);
    if (inputs.size() == 1) {
      notes.addAll(SamePictures.notes(inputs.getFirst(), target, split, test));
    }
    return notes;
  }

  private Split split(Spec spec, Optional<Column> target, Weighting weighting) {
    Split whole = whole(spec, target, weighting);
    OptionalInt perClass = spec.training().examplesPerClass();
    if (perClass.isEmpty()) {
      return whole;
    }
    String column =
        target
            .filter(Column::isClass)
            .map(Column::name)
            .orElseThrow(
                () ->
                    new SpecException(
                        "/training/examplesPerClass", "expected a target of classes"));
    Dataset few =
        Split.few(whole.train(), train.column(column), perClass.getAsInt(), spec.training().seed());
    return new Split(few, whole.validation());
  }

  private Split whole(Spec spec, Optional<Column> target, Weighting weighting) {
    Dataset counting = learned(spec, target, weighting.counting(train));
    double share = spec.training().validation();
    long seed = spec.training().seed();
    return data.validation()
        .map(held -> new Split(counting, learned(spec, target, weighting.counting(held))))
        .orElseGet(
            () ->
                target
                    .map(column -> Split.of(counting, train.column(column.name()), share, seed))
                    .orElseGet(() -> Split.random(counting, share, seed)));
  }

  private static Dataset learned(Spec spec, Optional<Column> target, Dataset examples) {
    return target.map(column -> spec.task().learned(examples, column)).orElse(examples);
  }

  /** Finds means and deviations, in what is learned from alone. */
  private Spec fitted(Spec raw, Split split, Optional<Column> target) {
    List<Normalisation> found = new ArrayList<>();
    for (int i = 0; i < raw.inputs().size(); i++) {
      InputSpec input = raw.inputs().get(i);
      Normalisation given = input.normalisation();
      boolean table = !data.encodings().isEmpty();
      boolean isMade = raw.task().made().containsKey(input.name());
      if (isMade || table && data.encodings().get(i).isIds()) {
        found.add(given);
        continue;
      }
      Normalisation all =
          Normalisation.fit(split.train(), input.column(), given.scale(), given.axis());
      found.add(
          table && data.encodings().get(i) instanceof Features features
              ? features.ofScaled(all)
              : all);
    }
    return raw.fitted(
        found,
        target
            .filter(column -> !column.isClass())
            .map(column -> Normalisation.fit(split.train(), column.name(), 1))
            .orElse(Normalisation.NONE));
  }

  /** Checks that f32 tells the values of a column apart, once they are normalised. */
  private void checkPrecision(Spec spec, Optional<Column> target) {
    for (InputSpec input : spec.columns()) {
      Column column = train.columns().get(train.column(input.column()));
      int lost = column.dtype() == DType.F64 ? lost(input.normalisation(), column) : -1;
      if (lost >= 0) {
        List<String> columns = names(spec.inputs().indexOf(input));
        throw coarse(columns.isEmpty() ? input.column() : columns.get(lost), "mean");
      }
    }
    Optional<Column> exact = target.filter(column -> column.dtype() == DType.F64);
    if (exact.isPresent() && lost(spec.data().targetNormalisation(), exact.get()) >= 0) {
      throw coarse(exact.get().name(), "targetMean");
    }
  }

  /** {@return the names of the numbers of an input; empty if they have none} */
  private List<String> names(int input) {
    return data.encodings().isEmpty()
        ? data.features()
        : data.encodings().get(input) instanceof Features features ? features.names() : List.of();
  }

  private int lost(Normalisation normalisation, Column column) {
    return normalisation.lostByF32(train, column.name());
  }

  private static SpecException coarse(String column, String mean) {
    return new SpecException(
        "/data",
        "column '%s' differs by too little beside its mean for the 32 bits that a network has: "
                .formatted(column)
            + "say \"fit\": true, or give \"%s\"".formatted(mean));
  }

  private void checkInput(Spec spec, Network network, InputSpec input, Column column) {
    long vocabulary = network.vocabulary(input.name());
    if (vocabulary == 0) {
      return;
    }
    if (!data.encodings().isEmpty()) {
      Encoding encoding = data.encodings().get(spec.inputs().indexOf(input));
      if (encoding.vocabulary().orElse(0) > vocabulary) {
        throw new SpecException(
            pointer(spec, input),
            "expected a vocabulary of %d or more, as the columns have with one for what is not"
                    .formatted(encoding.vocabulary().getAsLong())
                + " known, but got "
                + vocabulary);
      }
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

  private static Objective objective(
      Spec spec, Task task, Group group, Columns columns, Weighting weighting) {
    Objective all = Objective.of(task, group, columns);
    TrainingSpec training = spec.training();
    if (training.mixup().isPresent() || training.cutmix().isPresent()) {
      int rank = List.copyOf(group.network().inputs().values()).getFirst().rank();
      Mixing.check(task.isClass(), columns.inputs().size(), rank, training.mixup());
      all =
          new Mixing(
              all,
              columns.inputs().getFirst(),
              spec.data().target(),
              training.mixup(),
              training.cutmix());
    }
    return weighting.isNeeded() ? Objective.weighted(all, Weighting.COLUMN) : all;
  }

  private static Map<String, Transform> transforms(
      Spec spec, List<Column> inputs, Optional<Column> target) {
    List<Augmentation> augment = spec.data().augment();
    if (augment.isEmpty()) {
      return Map.of();
    }
    if (inputs.size() != 1) {
      throw new SpecException(
          "/data/augment", "expected one input, pictures, but got " + inputs.size());
    }
    Column pictures = inputs.getFirst();
    if (pictures.dtype() != DType.U8 || Framing.of(pictures.shape()).isEmpty()) {
      throw new SpecException(
          "/data/augment",
          "expected pictures, bytes [height, width], [1, height, width] or [3, height, width], but"
              + " '%s' holds %s %s"
                  .formatted(pictures.name(), pictures.dtype().label(), pictures.shape()));
    }
    long seed = spec.training().seed();
    Map<String, Transform> all = new LinkedHashMap<>();
    all.put(pictures.name(), Augmentation.transform(augment, pictures.shape(), seed));
    if (spec.data().source().hasPlaces() && target.isPresent()) {
      List<SceneAugmentation> moving = augment.stream().map(SceneAugmentation.class::cast).toList();
      all.put(target.get().name(), SceneAugmentation.places(moving, target.get(), seed));
    }
    return all;
  }

  private static Feed feed(
      Spec spec, Task task, Network network, Optional<Column> target, Weighting weighting) {
    Feed feed = Feed.EMPTY;
    for (InputSpec input : spec.columns()) {
      long vocabulary =
          network.inputs().containsKey(input.name()) ? network.vocabulary(input.name()) : 0;
      feed =
          vocabulary > 0
              ? feed.ids(input.column(), 0, vocabulary)
              : feed.floats(input.column(), input.normalisation());
    }
    if (target.isPresent()) {
      feed = task.feed(feed, network, target.get(), spec.data().targetNormalisation());
    }
    return weighting.isNeeded() ? feed.floats(Weighting.COLUMN) : feed;
  }

  private static List<Metric> metrics(Spec spec, Task task, Dataset train) {
    if (spec.training().metrics().isEmpty()) {
      return task.metrics();
    }
    List<Metric> metrics = new ArrayList<>();
    for (Function<Target, Metric> metric : spec.training().metrics().get()) {
      try {
        Metric each = metric.apply(task.target());
        each.columns().entries().forEach(entry -> requireColumn(each, entry.column(), train));
        metrics.add(each);
      } catch (IllegalArgumentException e) {
        throw new SpecException("/training/metrics/" + metrics.size(), e.getMessage());
      }
    }
    return metrics;
  }

  private static void requireColumn(Metric metric, String name, Dataset data) {
    List<String> names = data.columns().stream().map(Column::name).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "'%s' needs the column '%s', which only other formats of data have; there are %s"
              .formatted(metric.name(), name, names));
    }
  }
}
