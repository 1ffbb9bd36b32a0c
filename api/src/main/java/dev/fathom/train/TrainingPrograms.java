package dev.fathom.train;

import dev.fathom.compile.Program;
import dev.fathom.data.Column;
import dev.fathom.data.Feed;
import dev.fathom.graph.Type;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Metric;
import dev.fathom.metric.Observation;
import dev.fathom.nn.Layout;
import dev.fathom.optim.Clipping;
import dev.fathom.optim.GuardedUpdate;
import dev.fathom.optim.Optimizer;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.task.Term;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The graphs of a training on batches of one size, and the programs that they compile to. */
final class TrainingPrograms {
  static final String MASK = "mask";
  static final String PARAMETERS = "parameters";
  static final String STATES = "states";
  static final String GRADIENTS = "gradients";
  static final String LOSS_SUM = "loss_sum";
  static final String WEIGHT_SUM = "weight_sum";
  static final String SEED = "seed";
  static final String STEP = "step";

  /** 1 in the steps in which a group changes; only where that is not each. */
  static final String ACTIVE = "active";

  static final String LOSS = "loss";
  static final String WEIGHT = "weight";
  static final String FINITE = "finite";
  static final String ROW_LOSS = "row_loss";
  static final String ROW_WEIGHT = "row_weight";

  private final Backend backend;
  private final Objective objective;
  private final List<Group> groups;
  private final Clipping clipping;
  private final SequencedMap<String, Tensor> columns = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> others = new LinkedHashMap<>();
  private final Tensor mask;
  private final Map<Group, Tensor> parameters = new LinkedHashMap<>();
  private final Map<Group, Tensor> states = new LinkedHashMap<>();

  /**
   * @param feed the columns of a batch
   * @param measured columns that an evaluation has beside these, for metrics
   * @param dataset the columns of the datasets
   * @param batch rows of a batch
   * @param clipping of the gradients
   */
  TrainingPrograms(
      Backend backend,
      Objective objective,
      Feed feed,
      Feed measured,
      List<Column> dataset,
      int batch,
      Clipping clipping) {
    this.backend = backend;
    this.objective = objective;
    this.groups = List.copyOf(objective.groups());
    this.clipping = clipping;
    feed.entries().forEach(entry -> columns.put(entry.column(), column(entry, dataset, batch)));
    measured.entries().forEach(entry -> others.put(entry.column(), column(entry, dataset, batch)));
    mask = input(MASK, DType.F32, Shape.of(batch));
    for (Group group : groups) {
      parameters.put(group, flat(group, PARAMETERS, group.network().parameters()));
      if (group.hasStates()) {
        states.put(group, flat(group, STATES, group.network().states()));
      }
    }
  }

  private static Tensor column(Feed.Entry entry, List<Column> dataset, int batch) {
    Shape example =
        dataset.stream()
            .filter(column -> column.name().equals(entry.column()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "[train] expected a column of %s but got '%s'"
                            .formatted(
                                dataset.stream().map(Column::name).toList(), entry.column())))
            .shape();
    return input(columnName(entry.column()), entry.dtype(), Shape.of(batch).concat(example));
  }

  /** {@return the program's input for a column of the dataset} */
  static String columnName(String column) {
    return "column " + column;
  }

  /** {@return the program's result for the values that a metric observes} */
  static String observed(int metric, int tensor) {
    return "metric " + metric + " " + tensor;
  }

  /**
   * A training step: one program, or two where the gradients of a step are added up from parts.
   *
   * @param gradient from the batch to gradients, and in one program all the rest
   * @param update from added gradients to parameters; nothing in one program
   * @param observed the shapes of what metrics observe of a batch
   * @param random whether it takes seed and step number
   */
  record Step(
      Program gradient, Optional<Program> update, List<List<Shape>> observed, boolean random) {
    long peakBytes() {
      return gradient.peakBytes() + update.map(Program::peakBytes).orElse(0L);
    }
  }

  /**
   * Makes the graphs of a step and of an evaluation without their gradients, and compiles nothing:
   * shapes that do not fit throw. {@return this}
   */
  TrainingPrograms traced(List<Metric> followed, List<Metric> measured) {
    observe(Program.builder(backend), terms(graph(true)), followed);
    observe(Program.builder(backend), terms(graph(false)), measured);
    return this;
  }

  /**
   * @param accumulate in how many parts the gradients are computed
   * @param metrics that are followed
   */
  Step step(int accumulate, List<Metric> metrics) {
    return accumulate == 1 ? whole(metrics) : parts(metrics);
  }

  /** Forward, loss, gradients, clipping and update; nothing changes if a number is not finite. */
  private Step whole(List<Metric> metrics) {
    GraphStep step = graph(true);
    Map<Group, Term> terms = terms(step);
    Program.Builder builder = feeds();
    Tensor one = Tensor.full(1, DType.F32);
    Map<Group, Sums> sums = new LinkedHashMap<>();
    terms.forEach(
        (group, term) -> {
          Tensor loss = term.mean();
          sums.put(group, new Sums(loss, step.parameters(group).gradients(loss), one));
        });
    Tensor finite = update(builder, sums);
    terms.forEach((group, term) -> builder.result(group.named(WEIGHT), term.weights().sum()));
    states.forEach(
        (group, before) ->
            builder.state(before, finite.select(step.parameters(group).newStates(), before)));
    List<List<Shape>> observed = observe(builder, terms, metrics);
    return new Step(builder.compile(), Optional.empty(), observed, step.random());
  }

  /** The sums over the parts of a step, from which the update starts and which it clears. */
  private Step parts(List<Metric> metrics) {
    GraphStep step = graph(true);
    Map<Group, Term> terms = terms(step);
    Program.Builder gradient = feeds();
    Program.Builder update = Program.builder(backend);
    Map<Group, Sums> sums = new LinkedHashMap<>();
    List<Tensor> cleared = new ArrayList<>();
    terms.forEach(
        (group, term) -> {
          Tensor gradients = flat(group, GRADIENTS, group.network().parameters());
          Tensor lossSum = input(group.named(LOSS_SUM), DType.F32, Shape.SCALAR);
          Tensor weightSum = input(group.named(WEIGHT_SUM), DType.F32, Shape.SCALAR);
          Tensor loss = term.sum();
          gradient
              .state(parameters.get(group), null)
              .state(gradients, gradients.add(step.parameters(group).gradients(loss)))
              .state(lossSum, lossSum.add(loss))
              .state(weightSum, weightSum.add(term.weights().sum()));
          Tensor before = states.get(group);
          if (before != null) {
            Tensor after = step.parameters(group).newStates();
            gradient.state(before, loss.isFinite().select(after, before));
          }
          sums.put(group, new Sums(lossSum.div(weightSum), gradients, weightSum));
          update.result(group.named(WEIGHT), weightSum);
          cleared.addAll(List.of(gradients, lossSum, weightSum));
        });
    update(update, sums);
    for (Tensor sum : cleared) {
      update.state(sum, Tensor.zeros(DType.F32, sum.shape().toArray()));
    }
    List<List<Shape>> observed = observe(gradient, terms, metrics);
    return new Step(gradient.compile(), Optional.of(update.compile()), observed, step.random());
  }

  /**
   * The values from which a group's update starts.
   *
   * @param loss the mean, scalar
   * @param gradients flat, sums over {@code count}
   */
  private record Sums(Tensor loss, Tensor gradients, Tensor count) {}

  /** Adds the guarded updates, with losses and finite as results; {@return finite} */
  private Tensor update(Program.Builder builder, Map<Group, Sums> sums) {
    Map<Group, Tensor> norms = new LinkedHashMap<>();
    Tensor finite = null;
    for (Map.Entry<Group, Sums> entry : sums.entrySet()) {
      Sums sum = entry.getValue();
      Tensor norm = GuardedUpdate.norm(sum.gradients(), sum.count());
      norms.put(entry.getKey(), norm);
      Tensor own = sum.loss().isFinite().and(norm.isFinite());
      finite = finite == null ? own : finite.and(own);
    }
    for (Map.Entry<Group, Sums> entry : sums.entrySet()) {
      Group group = entry.getKey();
      Sums sum = entry.getValue();
      List<Tensor> state = new ArrayList<>();
      Layout layout = group.network().parameters();
      group.optimizer().state().forEach(name -> state.add(flat(group, name, layout)));
      Optimizer.Group changed =
          new Optimizer.Group(
              group.named(""),
              group.optimizer(),
              parameters.get(group),
              state,
              layout.slots().stream().map(Layout.Slot::shape).toList());
      GuardedUpdate guarded =
          GuardedUpdate.of(
              changed,
              clipping,
              active(group, finite),
              sum.gradients(),
              sum.count(),
              norms.get(group));
      builder.state(changed.parameters(), guarded.update().parameters());
      for (int i = 0; i < state.size(); i++) {
        builder.state(state.get(i), guarded.update().state().get(i));
      }
      builder.result(group.named(LOSS), sum.loss());
    }
    builder.result(FINITE, finite.cast(DType.F32));
    return finite;
  }

  private static Tensor active(Group group, Tensor finite) {
    if (group.every() == 1) {
      return finite;
    }
    Tensor active = Tensor.scalar(group.named(ACTIVE), DType.F32);
    return finite.and(Tensor.zeros(DType.F32).less(active));
  }

  /** Adds the values that metrics observe as results; {@return their shapes} */
  private List<List<Shape>> observe(
      Program.Builder builder, Map<Group, Term> terms, List<Metric> metrics) {
    Optional<Observation> batch =
        terms.values().stream().flatMap(term -> term.observation().stream()).findFirst();
    List<List<Shape>> shapes = new ArrayList<>();
    for (int i = 0; i < metrics.size(); i++) {
      if (batch.isEmpty()) {
        throw new SpecException(
            "/training/metrics",
            "expected an objective that metrics can follow, but it tells none");
      }
      List<Tensor> tensors;
      try {
        tensors = metrics.get(i).observe(batch.get().with(others));
      } catch (IllegalArgumentException e) {
        throw new SpecException("/training/metrics", e.getMessage());
      }
      List<Shape> each = new ArrayList<>();
      for (int j = 0; j < tensors.size(); j++) {
        builder.result(observed(i, j), tensors.get(j).cast(DType.F32));
        each.add(tensors.get(j).shape());
      }
      shapes.add(each);
    }
    return shapes;
  }

  /**
   * Losses and weights of each row, without training.
   *
   * @param observed the shapes of what metrics observe of a batch
   * @param random whether it takes seed and step number
   */
  record Evaluation(Program program, List<List<Shape>> observed, boolean random) {}

  /** {@return the program that measures} */
  Evaluation evaluation(List<Metric> metrics) {
    GraphStep step = graph(false);
    Map<Group, Term> terms = terms(step);
    Program.Builder builder = resident(feeds());
    others.values().forEach(column -> builder.feed(column));
    terms.forEach(
        (group, term) -> {
          builder.result(group.named(ROW_LOSS), term.rows());
          builder.result(group.named(ROW_WEIGHT), term.weights());
        });
    List<List<Shape>> observed = observe(builder, terms, metrics);
    return new Evaluation(builder.compile(), observed, step.random());
  }

  /** The result of a replayed step: how many values are not finite, part by part, in order. */
  record Diagnosis(Program program, List<String> places, boolean random) {}

  /** A part of a step again, with each layer's output and each parameter's gradient looked at. */
  Diagnosis diagnosis() {
    GraphStep step = graph(true);
    Map<Group, Term> terms = terms(step);
    Program.Builder builder = resident(feeds());
    List<String> places = new ArrayList<>();
    columns.forEach(
        (name, column) -> {
          if (column.dtype().isFloating()) {
            add(builder, places, "the column '" + name + "'", column);
          }
        });
    step.layers()
        .forEach(
            (name, output) -> add(builder, places, "the output of layer '" + name + "'", output));
    Map<Group, Tensor> losses = new LinkedHashMap<>();
    terms.forEach(
        (group, term) -> {
          // A part without an example that counts gives 0 / 1 here and not NaN: it is no error if
          // another part has one.
          Tensor count = term.weights().sum().maximum(Tensor.full(1, DType.F32));
          losses.put(group, term.sum().div(count));
          add(builder, places, "the loss" + of(group), losses.get(group));
        });
    losses.forEach(
        (group, loss) -> {
          // Backwards: the gradient that fails first is that of the last layer.
          List<Tensor> gradients =
              loss.gradients(step.parameters(group).slices().toArray(Tensor[]::new));
          List<Layout.Slot> slots = group.network().parameters().slots();
          for (int i = gradients.size() - 1; i >= 0; i--) {
            String name = group.named(slots.get(i).name());
            add(builder, places, "the gradient of '" + name + "'", gradients.get(i));
          }
        });
    return new Diagnosis(builder.compile(), places, step.random());
  }

  private static String of(Group group) {
    return group.name().isEmpty() ? "" : " of group '" + group.name() + "'";
  }

  private static void add(
      Program.Builder builder, List<String> places, String place, Tensor values) {
    Tensor bad = values.isFinite().not().cast(DType.F32).sum();
    builder.result(Integer.toString(places.size()), bad);
    places.add(place);
  }

  private GraphStep graph(boolean training) {
    GraphStep step =
        new GraphStep(columns, mask, training, GraphStep.scalar(SEED), GraphStep.scalar(STEP));
    for (Group group : groups) {
      step.add(group, parameters.get(group), states.get(group));
    }
    return step;
  }

  /** The terms in the order of the groups, one for each. */
  private Map<Group, Term> terms(GraphStep step) {
    SequencedMap<String, Term> named = objective.terms(step);
    Map<Group, Term> terms = new LinkedHashMap<>();
    for (Group group : groups) {
      Term term = named.get(group.name());
      if (term == null || named.size() != groups.size()) {
        throw new IllegalArgumentException(
            "[objective] expected a loss of each group of %s but got %s"
                .formatted(groups.stream().map(Group::name).toList(), named.keySet()));
      }
      terms.put(group, term);
    }
    return terms;
  }

  private Program.Builder feeds() {
    Program.Builder builder = Program.builder(backend);
    columns.values().forEach(column -> builder.feed(column));
    return builder.feed(mask);
  }

  /** Parameters and states that keep their content. */
  private Program.Builder resident(Program.Builder builder) {
    parameters.values().forEach(each -> builder.state(each, null));
    states.values().forEach(each -> builder.state(each, null));
    return builder;
  }

  private static Tensor flat(Group group, String name, Layout layout) {
    return input(group.named(name), DType.F32, Shape.of(layout.elements()));
  }

  private static Tensor input(String name, DType dtype, Shape shape) {
    return Tensor.input(name, new Type(dtype, shape));
  }
}
