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
import dev.fathom.store.StoreException;
import dev.fathom.store.Training;
import dev.fathom.store.Trainings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The record of one training in the data directory: its state, and the events that led to it. Safe
 * for several threads.
 *
 * <p>A {@linkplain #change change} is written to disk before anybody is told of it, or is not made.
 * The {@linkplain #end end} of a run is a fact, whether the disk takes it or not: what could not be
 * written is {@linkplain #settle written} as soon as it can.
 */
public final class JobRecord {

  private static final Logger LOG = Logger.getLogger(JobRecord.class);

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final String JOB = "job";
  private static final String REQUEST = "request";
  private static final String EPOCH = "epoch";
  private static final String STARTED = "started";

  /**
   * How often epochs are written to the state record at most. Each is in the events at once, from
   * where {@link #load} takes those that a killed owner did not write.
   */
  private static final long EPOCHS_NANOS = 1_000_000_000;

  /** After so many events those of old epochs are forgotten, but the newest. */
  private static final long MANY_EVENTS = 4096;

  private static final long NEWEST_EVENTS = 1024;

  private final Training training;
  private final ObjectNode request;
  private Job job;
  private long changes;
  private long writtenNanos = System.nanoTime();

  /** Whether the state record on the disk is older than {@link #job}. */
  private boolean isStale;

  /** Whether the event of the end may be missing, as one of a process that was killed. */
  private boolean mayLackEnd;

  /** Events that the disk did not take yet. */
  private final Deque<ObjectNode> owed = new ArrayDeque<>();

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
    made.owed.add(made.event(State.QUEUED.label(), null));
    made.settle();
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
    try {
      if (job.state == State.RUNNING) {
        addEpochs(job, training.events().after(0));
      }
    } catch (JsonProcessingException e) {
      throw training.damagedState(Malformed.detail(e));
    }
    job.thin();
    var request = stored.path(REQUEST) instanceof ObjectNode object ? object : empty();
    var loaded = new JobRecord(training, job, request);
    loaded.mayLackEnd = job.state.ended();
    return loaded;
  }

  /** Adds the epochs behind those of the state record. */
  private static void addEpochs(Job job, List<Event> events) throws JsonProcessingException {
    var epochs = new ArrayDeque<ObjectNode>();
    for (var event : events.reversed()) {
      var type = event.data().path("type").asText();
      if (type.equals(STARTED) || type.equals(State.RUNNING.label())) {
        break; // What was before is in the state record.
      } else if (type.equals(EPOCH)) {
        epochs.push(event.data().without("type"));
      }
    }
    for (var epoch : epochs) {
      if (job.history.isEmpty() || epoch.path("step").asLong() > job.history.getLast().step()) {
        job.add(JSON.treeToValue(epoch, Job.Epoch.class));
        job.progress = job.history.getLast().progress();
      }
    }
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
  synchronized String name() {
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
  public ObjectNode json() {
    return JSON.valueToTree(job());
  }

  /** {@return the same, as it is now} */
  public synchronized Job job() {
    return job;
  }

  ObjectNode request() {
    return request;
  }

  Training training() {
    return training;
  }

  /**
   * Checks that what the job needs when it runs can be read.
   *
   * @throws dev.fathom.store.StoreException DAMAGED or NEWER_FORMAT if a file cannot
   */
  void requireReadable() throws IOException {
    training.spec();
    training.events().last();
  }

  /** {@return the spec that was posted} */
  public Spec spec() throws IOException {
    return Spec.stored(training.spec());
  }

  /** {@return the events behind {@code after}, those too that the disk did not take yet} */
  public List<Event> events(long after) throws IOException {
    synchronized (this) {
      mend();
      if (!owed.isEmpty()) {
        var all = new ArrayList<>(training.events().after(0));
        for (var event : owed) {
          long id = all.isEmpty() ? 1 : all.getLast().id() + 1;
          all.add(new Event(id, Instant.now(), event.deepCopy()));
        }
        return all.stream().filter(event -> event.id() > after).toList();
      }
    }
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

  /**
   * Changes the state, and appends an event of the state's name.
   *
   * @throws UncheckedIOException if it cannot be written; then nothing has changed
   */
  synchronized void enter(State state, Consumer<Job> change) {
    change(state.label(), null, entering(state, change));
  }

  private static Consumer<Job> entering(State state, Consumer<Job> change) {
    return job -> {
      job.state = state;
      job.finished = state.ended() ? Instant.now() : null;
      change.accept(job);
    };
  }

  /**
   * Changes the job, writes it to disk, then appends an event.
   *
   * @param type the event's type
   * @param data further fields of the event; null for the whole job
   * @throws UncheckedIOException if it cannot be written; then nothing has changed
   */
  synchronized void change(String type, ObjectNode data, Consumer<Job> change) {
    var next = job.copy();
    change.accept(next);
    try {
      writeOwed();
      write(next);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    show(next);
    owed.add(event(type, data));
    settle();
  }

  /**
   * Adds an epoch that has ended: an event, which is in the state record a moment later.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  synchronized void epoch(ObjectNode data, Job.Epoch epoch) {
    var next = job.copy();
    next.add(epoch);
    next.progress = epoch.progress();
    try {
      writeOwed();
      long id = training.events().append(event(EPOCH, data)).id();
      show(next);
      isStale = true;
      if (System.nanoTime() - writtenNanos > EPOCHS_NANOS) {
        write(next);
      }
      if (id % MANY_EVENTS == 0) {
        forgetOldEpochs(id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forgetOldEpochs(long newest) {
    var steps = job.history.stream().map(Job.Epoch::step).collect(Collectors.toSet());
    try {
      training
          .events()
          .retain(
              event ->
                  event.id() > newest - NEWEST_EVENTS
                      || !event.data().path("type").asText().equals(EPOCH)
                      || steps.contains(event.data().path("step").asLong()));
    } catch (IOException | StoreException e) {
      LOG.debugf(e, "The events of training %s stay as long as they are", id());
    }
  }

  /**
   * Ends the job, whatever the disk says: it does not run any more, so nobody is told that it does.
   */
  synchronized void end(State state, Consumer<Job> change) {
    var next = job.copy();
    entering(state, change).accept(next);
    show(next);
    isStale = true;
    mayLackEnd = true; // Where memory is used up, not even the event can be made.
    owed.add(event(state.label(), null));
    mayLackEnd = false;
    settle();
  }

  private void show(Job next) {
    job = next;
    changes++;
    notifyAll();
  }

  /** {@return whether the disk has all that happened, after writing what it has not} */
  synchronized boolean settle() {
    if (!isStale && owed.isEmpty()) {
      return true;
    }
    try {
      if (isStale) {
        write(job);
      }
      writeOwed();
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.debugf(e, "The record of training %s waits to be written", id());
      return false;
    }
  }

  private void write(Job next) throws IOException {
    training.state(stored(next, request));
    isStale = false;
    writtenNanos = System.nanoTime();
  }

  private void writeOwed() throws IOException {
    mend();
    while (!owed.isEmpty()) {
      training.events().append(owed.getFirst());
      owed.removeFirst();
    }
  }

  /** Adds the event of an end that a service recorded before it was killed, if it is missing. */
  private void mend() throws IOException {
    if (mayLackEnd) {
      var last = training.events().last();
      if (last.isEmpty() || !last.get().data().path("type").asText().equals(job.state.label())) {
        owed.addFirst(event(job.state.label(), null));
      }
      mayLackEnd = false;
    }
  }

  private ObjectNode event(String type, ObjectNode data) {
    var event = empty().put("type", type);
    return event.setAll(data == null ? json() : data);
  }

  /** Changes the progress. Those who wait are told, but it is not written to disk. */
  synchronized void progress(Job.Progress progress) {
    var next = job.copy();
    next.progress = progress;
    show(next);
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
