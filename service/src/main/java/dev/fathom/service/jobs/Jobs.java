package dev.fathom.service.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.device.Backends;
import dev.fathom.json.SpecException;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.Refusal;
import dev.fathom.service.ServerPaths;
import dev.fathom.spec.Source.Use;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import dev.fathom.train.Checkpoints;
import dev.fathom.train.ModelSource;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * All trainings: one runs, the others wait in the order they came. When the service starts,
 * trainings that were queued are queued again, and one that ran is interrupted until somebody
 * resumes it. Safe for several threads.
 */
@Startup
@Singleton
public final class Jobs {

  private static final Logger LOG = Logger.getLogger(Jobs.class);

  /** Of the thread that trains: the same depth of layers fits on every system. */
  private static final long STACK_BYTES = 16 << 20;

  /** How often what the disk did not take is tried again. */
  private static final long RETRY_SECONDS = 5;

  private final DataDirectory directory;
  private final Datasets datasets;
  private final Backends.Selection backend;
  private final FathomConfig config;
  private final TrainingMetrics metrics;
  private final ServerPaths paths;

  private final Map<String, JobRecord> records = new ConcurrentSkipListMap<>();

  /** Why the others cannot be read, by id; they are left as they are. */
  private final Map<String, StoreException> damaged = new ConcurrentSkipListMap<>();

  private final CompletableFuture<Void> restored = new CompletableFuture<>();
  private final LinkedBlockingQueue<JobRecord> waiting = new LinkedBlockingQueue<>();
  private final Thread worker = new Thread(null, this::work, "fathom-training", STACK_BYTES);
  private JobRecord runningRecord;
  private Execution running;
  private boolean stopping;

  @Inject
  Jobs(
      DataDirectory directory,
      Datasets datasets,
      Backends.Selection backend,
      FathomConfig config,
      TrainingMetrics metrics,
      ServerPaths paths) {
    this.metrics = metrics;
    this.paths = paths;
    this.directory = directory;
    this.datasets = datasets;
    this.backend = backend;
    this.config = config;
  }

  @PostConstruct
  void start() {
    worker.setDaemon(true);
    worker.start();
  }

  /** Takes the trainings of earlier processes, while the service answers what is not about them. */
  private void restore() {
    try {
      for (var id : directory.trainings().ids()) {
        try {
          restore(JobRecord.load(directory.trainings().get(id)));
        } catch (StoreException e) {
          if (e.isDamage()) {
            records.remove(id);
            damaged.put(id, e);
          } else {
            LOG.warnf("The record of training %s cannot be written: %s", id, e.getMessage());
          }
        } catch (IOException | RuntimeException e) {
          LOG.errorf(e, "Training %s is left as it is", id); // It keeps no other from starting.
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.error("The trainings of earlier processes cannot be read", e);
    } finally {
      restored.complete(null);
    }
  }

  /** {@return all jobs by id, so the oldest first, once those of earlier processes are known} */
  private Map<String, JobRecord> records() {
    restored.join();
    return records;
  }

  private void restore(JobRecord record) throws IOException {
    records.put(record.id(), record);
    switch (record.state()) {
      case QUEUED -> {
        record.requireReadable();
        waiting.add(record);
      }
      case RUNNING -> {
        record.end(State.INTERRUPTED, _ -> {});
        metrics.ended(State.INTERRUPTED);
      }
      default -> {}
    }
  }

  /**
   * {@return the new job, queued; or the one that the same key made before}
   *
   * @param json a spec as the client sent it
   * @param key an Idempotency-Key; null if there is none
   * @throws SpecException if it is not a spec, or does not fit its data
   * @throws Refusal 422 if it cannot fit in memory, or if the key came with another spec
   */
  public JobRecord submit(JsonNode json, String key) throws IOException {
    var known = known(key, json);
    if (known.isPresent()) {
      return known.get();
    }
    var spec = Spec.parse(json);
    var data = data(spec, Use.CHECK);
    var trainer = Trainer.of(spec, data, backend).models(ModelSource.of(directory.models()));
    Fit.check(trainer, spec, data, maxBytes());
    synchronized (this) {
      var raced = known(key, json);
      if (raced.isPresent()) {
        return raced.get();
      }
      datasets.require(spec);
      var request = JobRecord.JSON.createObjectNode();
      if (key != null) {
        request.put("key", key).set("spec", json);
      }
      var record = JobRecord.create(directory.trainings(), spec, request);
      records.put(record.id(), record);
      waiting.add(record);
      return record;
    }
  }

  private Optional<JobRecord> known(String key, JsonNode json) {
    var same =
        records().values().stream()
            .filter(record -> key != null && record.request().path("key").asText("").equals(key))
            .findFirst();
    if (same.isPresent() && !same.get().request().path("spec").equals(json)) {
      throw new Refusal(
          422, "the Idempotency-Key '%s' came before with another spec".formatted(key));
    }
    return same;
  }

  private TrainingData data(Spec spec, Use use) throws IOException {
    if (spec.data().dataset().isEmpty()) {
      throw new SpecException(
          "/data/format",
          "expected \"dataset\" with the name of a dataset: a service takes no paths");
    }
    return datasets.open(spec, use);
  }

  private long maxBytes() {
    return config.limits().bytes(backend.backend().device());
  }

  /** {@return the ids of all, oldest first} */
  public List<String> ids() {
    return List.copyOf(records().keySet());
  }

  /** {@return the number of jobs that wait} */
  public int waiting() {
    return waiting.size();
  }

  /** {@return the job that runs, if one does} */
  public synchronized Optional<JobRecord> running() {
    return Optional.ofNullable(runningRecord);
  }

  /**
   * {@return a job}
   *
   * @throws Refusal 404 if there is none
   * @throws StoreException DAMAGED or NEWER_FORMAT if a file of it cannot be read
   */
  public JobRecord get(String id) {
    var record = records().get(id);
    if (damaged.containsKey(id)) {
      throw damaged.get(id);
    }
    if (record == null) {
      throw new Refusal(404, "there is no training '%s'".formatted(id));
    }
    return record;
  }

  /**
   * Ends a job within one step, keeping its newest checkpoint.
   *
   * @throws Refusal 404 if there is none, 409 if it has ended
   */
  public synchronized JobRecord cancel(String id) {
    var record = get(id);
    if (record.state() == State.QUEUED) {
      record.cancel();
      waiting.remove(record);
      metrics.ended(State.CANCELLED);
    } else if (record == runningRecord && !record.state().ended()) {
      running.cancel(State.CANCELLED);
    } else {
      throw record.hasEnded();
    }
    return record;
  }

  /**
   * Queues a job again, to go on from its newest checkpoint.
   *
   * @throws Refusal 404 if there is none, 409 if it is not cancelled, failed or interrupted, or if
   *     a file is not the one that it learned from
   */
  public synchronized JobRecord resume(String id) throws IOException {
    var record = get(id);
    if (!record.state().ended() || record.state() == State.SUCCEEDED) {
      throw new Refusal(
          409,
          "training '%s' is %s: only a cancelled, failed or interrupted one can be resumed"
              .formatted(id, record.state().label()));
    }
    requireSameData(record);
    record.enter(State.QUEUED, _ -> {});
    waiting.add(record);
    return record;
  }

  private void requireSameData(JobRecord record) throws IOException {
    var dataset = record.spec().data().dataset();
    var stored = Checkpoints.of(record.training()).load(Checkpoints.Kind.LAST);
    if (stored.isPresent() && dataset.isPresent()) {
      var change = stored.get().data().change(file -> datasets.sha256(dataset.get(), file));
      if (change.isPresent()) {
        throw new Refusal(
            409, "training '%s' cannot go on: %s".formatted(record.id(), change.get()));
      }
    }
  }

  /**
   * Deletes a job with its checkpoints, whether it can be read or not; a published model stays.
   *
   * @throws Refusal 404 if there is none, 409 if it has not ended
   */
  public synchronized void delete(String id) throws IOException {
    if (damaged.containsKey(id)) {
      directory.trainings().delete(id);
      damaged.remove(id);
      return;
    }
    var record = get(id);
    if (!record.state().ended()) {
      throw new Refusal(
          409, "training '%s' is %s: cancel it first".formatted(id, record.state().label()));
    }
    directory.trainings().delete(id);
    records.remove(id);
  }

  /**
   * Changes a dataset, while no job may begin to use it.
   *
   * @throws Refusal 409 if a job that has not ended uses it
   */
  public synchronized void changeUnused(String dataset, dev.fathom.store.Datasets.Change change)
      throws IOException {
    requireUnused(dataset, records().values());
    change.make();
  }

  /**
   * Adds a file to a dataset, or replaces one that no job may begin to use meanwhile. The file is
   * received before, while jobs go on.
   *
   * @throws Refusal 409 if a job that has not ended uses the dataset and the file is there already,
   *     or if the name is a sample's
   */
  public Datasets.Dataset put(String dataset, String file, InputStream content) throws IOException {
    return datasets.put(
        dataset,
        file,
        content,
        change -> {
          synchronized (this) {
            requireReplaceable(dataset, file);
            change.make();
          }
        });
  }

  private void requireReplaceable(String dataset, String file) throws IOException {
    if (datasets.has(dataset, file)) {
      requireUnused(dataset, records().values());
    }
  }

  /**
   * Checks that no job needs a dataset.
   *
   * @throws Refusal 409 if one that has not ended uses it
   */
  public static void requireUnused(String dataset, Collection<JobRecord> records)
      throws IOException {
    for (var record : records) {
      if (!record.state().ended() && record.dataset().equals(dataset)) {
        throw new Refusal(
            409,
            "dataset '%s' is in use: training '%s' of model '%s' is %s; cancel it first"
                .formatted(dataset, record.id(), record.name(), record.state().label()));
      }
    }
  }

  private void work() {
    restore();
    while (!stopping()) {
      try {
        run(next());
      } catch (InterruptedException e) {
        // The service is stopping; or somebody else's code interrupted, which must not end all.
      } catch (Throwable e) {
        LOG.error("The trainings that wait go on after an error", e);
      }
    }
  }

  /** {@return the next job, waiting for one} Meanwhile writes what the disk did not take. */
  private JobRecord next() throws InterruptedException {
    while (true) {
      boolean settled = records().values().stream().allMatch(JobRecord::settle);
      var next = settled ? waiting.take() : waiting.poll(RETRY_SECONDS, TimeUnit.SECONDS);
      if (next != null) {
        return next;
      }
    }
  }

  private synchronized boolean stopping() {
    return stopping;
  }

  private void run(JobRecord record) {
    var execution =
        new Execution(record, directory.models(), _ -> {})
            .observedBy(event -> metrics.on(record.name(), event))
            .shorteningBy(paths::hide);
    synchronized (this) {
      if (stopping || record.state() != State.QUEUED) {
        return;
      }
      runningRecord = record;
      running = execution;
      execution.begin(); // Whoever cancels it from now on finds it running.
    }
    try {
      LOG.infof("Training %s begins", record.id());
      var state =
          record.state().ended()
              ? record.state()
              : execution.run(() -> data(record.spec(), Use.TRAINING), backend, maxBytes());
      metrics.ended(state);
      LOG.infof("Training %s %s", record.id(), state.label());
    } catch (Throwable e) {
      // Its failure could not be recorded, for want of memory perhaps, of which there is more now.
      if (record.state() == State.RUNNING) {
        record.end(State.FAILED, job -> job.failure = "an error of the service: " + e);
      }
      throw e;
    } finally {
      synchronized (this) {
        runningRecord = null;
        running = null;
      }
    }
  }

  /** Ends the running job within one step, so that it can be resumed. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    synchronized (this) {
      stopping = true;
      if (running != null) {
        running.cancel(State.INTERRUPTED);
      } else {
        worker.interrupt();
      }
    }
    worker.join(20_000);
    records.values().forEach(JobRecord::settle);
  }
}
