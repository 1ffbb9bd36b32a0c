package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.jobs.Datasets;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.service.jobs.Jobs;
import dev.fathom.service.jobs.State;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a data directory holds that no service owns. A change makes this process its owner. */
final class StoredInstallation implements Installation {

  private static final long POLL_MILLIS = 300;

  private final FathomConfig config;
  private final DataDirectory directory;

  /**
   * @throws StoreException NOT_FOUND if the configured directory is none of Fathom's
   */
  StoredInstallation(FathomConfig config) throws IOException {
    this.config = config;
    directory = DataDirectory.openReadOnly(config.data());
  }

  /** What reads or writes files. */
  @FunctionalInterface
  private interface Work<T> {
    T of(DataDirectory directory) throws IOException;
  }

  private <T> T read(Work<T> work) {
    try {
      return work.of(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void change(Work<?> work) {
    try (var owned = config.own()) {
      work.of(owned);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> models() {
    return read(directory -> directory.models().names());
  }

  @Override
  public List<JsonNode> versions(String model) {
    var versions = read(directory -> directory.models().versions(model));
    if (versions.isEmpty()) {
      throw new CommandException("there is no model '%s'".formatted(model));
    }
    return versions.stream().map(version -> version(model, version)).toList();
  }

  private JsonNode version(String model, int version) {
    try {
      return directory.models().get(model, version).description();
    } catch (StoreException | IOException e) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("version", version)
          .put("error", e.getMessage());
    }
  }

  @Override
  public List<JsonNode> openModels() {
    return List.of();
  }

  @Override
  public void deleteModel(String name) {
    change(
        owned -> {
          owned.models().delete(name);
          return null;
        });
  }

  @Override
  public void deleteVersion(String model, int version) {
    change(
        owned -> {
          owned.models().delete(model, version);
          return null;
        });
  }

  @Override
  public List<JsonNode> datasets() {
    return read(
        directory -> {
          var datasets = new Datasets(directory, config);
          List<JsonNode> all = new ArrayList<>();
          for (var name : datasets.names()) {
            all.add(json(datasets.listed(name)));
          }
          return all;
        });
  }

  private static JsonNode json(Datasets.Dataset dataset) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("name", dataset.name()).put("source", dataset.source()).put("bytes", dataset.bytes());
    var files = json.putArray("files");
    dataset.files().forEach(f -> files.addObject().put("name", f.name()).put("bytes", f.bytes()));
    return dataset.error() == null ? json : json.put("error", dataset.error());
  }

  @Override
  public void deleteDataset(String name) {
    change(
        owned -> {
          Jobs.requireUnused(name, records(owned));
          new Datasets(owned, config).delete(name);
          return null;
        });
  }

  @Override
  public List<JsonNode> trainings() {
    boolean noOwner = !hasOwner();
    return read(directory -> directory.trainings().ids()).stream()
        .map(id -> training(id, noOwner))
        .toList();
  }

  private JsonNode training(String id, boolean noOwner) {
    try {
      return job(record(directory, id), noOwner);
    } catch (StoreException | IOException e) {
      return Installation.damaged(id, e.getMessage());
    }
  }

  /** A training that runs although nobody owns the directory was interrupted by a kill. */
  private static JsonNode job(JobRecord record, boolean noOwner) {
    var json = record.json();
    return noOwner && record.state() == State.RUNNING
        ? json.put("state", State.INTERRUPTED.label())
        : json;
  }

  /** {@return the records that can be read} */
  private static List<JobRecord> records(DataDirectory directory) throws IOException {
    List<JobRecord> records = new ArrayList<>();
    for (var id : directory.trainings().ids()) {
      try {
        var record = record(directory, id);
        record.dataset();
        records.add(record);
      } catch (StoreException damaged) {
        // It does not run.
      }
    }
    return records;
  }

  private boolean hasOwner() {
    return read(_ -> DataDirectory.owner(config.data())).isPresent();
  }

  private static JobRecord record(DataDirectory directory, String training) throws IOException {
    return JobRecord.load(directory.trainings().get(training));
  }

  @Override
  public void events(String training, boolean follow, Consumer<JsonNode> listener) {
    long told = 0;
    boolean more = true;
    while (more) {
      // Read before the events, since the last of them is that of the end.
      var record = read(directory -> record(directory, training));
      more = follow && !record.state().ended() && hasOwner();
      long after = told;
      for (var event : read(_ -> record.events(after))) {
        told = event.id();
        listener.accept(event.data().put("time", event.time().toString()));
      }
      if (more) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void cancel(String training) {
    change(
        owned -> {
          record(owned, training).cancel();
          return null;
        });
  }

  @Override
  public void deleteTraining(String training) {
    change(
        owned -> {
          if (isQueued(owned, training)) {
            throw new CommandException(
                "training '%s' is queued: cancel it first".formatted(training));
          }
          owned.trainings().delete(training);
          return null;
        });
  }

  private static boolean isQueued(DataDirectory directory, String training) throws IOException {
    try {
      return record(directory, training).state() == State.QUEUED;
    } catch (StoreException e) {
      return false; // One that is damaged does not wait; one that is not there is told below.
    }
  }

  @Override
  public void close() {
    try {
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
