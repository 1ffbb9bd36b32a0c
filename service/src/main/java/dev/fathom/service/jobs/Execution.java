package dev.fathom.service.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.device.Backends;
import dev.fathom.error.FathomException;
import dev.fathom.service.Refusal;
import dev.fathom.store.Models;
import dev.fathom.train.Checkpoints;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import dev.fathom.train.TrainingEvent;
import dev.fathom.train.TrainingResult;
import dev.fathom.train.TrainingResult.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  /** {@return the state in which the run ended} A failure is recorded, not thrown. */
  public State run(Data data, Backends.Selection backend, long maxBytes) {
    record.enter(
        State.RUNNING,
        job -> {
          job.started = Instant.now();
          job.failure = null;
        });
    try {
      var spec = record.spec();
      var examples = data.open();
      var builder =
          Trainer.of(spec, examples, backend)
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
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      boolean foreseen = e instanceof FathomException || e instanceof Refusal;
      LOG.logf(foreseen ? Level.DEBUG : Level.ERROR, e, "Training %s failed", record.id());
      var reason = shortened.apply(reason(e));
      record.enter(State.FAILED, job -> job.failure = reason);
    }
    return record.state();
  }

  private static String reason(Throwable e) {
    return switch (e) {
      case OutOfMemoryError _ -> "the memory of the JVM is used up; a smaller batch needs less";
      case UncheckedIOException io -> io.getCause().toString();
      case IOException _ -> e.toString();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }

  private void end(TrainingResult result) throws IOException {
    if (result.outcome() == Outcome.CANCELLED) {
      record.enter(whenCancelled, _ -> {});
      return;
    }
    var published = result.model().publish(models);
    record.enter(
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
        tell(
            "started",
            plan,
            job -> {
              job.plan = plan;
              job.notice = e.notice().orElse(null);
              job.history.removeIf(epoch -> epoch.step() > e.step());
            });
      }
      case TrainingEvent.EpochEnded e -> {
        var epoch = Job.Epoch.of(e);
        tell(
            "epoch",
            epoch,
            job -> {
              job.history.add(epoch);
              job.progress = epoch.progress();
            });
      }
      case TrainingEvent.Progress e -> {
        record.progress(Job.Progress.of(e));
        listener.accept(record.progress());
      }
      case TrainingEvent.Checkpointed _ -> {}
    }
  }

  private void tell(String type, Record what, Consumer<Job> change) {
    ObjectNode data = JobRecord.JSON.valueToTree(what);
    record.change(type, data, change);
    listener.accept(data.put("type", type));
  }
}
