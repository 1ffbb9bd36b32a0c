package dev.fathom.train;

import dev.fathom.compile.Program;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Accuracy;
import dev.fathom.model.TrainingSpec;
import dev.fathom.nn.Context;
import dev.fathom.nn.Layout;
import dev.fathom.nn.Network;
import dev.fathom.optim.Commit;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The graphs of a training on batches of one size, and what they are compiled to. */
final class Programs {
  static final String INPUT = "input";
  static final String TARGET = "target";
  static final String MASK = "mask";
  static final String PARAMETERS = "parameters";
  static final String STATES = "states";
  static final String GRADIENTS = "gradients";
  static final String LOSS_SUM = "loss_sum";
  static final String WEIGHT_SUM = "weight_sum";
  static final String SEED = "seed";
  static final String STEP = "step";

  static final String LOSS = "loss";
  static final String WEIGHT = "weight";
  static final String CORRECT = "correct";
  static final String FINITE = "finite";
  static final String ROW_LOSS = "row_loss";
  static final String ROW_WEIGHT = "row_weight";
  static final String ROW_CORRECT = "row_correct";
  static final String PREDICTION = "prediction";
  static final String OUTPUT = "output";

  private final Backend backend;
  private final Network network;
  private final TrainingSpec training;
  private final Answers answers;
  private final Tensor input;
  private final Tensor target;
  private final Tensor mask;
  private final Tensor parameters;
  private final Tensor states;

  /** Which answers are right or wrong: those of numbers are neither. */
  enum Answers {
    NUMBERS,
    /** A class for each example. */
    CLASSES,
    /** A class for each step of an example. */
    STEPS;

    static Answers of(Loss loss, Shape output) {
      if (!(loss instanceof CrossEntropy)) {
        return NUMBERS;
      }
      return output.rank() == 1 ? CLASSES : STEPS;
    }
  }

  Programs(Backend backend, Network network, TrainingSpec training) {
    this.backend = backend;
    this.network = network;
    this.training = training;
    Shape batch = Shape.of(training.partSize());
    Loss loss = training.loss();
    answers = Answers.of(loss, network.output());
    Shape example = loss.targetShape(network.output());
    input = input(INPUT, network.inputType(), batch.concat(network.input()));
    target = input(TARGET, loss.targetType(), batch.concat(example));
    mask = input(MASK, DType.F32, batch);
    parameters = flat(PARAMETERS, network.parameters());
    states = hasStates() ? flat(STATES, network.states()) : null;
  }

  Answers answers() {
    return answers;
  }

  boolean hasStates() {
    return network.states().elements() > 0;
  }

  /**
   * A training step: one program, or two where the gradients of a step are added up from parts.
   *
   * @param gradient from the batch to gradients, and in one program all the rest
   * @param update from added gradients to parameters; nothing in one program
   * @param random whether it wants seed and step number
   */
  record Step(Program gradient, Optional<Program> update, boolean random) {
    long peakBytes() {
      return gradient.peakBytes() + update.map(Program::peakBytes).orElse(0L);
    }
  }

  Step step() {
    return training.accumulate() == 1 ? whole() : parts();
  }

  /** Forward, loss, gradients, clipping and update; nothing changes if a number is not finite. */
  private Step whole() {
    Network.Trace trace = trace();
    Tensor loss = training.loss().mean(trace.output(), target, mask);
    Program.Builder builder = feeds();
    Tensor one = Tensor.full(1, DType.F32);
    Tensor finite = commit(builder, loss, trace.gradients(loss), one);
    builder.result(WEIGHT, training.loss().weights(target, mask).sum().value());
    if (hasStates()) {
      builder.state(states.value(), finite.select(trace.newStates(), states).value());
    }
    return new Step(correct(builder, trace).compile(), Optional.empty(), trace.random());
  }

  /** The sums over the parts of a step, from which the update starts and which it clears. */
  private Step parts() {
    Tensor gradients = flat(GRADIENTS, network.parameters());
    Tensor lossSum = input(LOSS_SUM, DType.F32, Shape.SCALAR);
    Tensor weightSum = input(WEIGHT_SUM, DType.F32, Shape.SCALAR);

    Network.Trace trace = trace();
    Tensor weights = training.loss().weights(target, mask);
    Tensor loss = training.loss().rows(trace.output(), target).mul(weights).sum();
    Program.Builder gradient =
        feeds()
            .state(parameters.value(), null)
            .state(gradients.value(), gradients.add(trace.gradients(loss)).value())
            .state(lossSum.value(), lossSum.add(loss).value())
            .state(weightSum.value(), weightSum.add(weights.sum()).value());
    if (hasStates()) {
      gradient.state(states.value(), loss.isFinite().select(trace.newStates(), states).value());
    }

    Program.Builder update = Program.builder(backend);
    commit(update, lossSum.div(weightSum), gradients, weightSum);
    update.result(WEIGHT, weightSum.value());
    for (Tensor sum : List.of(gradients, lossSum, weightSum)) {
      update.state(sum.value(), Tensor.zeros(DType.F32, sum.shape().toArray()).value());
    }
    return new Step(
        correct(gradient, trace).compile(), Optional.of(update.compile()), trace.random());
  }

  /**
   * Adds the guarded update, with loss and finite as results; {@return finite}
   *
   * @param gradients sums over {@code count}
   */
  private Tensor commit(Program.Builder builder, Tensor loss, Tensor gradients, Tensor count) {
    List<Tensor> moments = new ArrayList<>();
    training.optimizer().moments().forEach(n -> moments.add(flat(n, network.parameters())));
    Commit commit =
        Commit.of(
            training.optimizer(),
            training.clipNorm(),
            loss,
            parameters,
            gradients,
            count,
            moments,
            network.matrices());
    builder.state(parameters.value(), commit.update().parameters().value());
    for (int i = 0; i < moments.size(); i++) {
      builder.state(moments.get(i).value(), commit.update().moments().get(i).value());
    }
    builder.result(LOSS, loss.value());
    builder.result(FINITE, commit.finite().cast(DType.F32).value());
    return commit.finite();
  }

  private Program.Builder correct(Program.Builder builder, Network.Trace trace) {
    return answers != Answers.NUMBERS
        ? builder.result(CORRECT, Accuracy.correct(trace.output(), target, mask).value())
        : builder;
  }

  /** Loss, weight and prediction of each row, without training; numbers as they come out. */
  Program evaluation() {
    Tensor output = network.trace(input, parameters, states, null).output();
    Program.Builder builder = resident(feeds());
    builder.result(ROW_LOSS, training.loss().rows(output, target).value());
    builder.result(ROW_WEIGHT, training.loss().weights(target, mask).value());
    switch (answers) {
      case NUMBERS -> {}
      case CLASSES -> builder.result(PREDICTION, output.argMax(-1).value());
      case STEPS -> builder.result(ROW_CORRECT, Accuracy.rows(output, target).value());
    }
    if (training.loss().targetType() == DType.F32) {
      builder.result(OUTPUT, output.value());
    }
    return builder.compile();
  }

  /** What a replayed step shows: how many values are not finite, part by part, in order. */
  record Diagnosis(Program program, List<String> places, boolean random) {}

  /** A part of a step again, with each layer's output and each parameter's gradient looked at. */
  Diagnosis diagnosis() {
    Network.Trace trace = trace();
    Tensor weights = training.loss().weights(target, mask);
    // A part in which nothing counts is no fault as long as another has something that does.
    Tensor count = weights.sum().maximum(Tensor.full(1, DType.F32));
    Tensor loss = training.loss().rows(trace.output(), target).mul(weights).sum().div(count);
    Program.Builder builder = resident(feeds());
    List<String> places = new ArrayList<>();
    if (network.vocabulary() == 0) {
      add(builder, places, "the input", input);
    }
    trace
        .layers()
        .forEach(
            (name, output) -> add(builder, places, "the output of layer '" + name + "'", output));
    add(builder, places, "the loss", loss);
    // Backwards: the gradient that fails first is that of the last layer.
    List<Tensor> gradients = loss.gradients(trace.parameters().toArray(Tensor[]::new));
    for (int i = gradients.size() - 1; i >= 0; i--) {
      String name = network.parameters().slots().get(i).name();
      add(builder, places, "the gradient of '" + name + "'", gradients.get(i));
    }
    return new Diagnosis(builder.compile(), places, trace.random());
  }

  private static void add(
      Program.Builder builder, List<String> places, String place, Tensor values) {
    Tensor bad = values.isFinite().not().cast(DType.F32).sum();
    builder.result(Integer.toString(places.size()), bad.value());
    places.add(place);
  }

  private Network.Trace trace() {
    Context.Training context =
        new Context.Training(
            mask, Tensor.of(Ops.scalar(SEED, DType.I64)), Tensor.of(Ops.scalar(STEP, DType.I64)));
    return network.trace(input, parameters, states, context);
  }

  private Program.Builder feeds() {
    return Program.builder(backend).feed(input.value()).feed(target.value()).feed(mask.value());
  }

  /** Parameters and states that keep their content. */
  private Program.Builder resident(Program.Builder builder) {
    builder.state(parameters.value(), null);
    return hasStates() ? builder.state(states.value(), null) : builder;
  }

  private static Tensor flat(String name, Layout layout) {
    return input(name, DType.F32, Shape.of(layout.elements()));
  }

  private static Tensor input(String name, DType dtype, Shape shape) {
    return Tensor.of(Ops.input(name, new Type(dtype, shape)));
  }
}
