package dev.fathom.service.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.fathom.json.Malformed;
import dev.fathom.service.Refusal;
import dev.fathom.spec.Spec;
import dev.fathom.store.Event;
import dev.fathom.store.Training;
import dev.fathom.store.Trainings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * The record of one training in the data directory: its state, and the events that led to it. Safe
 * for several threads. A change is written to disk before anybody is told of it.
 */
public final class JobRecord {

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final String JOB = "job";
  private static final String REQUEST = "request";

  private final Training training;
  private final Job job;
  private final ObjectNode request;
  private long changes;

  private JobRecord(Training training, Job job, ObjectNode request) {
    this.training = training;
    this.job = job;
    this.request = request;
  }

  /** Records a new job, queued. */
  public static JobRecord create(Trainings trainings, Spec spec) throws IOException {
    return create(trainings, spec, empty());
  }

  /**
   * Records a new job, queued.
   *
   * @param request identifies the request, so that the job is found when the same one comes again
   */
  static JobRecord create(Trainings trainings, Spec spec, ObjectNode request) throws IOException {
    var job = new Job();
    job.name = spec.name();
    job.state = State.QUEUED;
    job.created = Instant.now();
    var training = trainings.create(spec.expand(), stored(job, request));
    job.id = training.id();
    var made = new JobRecord(training, job, request);
    made.enter(State.QUEUED, _ -> {});
    return made;
  }

  /**
   * {@return the record of a training that an earlier process wrote}
   *
   * @throws dev.fathom.store.StoreException DAMAGED or NEWER_FORMAT
   */
  public static JobRecord load(Training training) throws IOException {
    var stored = training.state();
    Job job;
    try {
      job = JSON.treeToValue(stored.path(JOB), Job.class);
    } catch (JsonProcessingException e) {
      throw training.damagedState(Malformed.detail(e));
    }
    if (job == null || !job.isWhole()) {
      throw training.damagedState("expected a job with name, state, created and history");
    }
    job.id = training.id();
    var request = stored.path(REQUEST) instanceof ObjectNode object ? object : empty();
    return new JobRecord(training, job, request);
  }

  private static ObjectNode stored(Job job, ObjectNode request) {
    var stored = empty();
    stored.set(JOB, JSON.valueToTree(job));
    stored.set(REQUEST, request);
    return stored;
  }

  private static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  /** {@return the training's id} */
  public String id() {
    return training.id();
  }

  /** {@return the name that the model gets} */
  String name() {
    return job.name;
  }

  /** {@return the name of the dataset that it learns from; empty if its spec names none} */
  public String dataset() throws IOException {
    return training.spec().path("data").path("dataset").asText();
  }

  /** {@return its state} */
  public synchronized State state() {
    return job.state;
  }

  /** {@return the job as clients see it} */
  public synchronized ObjectNode json() {
    return JSON.valueToTree(job);
  }

  /** {@return the same, in a copy} */
  public Job job() {
    try {
      return JSON.treeToValue(json(), Job.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  ObjectNode request() {
    return request;
  }

  Training training() {
    return training;
  }

  /** {@return the spec that was posted} */
  public Spec spec() throws IOException {
    return Spec.stored(training.spec());
  }

  /** {@return the events behind {@code after}} */
  public List<Event> events(long after) throws IOException {
    return training.events().after(after);
  }

  /**
   * Ends a job that no process runs.
   *
   * @throws Refusal 409 if it has ended
   */
  public synchronized void cancel() {
    if (job.state.ended()) {
      throw hasEnded();
    }
    enter(State.CANCELLED, _ -> {});
  }

  Refusal hasEnded() {
    return new Refusal(409, "training '%s' has %s already".formatted(id(), state().label()));
  }

  /** Changes the state, and appends an event of the state's name. */
  synchronized void enter(State state, Consumer<Job> change) {
    change(
        state.label(),
        null,
        j -> {
          j.state = state;
          j.finished = state.ended() ? Instant.now() : null;
          change.accept(j);
        });
  }

  /**
   * Changes the job, writes it to disk, then appends an event.
   *
   * @param type the event's type
   * @param data further fields of the event; null for the whole job
   */
  synchronized void change(String type, ObjectNode data, Consumer<Job> change) {
    change.accept(job);
    try {
      training.state(stored(job, request));
      append(type, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    changes++;
    notifyAll();
  }

  /** Appends the event of an end that a service recorded before it was killed, if it is missing. */
  synchronized void mend() throws IOException {
    var events = events(0);
    if (job.state.ended()
        && (events.isEmpty()
            || !events.getLast().data().path("type").asText().equals(job.state.label()))) {
      append(job.state.label(), null);
    }
  }

  private void append(String type, ObjectNode data) throws IOException {
    var event = empty().put("type", type);
    training.events().append(event.setAll(data == null ? json() : data));
  }

  /** Changes the progress. Those who wait are told, but it is not written to disk. */
  synchronized void progress(Job.Progress progress) {
    job.progress = progress;
    changes++;
    notifyAll();
  }

  /** {@return the progress; null unless the training runs} */
  public synchronized ObjectNode progress() {
    return job.state == State.RUNNING && job.progress != null
        ? JSON.<ObjectNode>valueToTree(job.progress).put("type", "progress")
        : null;
  }

  /** {@return the number of changes so far, waiting a while for it to exceed {@code seen}} */
  public synchronized long await(long seen, Duration atMost) throws InterruptedException {
    if (changes <= seen) {
      wait(atMost.toMillis());
    }
    return changes;
  }
}
