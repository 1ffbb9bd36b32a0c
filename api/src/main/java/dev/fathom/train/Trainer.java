package dev.fathom.train;

import dev.fathom.compile.Coverage;
import dev.fathom.compile.Program;
import dev.fathom.data.Column;
import dev.fathom.data.Dataset;
import dev.fathom.data.Normalisation;
import dev.fathom.data.Split;
import dev.fathom.device.Backends;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.loss.MeanSquaredError;
import dev.fathom.loss.QuantileLoss;
import dev.fathom.model.Spec;
import dev.fathom.model.SpecException;
import dev.fathom.model.TrainingSpec;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.train.Programs.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One training: checked, compiled and planned when it is built, run once. {@link #cancel()} may be
 * called from any thread; listeners are called on the thread that runs.
 */
public final class Trainer {
  final Spec spec;
  final TrainingData data;
  final Backends.Selection backend;
  final Consumer<TrainingEvent> listener;
  final Optional<Checkpoints> checkpoints;

  /** Where it goes on. */
  final Optional<Checkpoint.Stored> resumed;

  final Network network;
  final Shape rawShape;
  final Column target;
  final Split split;
  final Programs programs;
  final Programs.Step step;
  final Program evaluation;
  final AtomicBoolean cancelled = new AtomicBoolean();

  private Trainer(Builder builder) throws IOException {
    data = builder.data;
    listener = builder.listener;
    checkpoints = Optional.ofNullable(builder.checkpoints);
    resumed =
        builder.resume && checkpoints.isPresent()
            ? checkpoints.get().load(Checkpoints.Kind.LAST)
            : Optional.empty();
    backend = resumed.map(stored -> pinned(builder.backend, stored)).orElse(builder.backend);
    Dataset train = data.train();
    Spec raw = builder.spec;
    rawShape = train.columns().get(column("input", raw.data().input())).shape();
    target = train.columns().get(column("target", raw.data().target()));
    split =
        data.validation()
            .map(held -> new Split(train, held))
            .orElseGet(
                () ->
                    Split.of(
                        train,
                        train.column(target.name()),
                        raw.training().validation(),
                        raw.training().seed()));
    if (split.train().size() == 0) {
      throw new SpecException("/data", "expected examples to learn from but there are none");
    }
    spec = raw.data().fit() ? fitted(raw) : raw;
    network = spec.network(rawShape);
    checkInput(train.columns().get(train.column(spec.data().input())));
    checkTarget();
    programs = new Programs(backend.backend(), network, spec.training());
    try {
      step = programs.step();
      evaluation = programs.evaluation();
    } catch (IllegalArgumentException e) {
      throw new SpecException("/model", e.getMessage());
    }
  }

  /** {@return a builder of a training of {@code spec} on {@code data}} */
  public static Builder of(Spec spec, TrainingData data, Backends.Selection backend) {
    return new Builder(spec, data, backend);
  }

  /** Finds means and deviations, in what is learned from alone. */
  private Spec fitted(Spec raw) {
    Normalisation input = raw.data().normalisation();
    return raw.fitted(
        Normalisation.fit(split.train(), raw.data().input(), input.scale(), input.axis()),
        target.isClass() ? Normalisation.NONE : Normalisation.fit(split.train(), target.name(), 1));
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

  private int column(String key, String name) {
    for (int i = 0; i < data.train().columns().size(); i++) {
      if (data.train().columns().get(i).name().equals(name)) {
        return i;
      }
    }
    throw new SpecException(
        "/data/" + key,
        "expected a column of the dataset, one of %s, but got '%s'"
            .formatted(data.train().columns().stream().map(Column::name).toList(), name));
  }

  private void checkInput(Column input) {
    if (network.vocabulary() > 0 && input.dtype().isFloating()) {
      throw new SpecException(
          "/data/input",
          "expected a column of token ids for an embedding but '%s' holds %s"
              .formatted(input.name(), input.dtype().label()));
    }
    if (network.vocabulary() > 0 && !spec.data().normalisation().equals(Normalisation.NONE)) {
      throw new SpecException("/data", "expected no scale, mean or deviation beside token ids");
    }
  }

  private void checkTarget() {
    Shape expected;
    try {
      expected = spec.training().loss().targetShape(network.output());
    } catch (IllegalArgumentException e) {
      throw new SpecException("/training/loss", e.getMessage());
    }
    boolean integers = spec.training().loss().targetType() == DType.I32;
    if (integers && !spec.data().targetNormalisation().equals(Normalisation.NONE)) {
      throw new SpecException(
          "/data/targetMean", "expected no mean and deviation of a target of classes");
    }
    if (Answers.of(spec.training().loss(), network.output()) != Answers.CLASSES) {
      if (integers && target.dtype().isFloating()) {
        throw new SpecException(
            "/data/target",
            "expected a column of integers for cross-entropy but '%s' holds %s"
                .formatted(target.name(), target.dtype().label()));
      }
      if (!target.shape().equals(expected)) {
        throw new SpecException(
            "/model",
            "expected a last layer with output %s, the shape of column '%s', but it gives %s"
                .formatted(
                    switch (spec.training().loss()) {
                      case CrossEntropy _ -> target.shape().concat(network.output().slice(1, 2));
                      case MeanSquaredError _ -> target.shape();
                      case QuantileLoss loss ->
                          Shape.of(target.shape().elements() * loss.quantiles().size());
                    },
                    target.name(),
                    network.output()));
      }
    } else if (!target.isClass()) {
      throw new SpecException(
          "/data/target",
          "expected a column of classes for cross-entropy but '%s' is none"
              .formatted(target.name()));
    } else if (network.output().size(0) != target.classes()) {
      throw new SpecException(
          "/model",
          "expected a last layer with %d outputs, one for each class of '%s', but it gives %s"
              .formatted(target.classes(), target.name(), network.output()));
    }
  }

  /** {@return the layers on their shapes} */
  public Network network() {
    return network;
  }

  /** {@return how many steps the whole run has} */
  public long steps() {
    TrainingSpec training = spec.training();
    long perEpoch = Math.ceilDiv(split.train().size(), training.batchSize());
    return training.steps().orElseGet(() -> Math.multiplyExact(training.epochs(), perEpoch));
  }

  /** {@return what the run needs on the device, in bytes} Known before anything is allocated. */
  public long memoryBytes() {
    long shared = Float.BYTES * (network.parameters().elements() + network.states().elements());
    return step.peakBytes() + evaluation.peakBytes() - shared;
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
        .plus(evaluation.coverage());
  }

  /**
   * Writes what another framework needs to take the very same steps, as safetensors: {@code
   * initial.safetensors} with the parameters and states as they are before the first step, and
   * {@code batches.safetensors} with {@code train.input}, {@code train.target}, {@code [steps,
   * batch, ...]}, in the order in which they are learned, {@code train.mask}, {@code [steps,
   * batch]}, 0 for rows that are padding, and the same of {@code validation} and {@code test}, if
   * there are such. All of it is in memory at once.
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

  /** What a training may have beside spec and data. */
  public static final class Builder {
    private final Spec spec;
    private final TrainingData data;
    private final Backends.Selection backend;
    private Consumer<TrainingEvent> listener = event -> {};
    private Checkpoints checkpoints;
    private boolean resume;

    private Builder(Spec spec, TrainingData data, Backends.Selection backend) {
      this.spec = spec;
      this.data = data;
      this.backend = backend;
    }

    /** Calls {@code newListener} with every event. */
    public Builder listener(Consumer<TrainingEvent> newListener) {
      listener = newListener;
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

    /**
     * {@return the training, ready to run}
     *
     * @throws SpecException if spec and data do not fit, with the JSON pointer
     * @throws IOException if the checkpoint to resume from cannot be read
     */
    public Trainer build() throws IOException {
      return new Trainer(this);
    }
  }
}
