package dev.fathom.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.compile.Coverage;
import dev.fathom.compile.Program;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Split;
import dev.fathom.device.Backends;
import dev.fathom.json.SpecException;
import dev.fathom.metric.Metric;
import dev.fathom.nn.Network;
import dev.fathom.optim.Clipping;
import dev.fathom.spec.Spec;
import dev.fathom.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One training, of a spec or of an objective: checked, compiled and planned when it is built, run
 * once. {@link #cancel()} may be called from any thread; listeners are called on the thread that
 * runs.
 */
public final class Trainer {
  final Plan plan;
  final Backends.Selection backend;
  final Consumer<TrainingEvent> listener;
  final Optional<Checkpoints> checkpoints;

  /** Where it goes on. */
  final Optional<Checkpoint.Stored> resumed;

  /** Those of the data. */
  final DataDigests digests;

  final TrainingPrograms programs;
  final TrainingPrograms.Step step;
  final TrainingPrograms.Evaluation evaluation;

  /** That of the test, which differs where its examples have other shapes. */
  final TrainingPrograms.Evaluation testing;

  final AtomicBoolean cancelled = new AtomicBoolean();

  private Trainer(Builder builder) throws IOException {
    listener = builder.listener;
    checkpoints = Optional.ofNullable(builder.checkpoints);
    resumed =
        builder.resume && checkpoints.isPresent()
            ? checkpoints.get().load(Checkpoints.Kind.LAST)
            : Optional.empty();
    digests = builder.digests;
    if (resumed.isPresent()) {
      resumed.get().data().requireSame(digests);
    }
    backend = resumed.map(stored -> pinned(builder.backend, stored)).orElse(builder.backend);
    plan = builder.plan();
    if (resumed.isEmpty()) {
      plan.begin().check();
    }
    programs = programs(plan, backend);
    TrainingSpec training = plan.training();
    step = onModel(() -> programs.step(training.accumulate(), plan.followed()));
    evaluation = onModel(() -> programs.evaluation(plan.metrics()));
    testing =
        plan.testsOtherShapes()
            ? onModel(() -> testPrograms(plan, backend).evaluation(plan.metrics()))
            : evaluation;
  }

  private static TrainingPrograms programs(Plan plan, Backends.Selection backend) {
    return programs(plan, plan.split().train().columns(), plan.training().partSize(), backend);
  }

  private static TrainingPrograms testPrograms(Plan plan, Backends.Selection backend) {
    return programs(plan, plan.test().orElseThrow().columns(), plan.testBatch(), backend);
  }

  private static TrainingPrograms programs(
      Plan plan, List<Column> columns, int batch, Backends.Selection backend) {
    return new TrainingPrograms(
        backend.backend(),
        plan.objective(),
        plan.feed(),
        plan.measured(),
        columns,
        batch,
        plan.training().clipping());
  }

  /** Says of what does not fit together that it is the model's. */
  private static <T> T onModel(Supplier<T> made) {
    try {
      return made.get();
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SpecException("/model", e.getMessage());
    }
  }

  /** {@return a builder of a training of {@code spec} on {@code data}} */
  public static Builder of(Spec spec, TrainingData data, Backends.Selection backend) {
    return new Builder(models -> SpecPlan.of(spec, data, models), data.digests(), backend);
  }

  /**
   * {@return a builder of a training of an objective that somebody wrote} It can be resumed where
   * optimisers and schedule are of the same text as before, {@link Object#toString}, which those of
   * records are.
   *
   * @param objective that is made small
   * @param feed the columns of a batch
   * @param training how long, in which batches, by which schedule; its optimiser, loss, metrics and
   *     weights do not matter
   * @param train examples to learn from, of which {@code training} holds back a share
   * @param test examples that the result is measured on
   */
  public static Builder of(
      Objective objective,
      Feed feed,
      TrainingSpec training,
      Dataset train,
      Optional<Dataset> test,
      Backends.Selection backend) {
    return new Builder(
        _ -> {
          ObjectNode description = description(objective, feed, training);
          Split split = Split.random(train, training.validation(), training.seed());
          SplitChecks.random(training.validation(), split);
          return new Plan(
              description,
              // As text: a number that was read again may be of another type.
              stored -> stored.toString().equals(description.toString()),
              training,
              objective,
              feed,
              Map.of(),
              List.<Metric>of(),
              split,
              test,
              _ -> Optional.empty(),
              List::of,
              Beginning::random,
              (_, _) -> Optional.empty());
        },
        DataDigests.NONE,
        backend);
  }

  /** All that a run depends on, as far as it is not in the objective's code. */
  private static ObjectNode description(Objective objective, Feed feed, TrainingSpec training) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("objective", objective.getClass().getName()).put("feed", feed.toString());
    json.put("batchSize", training.batchSize()).put("accumulate", training.accumulate());
    json.put("epochs", training.epochs()).put("steps", training.steps().orElse(0));
    json.put("seed", training.seed()).put("validation", training.validation());
    json.put("clipNorm", Double.toString(Double.POSITIVE_INFINITY));
    switch (training.clipping()) {
      case Clipping.None _ -> {}
      case Clipping.ByNorm(double limit) -> json.put("clipNorm", Double.toString(limit));
      case Clipping.ByValue(double limit) -> json.put("clipValue", limit);
    }
    json.put("schedule", training.schedule().toString());
    training.earlyStopping().ifPresent(stop -> json.put("earlyStopping", stop.toString()));
    for (Group group : objective.groups()) {
      json.putObject("group " + group.name())
          .put("parameters", group.network().parameters().elements())
          .put("optimizer", group.optimizer().toString())
          .put("every", group.every());
    }
    return json;
  }

  /** {@return the backend with the kernel variants that the run had, where they are to be had} */
  private static Backends.Selection pinned(Backends.Selection selection, Checkpoint.Stored stored) {
    Progress progress = stored.progress();
    return Optional.of(selection)
        .filter(s -> s.name().equals(progress.backend()))
        .flatMap(s -> s.backend().pinned(progress.variant()))
        .map(selection::on)
        .orElse(selection);
  }

  /** {@return the network that learns; of several, that of the first group} */
  public Network network() {
    return plan.objective().groups().getFirst().network();
  }

  /** {@return how many steps the whole run has} */
  public long steps() {
    return plan.steps();
  }

  /** {@return the device memory of the run, in bytes} Known before anything is allocated. */
  public long memoryBytes() {
    long shared = 0;
    for (Group group : plan.objective().groups()) {
      Network network = group.network();
      shared += network.parameters().elements() + network.states().elements();
    }
    long bytes = step.peakBytes() + evaluation.program().peakBytes() - Float.BYTES * shared;
    return testing == evaluation
        ? bytes
        : bytes + testing.program().peakBytes() - Float.BYTES * shared;
  }

  /** {@return the plan of a step: kernels, buffers, memory} */
  public String explain() {
    return step.gradient().explain() + step.update().map(Program::explain).orElse("");
  }

  /** {@return which specs of a step and of validation the backend compiled, and which not} */
  public Coverage coverage() {
    Coverage gradient = step.gradient().coverage();
    return step.update()
        .map(update -> gradient.plus(update.coverage()))
        .orElse(gradient)
        .plus(evaluation.program().coverage());
  }

  /**
   * Writes all that another framework needs to take exactly the same steps, as safetensors: {@code
   * initial.safetensors} with the parameters and states as they are before the first step, and
   * {@code batches.safetensors} with {@code train.input}, {@code train.target}, {@code [steps,
   * batch, ...]}, in the order in which they are learned, {@code train.mask}, {@code [steps,
   * batch]}, 0 for rows that are padding, and the same of {@code validation} and {@code test}, if
   * there are such; with several inputs, each column under its own name. All of it is in memory at
   * once.
   *
   * @param folder that is there
   * @throws IOException if a file cannot be written
   */
  public void export(Path folder) throws IOException {
    Export.write(this, folder);
  }

  /** Ends the run within one step, with a checkpoint to resume from. Any thread; before too. */
  public void cancel() {
    cancelled.set(true);
  }

  /**
   * Runs the training to its end on this thread.
   *
   * @throws NonFiniteException if a loss or gradient is not finite, naming step and layer
   * @throws IOException if a checkpoint cannot be read or written
   * @throws IllegalArgumentException if the checkpoint to resume from is of another spec
   */
  public TrainingResult run() throws IOException {
    try (Run run = new Run(this)) {
      return run.run();
    }
  }

  /** Makes a plan when the trainer is built. */
  private interface Planning {
    Plan plan(ModelSource models) throws IOException;
  }

  /** The choices of a training beside its plan. */
  public static final class Builder {
    private final Planning planning;
    private final DataDigests digests;
    private final Backends.Selection backend;
    private Consumer<TrainingEvent> listener = event -> {};
    private Checkpoints checkpoints;
    private Optional<List<Metric>> metrics = Optional.empty();
    private boolean resume;
    private ModelSource models = ModelSource.NONE;

    private Builder(Planning planning, DataDigests digests, Backends.Selection backend) {
      this.planning = planning;
      this.digests = digests;
      this.backend = backend;
    }

    /** Calls {@code newListener} with every event. */
    public Builder listener(Consumer<TrainingEvent> newListener) {
      listener = newListener;
      return this;
    }

    /**
     * Measures {@code newMetrics} beside the loss; default: those of the spec, and none of an
     * objective that somebody wrote. They see the first {@link dev.fathom.task.Term} that has an
     * observation.
     */
    public Builder metrics(Metric... newMetrics) {
      metrics = Optional.of(List.of(newMetrics));
      return this;
    }

    /** Finds the model that a spec begins with here; default: there is none. */
    public Builder models(ModelSource newModels) {
      models = newModels;
      return this;
    }

    /** Keeps checkpoints. */
    public Builder checkpoints(Checkpoints newCheckpoints) {
      checkpoints = newCheckpoints;
      return this;
    }

    /**
     * Goes on from the newest checkpoint, or begins if there is none. The backend is asked to
     * {@linkplain dev.fathom.spi.Backend#pinned pin} the kernel variants of the checkpoint; where
     * it cannot, the run says that the result is not bitwise the same.
     */
    public Builder resume() {
      resume = true;
      return this;
    }

    private Plan plan() throws IOException {
      Plan planned = planning.plan(models);
      return metrics.map(planned::with).orElse(planned);
    }

    /**
     * Checks what can be checked without compiling: that spec and data fit, and the shapes of all
     * layers, the loss and the metrics. A network of a thousand layers is traced in a moment and
     * compiled in many seconds.
     *
     * @throws SpecException if spec and data do not fit, with the JSON pointer
     * @throws IOException if the data cannot be read
     */
    public void check() throws IOException {
      Plan plan = plan();
      TrainingPrograms programs = programs(plan, backend);
      onModel(() -> programs.traced(plan.followed(), plan.metrics()));
      if (plan.testsOtherShapes()) {
        onModel(() -> testPrograms(plan, backend).traced(plan.followed(), plan.metrics()));
      }
      plan.begin().check();
    }

    /**
     * {@return the training, ready to run}
     *
     * @throws SpecException if spec and data do not fit, with the JSON pointer
     * @throws dev.fathom.data.DataException if a file is not the one that the checkpoint to resume
     *     from has learned from, with both digests
     * @throws IOException if the checkpoint to resume from cannot be read
     */
    public Trainer build() throws IOException {
      return new Trainer(this);
    }
  }
}
