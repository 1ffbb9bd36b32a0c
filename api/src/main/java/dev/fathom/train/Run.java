package dev.fathom.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.metric.Accumulator;
import dev.fathom.metric.Evaluation;
import dev.fathom.metric.Mean;
import dev.fathom.metric.Metric;
import dev.fathom.model.Weights;
import dev.fathom.optim.Schedule;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spec.TrainingSpec.EarlyStopping;
import dev.fathom.task.Baseline;
import dev.fathom.train.TrainingResult.Learned;
import dev.fathom.train.TrainingResult.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** A training that runs: its memory and its counters. For one thread. */
final class Run implements AutoCloseable {
  private static final long PROGRESS_NANOS = 500_000_000;

  private final Trainer trainer;
  private final Plan plan;
  private final TrainingSpec training;
  private final List<Group> groups;
  private final Stepper stepper;
  private final Session evaluation;
  private final Evaluator evaluator;
  private final long steps;

  /** What a user should know, each a sentence. */
  private final List<String> notes;

  private final List<Metric> followed;
  private final List<Accumulator> epochMetrics;

  private long step;
  private long epoch;
  private int batchInEpoch;
  private final Mean epochLoss = new Mean();
  private long epochExamples;
  private OptionalDouble bestLoss = OptionalDouble.empty();
  private long staleEpochs;
  private boolean stopped;

  /** What the schedule keeps of the validations. */
  private double[] validations = {};

  /** Of the runs before this one was resumed. */
  private double secondsBefore;

  private long beganNanos;
  private boolean timeIsUp;

  /** The best weights so far, by group. */
  private Map<Group, Learned> best = new LinkedHashMap<>();

  private Optional<Evaluation> bestValidation = Optional.empty();

  private long epochStartNanos;
  private long epochStartExamples;
  private long pausedNanos;

  /** How long all steps so far waited for data. */
  private long stallNanos;

  private long epochStartStallNanos;
  private long reportedNanos = System.nanoTime();

  Run(Trainer trainer) {
    this.trainer = trainer;
    plan = trainer.plan;
    training = plan.training();
    groups = List.copyOf(plan.objective().groups());
    steps = trainer.steps();
    stepper =
        new Stepper(
            groups,
            plan.feed(),
            trainer.step,
            training.partSize(),
            training.accumulate(),
            training.seed());
    try {
      evaluation = stepper.open(trainer.evaluation.program(), true);
    } catch (RuntimeException | Error e) {
      stepper.close();
      throw e;
    }
    notes = new ArrayList<>(plan.notes().get());
    evaluator =
        new Evaluator(
            evaluation,
            trainer.evaluation,
            groups,
            plan.evaluationFeed(),
            plan.metrics(),
            training.partSize(),
            training.seed());
    followed = plan.followed();
    epochMetrics = followed.stream().map(Metric::accumulator).toList();
  }

  TrainingResult run() throws IOException {
    Optional<String> notice = begin();
    trainer.listener.accept(
        new TrainingEvent.Started(
            step,
            steps,
            plan.split().train().size(),
            groups.stream().mapToLong(group -> group.network().parameters().elements()).sum(),
            trainer.memoryBytes(),
            trainer.backend.name(),
            trainer.backend.backend().device().name(),
            notice,
            notes));
    Outcome outcome = train();
    Map<String, Learned> learned = new LinkedHashMap<>();
    best.forEach(
        (group, weights) -> {
          Weights stored = weights.parameters().stored(training.weights());
          stepper.write(group.weights(), stored.values());
          stepper.write(group.named(TrainingPrograms.STATES), weights.states().values());
          learned.put(group.name(), new Learned(stored, weights.states()));
        });
    if (bestValidation.isEmpty() && bestLoss.isPresent()) {
      // The best epoch was before the run was resumed.
      bestValidation = evaluator.evaluate(plan.split().validation(), trainer.cancelled::get);
    }
    Optional<Evaluation> test = Optional.empty();
    Optional<Baseline> baseline = Optional.empty();
    if (outcome != Outcome.CANCELLED && plan.test().isPresent()) {
      test = test(plan.test().get());
      baseline = plan.baseline().apply(plan.test().get());
    }
    return new TrainingResult(
        outcome,
        step,
        epoch,
        learned,
        plan.finish().model(learned, metrics(test, baseline)),
        bestValidation,
        test,
        baseline,
        warning(test, baseline));
  }

  private Optional<Evaluation> test(Dataset examples) {
    if (trainer.testing == trainer.evaluation) {
      return evaluator.evaluate(examples, trainer.cancelled::get);
    }
    try (Session session = stepper.open(trainer.testing.program(), true)) {
      return new Evaluator(
              session,
              trainer.testing,
              groups,
              plan.evaluationFeed(),
              plan.metrics(),
              plan.testBatch(),
              training.seed())
          .evaluate(examples, trainer.cancelled::get);
    }
  }

  private Optional<String> warning(Optional<Evaluation> test, Optional<Baseline> baseline) {
    if (test.isPresent()) {
      return baseline.flatMap(guess -> guess.warning(test.get()));
    }
    return bestValidation.flatMap(
        measured ->
            plan.baseline()
                .apply(plan.split().validation())
                .flatMap(guess -> guess.warning(measured)));
  }

  // ---- where it begins ----

  private Optional<String> begin() throws IOException {
    if (trainer.resumed.isEmpty()) {
      Beginning first = plan.beginning();
      notes.addAll(first.notes());
      best.putAll(first.weights());
      best.forEach(
          (group, initial) -> stepper.write(group, initial.parameters(), initial.states()));
      return Optional.empty();
    }
    Checkpoint.Stored stored = trainer.resumed.get();
    Progress progress = stored.progress();
    if (!plan.isSame().test(progress.spec())) {
      throw new IllegalArgumentException(
          "[train] expected a checkpoint of the same spec to resume from but its spec differs");
    }
    Checkpoint checkpoint = stored.open(groups);
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      Checkpoint.Part part = checkpoint.parts().get(i);
      stepper.write(group.named(TrainingPrograms.PARAMETERS), part.parameters().values());
      stepper.write(group.named(TrainingPrograms.STATES), part.states().values());
      List<String> names = group.optimizer().state();
      for (int j = 0; j < names.size(); j++) {
        stepper.write(group.named(names.get(j)), part.state().get(j).values());
      }
    }
    step = progress.step();
    epoch = progress.epoch();
    batchInEpoch = progress.batch();
    epochLoss.restore(progress.epochLoss(), progress.epochTargets());
    epochExamples = progress.epochExamples();
    for (int i = 0; i < followed.size(); i++) {
      double[] state = progress.epochMetrics().get(followed.get(i).name());
      if (state != null) {
        epochMetrics.get(i).restore(state);
      }
    }
    bestLoss = progress.bestLoss();
    staleEpochs = progress.staleEpochs();
    stopped = progress.stopped();
    validations = progress.validations();
    secondsBefore = progress.seconds();
    best = kept(checkpoint);
    if (bestLoss.isPresent()) {
      best =
          kept(
              trainer
                  .checkpoints
                  .get()
                  .load(Checkpoints.Kind.BEST)
                  .orElseThrow(() -> new IOException("[train] the best checkpoint is missing"))
                  .open(groups));
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

  /** The weights of a checkpoint that are evaluated and kept: the parameters or their average. */
  private Map<Group, Learned> kept(Checkpoint checkpoint) {
    Map<Group, Learned> kept = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      Checkpoint.Part part = checkpoint.parts().get(i);
      var optimizer = groups.get(i).optimizer();
      Weights weights =
          optimizer
              .average()
              .map(name -> part.state().get(optimizer.state().indexOf(name)))
              .orElse(part.parameters());
      kept.put(groups.get(i), new Learned(weights, part.states()));
    }
    return kept;
  }

  // ---- the steps ----

  private Outcome train() throws IOException {
    Optional<Outcome> ended = stopped ? Optional.of(Outcome.STOPPED_EARLY) : afterStep();
    if (ended.isPresent()) {
      return ended.get();
    }
    startClock();
    beganNanos = System.nanoTime();
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
    return plan.learned(stepper.batches(plan.split().train())).from(epoch, from).open();
  }

  private boolean endsEpoch() {
    return epochExamples > 0 && (batchInEpoch == batchesPerEpoch() || step == steps || timeIsUp);
  }

  private int batchesPerEpoch() {
    return Math.ceilDiv(plan.split().train().size(), training.partSize());
  }

  /** Ends the epoch, where it is at its end, and the run. */
  private Optional<Outcome> afterStep() throws IOException {
    if (endsEpoch() && !endEpoch()) {
      return Optional.of(cancel());
    }
    if (stopped || timeIsUp) {
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
      if (stepper.hasParts()) {
        observe(batch);
      }
      examples += batch.count();
      batchInEpoch++;
      part++;
    } while (part < training.accumulate() && !batch.last());
    stallNanos = batches.stallNanos();
    Schedule schedule = training.schedule();
    stepper.commit(schedule.factor(step, steps) * schedule.factor(validations), step + 1);
    double loss = stepper.loss();
    if (!stepper.finite()) {
      throw new NonFiniteException(step + 1, diagnose(part), loss);
    }
    if (!stepper.hasParts()) {
      observe(batch);
    }
    step++;
    timeIsUp = training.maxSeconds().isPresent() && secondsToTheLimit() <= 0;
    epochLoss.add(loss, stepper.weight());
    epochExamples += examples;
  }

  private void observe(Batch batch) {
    for (int i = 0; i < epochMetrics.size(); i++) {
      epochMetrics.get(i).add(stepper.observed(i), batch.count());
    }
  }

  /** {@return the first place that is not finite in the step of the last {@code parts} batches} */
  private String diagnose(int parts) {
    if (stepper.weight() == 0) {
      return "the mean loss of a batch without a target that counts";
    }
    TrainingPrograms.Diagnosis diagnosis = trainer.programs.diagnosis();
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
    double dataStall = dataStallShare();
    Optional<Evaluation> validation = Optional.empty();
    Dataset held = plan.split().validation();
    if (held.size() > 0) {
      validation = evaluator.evaluate(held, trainer.cancelled::get);
      if (validation.isEmpty()) {
        return false;
      }
    }
    boolean isBest = true;
    if (validation.isPresent()) {
      double now = validation.get().loss();
      validations = training.schedule().validated(validations, now);
      isBest = bestLoss.isEmpty() || now < bestLoss.getAsDouble();
      double change = training.earlyStopping().map(EarlyStopping::minimumChange).orElse(0.0);
      boolean fell = bestLoss.isEmpty() || now < bestLoss.getAsDouble() - change;
      staleEpochs = fell ? 0 : staleEpochs + 1;
      stopped = training.earlyStopping().map(e -> staleEpochs >= e.patience()).orElse(false);
    }
    stopped |= timeIsUp;
    SequencedMap<String, Double> figures = epochFigures();
    long number = epoch + 1;
    if (batchInEpoch == batchesPerEpoch()) {
      epoch++;
      batchInEpoch = 0;
    }
    epochLoss.restore(0, 0);
    epochExamples = 0;
    for (int i = 0; i < epochMetrics.size(); i++) {
      epochMetrics.get(i).restore(followed.get(i).accumulator().state());
    }
    if (isBest) {
      bestLoss = validation.map(v -> OptionalDouble.of(v.loss())).orElse(bestLoss);
      bestValidation = validation;
      // In place: epochs can be short, and new memory is slow.
      best.forEach(
          (group, weights) -> {
            stepper.read(group.weights(), weights.parameters().values());
            stepper.read(group.named(TrainingPrograms.STATES), weights.states().values());
          });
      if (validation.isPresent()) {
        save(Checkpoints.Kind.BEST);
      }
    }
    save(Checkpoints.Kind.LAST);
    trainer.listener.accept(
        new TrainingEvent.EpochEnded(
            step,
            number,
            figures,
            validation,
            perSecond,
            dataStall,
            secondsLeft(perSecond),
            isBest));
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
    List<Checkpoint.Part> parts = new ArrayList<>();
    for (Group group : groups) {
      var layout = group.network().parameters();
      List<Weights> state = new ArrayList<>();
      for (String name : group.optimizer().state()) {
        state.add(stepper.read(group.named(name), layout));
      }
      parts.add(
          new Checkpoint.Part(
              group.name(),
              stepper.read(group.named(TrainingPrograms.PARAMETERS), layout),
              stepper.states(group.name()),
              state));
    }
    Checkpoint checkpoint = new Checkpoint(progress(), parts);
    trainer.checkpoints.get().save(kind, checkpoint);
    pausedNanos += System.nanoTime() - pause;
    if (kind == Checkpoints.Kind.LAST) {
      trainer.listener.accept(new TrainingEvent.Checkpointed(step));
    }
  }

  private Progress progress() {
    List<String> state = new ArrayList<>();
    for (Group group : groups) {
      group.optimizer().state().forEach(name -> state.add(group.named(name)));
    }
    Map<String, double[]> metrics = new HashMap<>();
    for (int i = 0; i < followed.size(); i++) {
      metrics.put(followed.get(i).name(), epochMetrics.get(i).state());
    }
    return new Progress(
        plan.description(),
        trainer.digests,
        trainer.backend.name(),
        trainer.backend.backend().device().variant(),
        state,
        step,
        epoch,
        batchInEpoch,
        epochLoss.sum(),
        epochLoss.count(),
        epochExamples,
        metrics,
        bestLoss,
        staleEpochs,
        stopped,
        validations,
        seconds());
  }

  // ---- events ----

  private void startClock() {
    epochStartNanos = System.nanoTime();
    epochStartExamples = epochExamples;
    epochStartStallNanos = stallNanos;
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
            step, epoch + 1, epochFigures(), perSecond, dataStallShare(), secondsLeft(perSecond)));
  }

  private SequencedMap<String, Double> epochFigures() {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    figures.put(Evaluation.LOSS, epochLoss.value());
    epochMetrics.forEach(metric -> metric.figures().forEach(figures::putIfAbsent));
    return figures;
  }

  private double samplesPerSecond() {
    return (epochExamples - epochStartExamples) * 1e9 / epochNanos();
  }

  private double dataStallShare() {
    return (double) (stallNanos - epochStartStallNanos) / epochNanos();
  }

  /** {@return how long the steps of the epoch took so far, since a resume} */
  private long epochNanos() {
    return Math.max(1, System.nanoTime() - epochStartNanos - pausedNanos);
  }

  private double secondsLeft(double perSecond) {
    double all = (double) (steps - step) * training.batchSize() / Math.max(1e-9, perSecond);
    return Math.max(0, Math.min(all, secondsToTheLimit()));
  }

  /** {@return how long it has run, pauses between an interruption and its resumption left out} */
  private double seconds() {
    return secondsBefore + (beganNanos == 0 ? 0 : (System.nanoTime() - beganNanos) / 1e9);
  }

  private double secondsToTheLimit() {
    return training.maxSeconds().orElse(Double.POSITIVE_INFINITY) - seconds();
  }

  private ObjectNode metrics(Optional<Evaluation> test, Optional<Baseline> baseline) {
    ObjectNode metrics = JsonNodeFactory.instance.objectNode();
    metrics.put("steps", step).put("epochs", epoch);
    bestValidation.ifPresent(e -> Plan.put(metrics.putObject("validation"), e));
    test.ifPresent(e -> Plan.put(metrics.putObject("test"), e));
    baseline.ifPresent(b -> b.figures().forEach(metrics.putObject("baseline")::put));
    return metrics;
  }

  @Override
  public void close() {
    try {
      evaluation.close();
    } finally {
      stepper.close();
    }
  }
}
