package dev.fathom.service.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.device.Backends;
import dev.fathom.error.FathomException;
import dev.fathom.service.Refusal;
import dev.fathom.store.Models;
import dev.fathom.train.Checkpoints;
import dev.fathom.train.ModelSource;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import dev.fathom.train.TrainingEvent;
import dev.fathom.train.TrainingResult;
import dev.fathom.train.TrainingResult.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** One run of a job: trains, keeps the record, and publishes the best checkpoint. */
public final class Execution {

  private static final Logger LOG = Logger.getLogger(Execution.class);

  private final JobRecord record;
  private final Models models;
  private final Consumer<ObjectNode> listener;
  private Consumer<TrainingEvent> observer = _ -> {};
  private UnaryOperator<String> shortened = UnaryOperator.identity();
  private Trainer trainer;
  private boolean begun;
  private boolean cancelled;
  private State whenCancelled = State.CANCELLED;

  /**
   * @param listener gets every event, {@code progress} included, after it was recorded
   */
  public Execution(JobRecord record, Models models, Consumer<ObjectNode> listener) {
    this.record = record;
    this.models = models;
    this.listener = listener;
  }

  /** Lets {@code newObserver} hear the trainer's own events too. */
  Execution observedBy(Consumer<TrainingEvent> newObserver) {
    observer = newObserver;
    return this;
  }

  /** Lets the reason of a failure be shortened before clients see it. */
  Execution shorteningBy(UnaryOperator<String> newShortened) {
    shortened = newShortened;
    return this;
  }

  /**
   * Ends the run within one step, in the given state. Any thread may call it, also before the run
   * begins.
   */
  public synchronized void cancel(State state) {
    whenCancelled = state;
    cancelled = true;
    if (trainer != null) {
      trainer.cancel();
    }
  }

  /** Opens the data of a job. */
  @FunctionalInterface
  public interface Data {
    TrainingData open() throws IOException;
  }

  /**
   * Enters the state {@code running}; {@return whether it could} A failure is recorded, not thrown.
   */
  boolean begin() {
    try {
      record.enter(
          State.RUNNING,
          job -> {
            job.started = Instant.now();
            job.failure = null;
          });
      begun = true;
      return true;
    } catch (Throwable e) {
      fail(e);
      return false;
    }
  }

  /**
   * {@return the state in which the run ended} A failure is recorded, not thrown, whatever it is: a
   * run that ended must not be said to go on.
   */
  public State run(Data data, Backends.Selection backend, long maxBytes) {
    if (begun || begin()) {
      try {
        train(data, backend, maxBytes);
      } catch (Throwable e) {
        fail(e);
      }
    }
    return record.state();
  }

  private void train(Data data, Backends.Selection backend, long maxBytes) throws IOException {
    var spec = record.spec();
    var examples = data.open();
    var builder =
        Trainer.of(spec, examples, backend)
            .models(ModelSource.of(models))
            .checkpoints(Checkpoints.of(record.training()))
            .listener(this::on)
            .resume();
    var built = Fit.build(builder, spec, examples, maxBytes);
    synchronized (this) {
      trainer = built;
      if (cancelled) {
        built.cancel();
      }
    }
    end(built.run());
  }

  private void fail(Throwable e) {
    // An interrupt ends this run alone: with the flag set nothing could be written.
    boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
    boolean foreseen = e instanceof FathomException || e instanceof Refusal;
    LOG.logf(foreseen ? Level.DEBUG : Level.ERROR, e, "Training %s failed", record.id());
    var reason = interrupted ? "its thread was interrupted" : shortened.apply(reason(e));
    record.end(State.FAILED, job -> job.failure = reason);
  }

  private static String reason(Throwable e) {
    return switch (e) {
      case OutOfMemoryError _ -> "the memory of the JVM is used up; a smaller batch needs less";
      case StackOverflowError _ ->
          "the stack of the thread is used up; a network that is less deep needs less";
      case UncheckedIOException io -> reason(io.getCause());
      case FileSystemException file when file.getReason() != null -> file.getMessage();
      case IOException io when io.getClass() == IOException.class && io.getMessage() != null ->
          io.getMessage();
      case IOException _, Error _ -> e.toString();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  private void end(TrainingResult result) throws IOException {
    if (result.outcome() == Outcome.CANCELLED) {
      State state;
      synchronized (this) {
        state = whenCancelled;
      }
      record.end(state, _ -> {});
      return;
    }
    var published = result.model().publish(models, record.id());
    record.end(
        State.SUCCEEDED,
        job -> {
          job.model = new Job.Published(published.name(), published.version());
          job.test = result.test().map(Job.Measured::tested).orElse(null);
          job.baseline = result.baseline().map(Job.Guess::of).orElse(null);
          job.warning = result.warning().orElse(null);
        });
  }

  private void on(TrainingEvent event) {
    observer.accept(event);
    switch (event) {
      case TrainingEvent.Started e -> {
        var plan =
            new Job.Plan(
                e.steps(),
                e.examples(),
                e.parameters(),
                e.memoryBytes(),
                e.backend(),
                e.device(),
                e.notes());
        ObjectNode data = JobRecord.JSON.valueToTree(plan);
        record.change(
            "started",
            data,
            job -> {
              job.plan = plan;
              job.notice = e.notice().orElse(null);
              job.history.removeIf(epoch -> epoch.step() > e.step());
            });
        listener.accept(data.put("type", "started"));
      }
      case TrainingEvent.EpochEnded e -> {
        var epoch = Job.Epoch.of(e);
        ObjectNode data = JobRecord.JSON.valueToTree(epoch);
        record.epoch(data, epoch);
        listener.accept(data.put("type", "epoch"));
      }
      case TrainingEvent.Progress e -> {
        record.progress(Job.Progress.of(e));
        listener.accept(record.progress());
      }
      case TrainingEvent.Checkpointed _ -> {}
    }
  }
}
