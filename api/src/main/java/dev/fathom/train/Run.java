package dev.fathom.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.metric.Mean;
import dev.fathom.model.Model;
import dev.fathom.model.Spec;
import dev.fathom.model.TrainingSpec;
import dev.fathom.model.TrainingSpec.EarlyStopping;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.optim.Optimizer;
import dev.fathom.train.TrainingResult.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A training that runs: its memory and its counters. For one thread. */
final class Run implements AutoCloseable {
  private static final long PROGRESS_NANOS = 500_000_000;

  private final Trainer trainer;
  private final TrainingSpec training;
  private final Optimizer optimizer;
  private final Stepper stepper;

  /** What is evaluated and kept: the parameters or their moving average. */
  private final String weights;

  private final Session evaluation;
  private final Evaluator evaluator;
  private final Feed feed;
  private final long steps;

  private long step;
  private long epoch;
  private int batchInEpoch;
  private final Mean epochLoss = new Mean();
  private long epochExamples;
  private long epochCorrect;
  private OptionalDouble bestLoss = OptionalDouble.empty();
  private long staleEpochs;
  private boolean stopped;
  private Weights bestParameters;
  private Weights bestStates;
  private Optional<Evaluation> bestValidation = Optional.empty();

  private long epochStartNanos;
  private long epochStartExamples;
  private long pausedNanos;
  private long reportedNanos = System.nanoTime();

  Run(Trainer trainer) {
    this.trainer = trainer;
    training = trainer.spec.training();
    optimizer = training.optimizer();
    steps = trainer.steps();
    stepper = new Stepper(trainer);
    weights = optimizer.average().orElse(Programs.PARAMETERS);
    evaluation = stepper.open(trainer.evaluation, weights);
    feed = new Feed(trainer.spec.data(), trainer.network, training.loss(), training.partSize());
    evaluator =
        new Evaluator(
            evaluation, trainer.spec, feed, trainer.programs.answers(), trainer.target.classes());
  }

  TrainingResult run() throws IOException {
    Optional<String> notice = begin();
    trainer.listener.accept(
        new TrainingEvent.Started(
            step,
            steps,
            trainer.split.train().size(),
            trainer.network.parameters().elements(),
            trainer.memoryBytes(),
            trainer.backend.name(),
            trainer.backend.backend().device().name(),
            notice));
    Outcome outcome = train();
    bestParameters = bestParameters.stored(training.weights());
    stepper.write(weights, bestParameters.values());
    stepper.write(Programs.STATES, bestStates.values());
    if (bestValidation.isEmpty() && bestLoss.isPresent()) {
      // The best epoch was before the run was resumed.
      bestValidation = evaluator.evaluate(trainer.split.validation(), trainer.cancelled::get);
    }
    Optional<Evaluation> test = Optional.empty();
    if (outcome != Outcome.CANCELLED && trainer.data.test().isPresent()) {
      test = evaluator.evaluate(trainer.data.test().get(), trainer.cancelled::get);
    }
    Model model =
        new Model(
            trainer.spec,
            trainer.rawShape,
            trainer.target.labels(),
            trainer.data.inputs(),
            bestParameters,
            bestStates,
            metrics(test));
    return new TrainingResult(outcome, step, epoch, model, bestValidation, test);
  }

  // ---- where it begins ----

  private Optional<String> begin() throws IOException {
    if (trainer.resumed.isEmpty()) {
      bestParameters = Weights.initial(trainer.network.parameters(), training.seed());
      bestStates = Weights.initial(trainer.network.states(), training.seed());
      write(bestParameters, bestStates);
      stepper.write(weights, bestParameters.values());
      return Optional.empty();
    }
    Checkpoint.Stored stored = trainer.resumed.get();
    Progress progress = stored.progress();
    if (!Spec.parse(progress.spec()).equals(trainer.spec)) {
      throw new IllegalArgumentException(
          "[train] expected a checkpoint of the same spec to resume from but its spec differs");
    }
    Checkpoint checkpoint = stored.open(trainer.network, optimizer);
    write(checkpoint.parameters(), checkpoint.states());
    for (int i = 0; i < optimizer.moments().size(); i++) {
      stepper.write(optimizer.moments().get(i), checkpoint.moments().get(i).values());
    }
    step = progress.step();
    epoch = progress.epoch();
    batchInEpoch = progress.batch();
    epochLoss.restore(progress.epochLoss(), progress.epochTargets());
    epochExamples = progress.epochExamples();
    epochCorrect = progress.epochCorrect();
    bestLoss = progress.bestLoss();
    staleEpochs = progress.staleEpochs();
    stopped = progress.stopped();
    bestParameters = evaluated(checkpoint);
    bestStates = checkpoint.states();
    if (bestLoss.isPresent()) {
      Checkpoint best =
          trainer
              .checkpoints
              .get()
              .load(Checkpoints.Kind.BEST)
              .orElseThrow(() -> new IOException("[train] the best checkpoint is missing"))
              .open(trainer.network, optimizer);
      bestParameters = evaluated(best);
      bestStates = best.states();
    }
    return notice(progress);
  }

  private Optional<String> notice(Progress progress) {
    String variant = trainer.backend.backend().device().variant();
    if (progress.backend().equals(trainer.backend.name()) && progress.variant().equals(variant)) {
      return Optional.empty();
    }
    return Optional.of(
        "resumed on backend %s (%s) what ran on %s (%s): the result is not bitwise the same"
            .formatted(trainer.backend.name(), variant, progress.backend(), progress.variant()));
  }

  private Weights evaluated(Checkpoint checkpoint) {
    int moment = optimizer.moments().indexOf(weights);
    return moment < 0 ? checkpoint.parameters() : checkpoint.moments().get(moment);
  }

  private void write(Weights parameters, Weights states) {
    stepper.write(Programs.PARAMETERS, parameters.values());
    stepper.write(Programs.STATES, states.values());
  }

  // ---- the steps ----

  private Outcome train() throws IOException {
    Optional<Outcome> ended = stopped ? Optional.of(Outcome.STOPPED_EARLY) : afterStep();
    if (ended.isPresent()) {
      return ended.get();
    }
    startClock();
    try (Batches batches = batches(batchInEpoch)) {
      while (ended.isEmpty()) {
        if (trainer.cancelled.get()) {
          return cancel();
        }
        step(batches);
        if (step % training.checkpointSteps() == 0 && !endsEpoch()) {
          save(Checkpoints.Kind.LAST);
        }
        report();
        ended = afterStep();
      }
    }
    return ended.get();
  }

  /** {@return the batches of the run from that one of the epoch under way} */
  private Batches batches(int from) {
    return feed.batches(trainer.split.train()).shuffled(training.seed()).from(epoch, from).open();
  }

  private boolean endsEpoch() {
    return epochExamples > 0 && (batchInEpoch == batchesPerEpoch() || step == steps);
  }

  private int batchesPerEpoch() {
    return Math.ceilDiv(trainer.split.train().size(), training.partSize());
  }

  /** Ends the epoch, where it is at its end, and the run. */
  private Optional<Outcome> afterStep() throws IOException {
    if (endsEpoch() && !endEpoch()) {
      return Optional.of(cancel());
    }
    if (stopped) {
      return Optional.of(Outcome.STOPPED_EARLY);
    }
    return step < steps ? Optional.empty() : Optional.of(Outcome.COMPLETED);
  }

  private void step(Batches batches) {
    long examples = 0;
    Batch batch;
    int part = 0;
    do {
      batch = batches.next();
      stepper.add(batch, step);
      examples += batch.count();
      batchInEpoch++;
      part++;
    } while (part < training.accumulate() && !batch.last());
    stepper.commit(optimizer.learningRate() * training.schedule().factor(step, steps), step + 1);
    float loss = stepper.loss();
    if (!stepper.finite()) {
      throw new NonFiniteException(step + 1, diagnose(part), loss);
    }
    step++;
    epochCorrect += stepper.takeCorrect();
    epochLoss.add(loss, stepper.weight());
    epochExamples += examples;
  }

  /** {@return what became infinite or NaN first in the step of the last {@code parts} batches} */
  private String diagnose(int parts) {
    if (stepper.weight() == 0) {
      return "the mean loss of a batch without a target that counts";
    }
    Programs.Diagnosis diagnosis = trainer.programs.diagnosis();
    try (Batches again = batches(batchInEpoch - parts)) {
      for (int part = 0; part < parts; part++) {
        Optional<String> place = stepper.diagnose(diagnosis, again.next(), step);
        if (place.isPresent()) {
          return place.get();
        }
      }
    }
    return "the norm of the gradients";
  }

  /** {@return whether it was not cancelled meanwhile} */
  private boolean endEpoch() throws IOException {
    double perSecond = samplesPerSecond();
    Optional<Evaluation> validation = Optional.empty();
    Dataset held = trainer.split.validation();
    if (held.size() > 0) {
      validation = evaluator.evaluate(held, trainer.cancelled::get);
      if (validation.isEmpty()) {
        return false;
      }
    }
    boolean best = true;
    if (validation.isPresent()) {
      double now = validation.get().loss();
      best = bestLoss.isEmpty() || now < bestLoss.getAsDouble();
      double change = training.earlyStopping().map(EarlyStopping::minimumChange).orElse(0.0);
      boolean fell = bestLoss.isEmpty() || now < bestLoss.getAsDouble() - change;
      staleEpochs = fell ? 0 : staleEpochs + 1;
      stopped = training.earlyStopping().map(e -> staleEpochs >= e.patience()).orElse(false);
    }
    OptionalDouble accuracy = epochAccuracy();
    double meanLoss = epochLoss.value();
    long number = epoch + 1;
    if (batchInEpoch == batchesPerEpoch()) {
      epoch++;
      batchInEpoch = 0;
    }
    epochLoss.restore(0, 0);
    epochExamples = 0;
    epochCorrect = 0;
    if (best) {
      bestLoss = validation.map(v -> OptionalDouble.of(v.loss())).orElse(bestLoss);
      bestValidation = validation;
      // In place: epochs can be short, and new memory is slow.
      stepper.read(weights, bestParameters.values());
      stepper.read(Programs.STATES, bestStates.values());
      if (validation.isPresent()) {
        save(Checkpoints.Kind.BEST);
      }
    }
    save(Checkpoints.Kind.LAST);
    trainer.listener.accept(
        new TrainingEvent.EpochEnded(
            step, number, meanLoss, accuracy, validation, perSecond, secondsLeft(perSecond), best));
    startClock();
    return true;
  }

  private Outcome cancel() throws IOException {
    save(Checkpoints.Kind.LAST);
    return Outcome.CANCELLED;
  }

  // ---- checkpoints ----

  private void save(Checkpoints.Kind kind) throws IOException {
    if (trainer.checkpoints.isEmpty()) {
      return;
    }
    long pause = System.nanoTime();
    List<Weights> moments = new ArrayList<>();
    optimizer.moments().forEach(name -> moments.add(read(name, trainer.network.parameters())));
    Checkpoint checkpoint =
        new Checkpoint(
            progress(),
            read(Programs.PARAMETERS, trainer.network.parameters()),
            read(Programs.STATES, trainer.network.states()),
            moments);
    trainer.checkpoints.get().save(kind, checkpoint);
    pausedNanos += System.nanoTime() - pause;
    if (kind == Checkpoints.Kind.LAST) {
      trainer.listener.accept(new TrainingEvent.Checkpointed(step));
    }
  }

  private Weights read(String name, Layout layout) {
    float[] values = new float[Math.toIntExact(layout.elements())];
    stepper.read(name, values);
    return new Weights(layout, values);
  }

  private Progress progress() {
    return new Progress(
        trainer.spec.expand(),
        trainer.backend.name(),
        trainer.backend.backend().device().variant(),
        optimizer.moments(),
        step,
        epoch,
        batchInEpoch,
        epochLoss.sum(),
        epochCorrect,
        epochLoss.count(),
        epochExamples,
        bestLoss,
        staleEpochs,
        stopped);
  }

  // ---- what is told ----

  private void startClock() {
    epochStartNanos = System.nanoTime();
    epochStartExamples = epochExamples;
    pausedNanos = 0;
  }

  private void report() {
    if (System.nanoTime() - reportedNanos < PROGRESS_NANOS) {
      return;
    }
    reportedNanos = System.nanoTime();
    double perSecond = samplesPerSecond();
    trainer.listener.accept(
        new TrainingEvent.Progress(
            step,
            epoch + 1,
            epochLoss.value(),
            epochAccuracy(),
            perSecond,
            secondsLeft(perSecond)));
  }

  private OptionalDouble epochAccuracy() {
    return trainer.programs.answers() != Programs.Answers.NUMBERS
        ? OptionalDouble.of((double) epochCorrect / epochLoss.count())
        : OptionalDouble.empty();
  }

  private double samplesPerSecond() {
    long nanos = System.nanoTime() - epochStartNanos - pausedNanos;
    return (epochExamples - epochStartExamples) * 1e9 / Math.max(1, nanos);
  }

  private double secondsLeft(double perSecond) {
    return (steps - step) * training.batchSize() / Math.max(1e-9, perSecond);
  }

  private ObjectNode metrics(Optional<Evaluation> test) {
    ObjectNode metrics = JsonNodeFactory.instance.objectNode();
    metrics.put("steps", step).put("epochs", epoch);
    bestValidation.ifPresent(e -> put(metrics.putObject("validation"), e));
    if (test.isPresent()) {
      ObjectNode tested = metrics.putObject("test");
      put(tested, test.get());
      if (test.get().confusion().isPresent()) {
        ObjectNode f1 = tested.putObject("f1");
        test.get().f1(trainer.target.labels()).forEach(f1::put);
      }
    }
    return metrics;
  }

  private static void put(ObjectNode metrics, Evaluation evaluation) {
    metrics.put("examples", evaluation.examples()).put("loss", evaluation.loss());
    evaluation.accuracy().ifPresent(accuracy -> metrics.put("accuracy", accuracy));
    evaluation
        .forecast()
        .ifPresent(
            forecast -> {
              metrics.put("meanAbsoluteError", forecast.meanAbsolute());
              metrics.put("seasonalNaiveError", forecast.referenceMeanAbsolute());
              forecast.coverage().ifPresent(share -> metrics.put("coverage", share));
            });
  }

  @Override
  public void close() {
    evaluation.close();
    stepper.close();
  }
}
