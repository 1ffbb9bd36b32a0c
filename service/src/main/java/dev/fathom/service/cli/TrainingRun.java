package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.service.FathomConfig;
import dev.fathom.service.jobs.Datasets;
import dev.fathom.service.jobs.Execution;
import dev.fathom.service.jobs.JobRecord;
import dev.fathom.service.jobs.State;
import dev.fathom.spec.Source.Use;
import dev.fathom.spec.Spec;
import dev.fathom.store.DataDirectory;
import dev.fathom.store.StoreException;
import dev.fathom.train.ModelSource;
import dev.fathom.train.TrainingData;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** One training on the command line, here or on the service that owns the data directory. */
final class TrainingRun {

  private final FathomConfig config;
  private final PrintWriter out;
  private final ProgressLines lines;
  private final Consumer<TrainingCurves> watcher;
  private Optional<JsonNode> test = Optional.empty();

  /**
   * @param watcher is given how the figures went, after each epoch and at the end
   */
  TrainingRun(FathomConfig config, PrintWriter out, Consumer<TrainingCurves> watcher) {
    this.config = config;
    this.out = out;
    this.watcher = watcher;
    lines = new ProgressLines(out);
  }

  /** {@return the service that owns the data directory, if one does} */
  static Optional<URI> service(FathomConfig config) throws IOException {
    return DataDirectory.owner(config.data())
        .map(owner -> owner.url())
        .filter(url -> !url.isEmpty())
        .map(URI::create);
  }

  /**
   * Trains; {@return the exit code}
   *
   * @param folder of the spec, to which its paths are relative
   * @param resume whether to go on with the newest training of this spec that did not end well
   */
  int train(Spec spec, Path folder, boolean resume) throws IOException {
    var service = service(config);
    return service.isPresent() ? remote(service.get(), spec, resume) : local(spec, folder, resume);
  }

  /** {@return how good the model was on the test, if there was one} */
  Optional<JsonNode> test() {
    return test;
  }

  private int remote(URI service, Spec spec, boolean resume) {
    if (resume) {
      throw new CommandException(
          "%s owns the data directory: resume with POST /api/v1/trainings/ID/resume"
              .formatted(service));
    }
    try (var client = new Client(service)) {
      return follow(client, service, client.post("/api/v1/trainings", spec.toString()));
    }
  }

  /** Prints the events of a training of a service until it ends; {@return the exit code} */
  int follow(Client client, URI service, JsonNode job) {
    var path = "/api/v1/trainings/" + job.path("id").asText();
    say("%s at %s%s".formatted(job.path("name").asText(), service, path));
    client.events(path + "/events", this::print);
    return end(lines.last());
  }

  private int local(Spec spec, Path folder, boolean resume) throws IOException {
    try (var directory = config.own()) {
      var selection = LocalOptions.select(config);
      var record =
          resume ? interrupted(directory, spec) : JobRecord.create(directory.trainings(), spec);
      var execution = new Execution(record, directory.models(), this::print);
      try (var backend = selection.backend();
          var _ = new OnTermination(() -> execution.cancel(State.INTERRUPTED))) {
        execution.run(
            () -> data(spec, folder, directory, config),
            selection,
            config.limits().bytes(backend.device()));
      }
      return end(record.json());
    }
  }

  private static JobRecord interrupted(DataDirectory directory, Spec spec) throws IOException {
    for (var id : directory.trainings().ids().reversed()) {
      try {
        var record = JobRecord.load(directory.trainings().get(id));
        if (record.state() != State.SUCCEEDED && record.spec().equals(spec)) {
          return record;
        }
      } catch (StoreException damaged) {
        // It is another training, or nothing is left to go on with.
      }
    }
    throw new CommandException("there is no training of this spec to go on with");
  }

  private static TrainingData data(
      Spec spec, Path folder, DataDirectory directory, FathomConfig config) throws IOException {
    boolean elsewhere =
        spec.data().dataset().stream()
            .anyMatch(name -> !folder.endsWith(name) && !Files.isDirectory(folder.resolve(name)));
    try {
      return elsewhere
          ? new Datasets(directory, config).open(spec, Use.TRAINING)
          : TrainingData.open(spec, folder, ModelSource.of(directory.models()));
    } catch (InvalidPathException e) {
      throw new CommandException(TextEncoding.refusal(e));
    }
  }

  private void print(JsonNode event) {
    lines.print(event);
    if (event.path("type").asText().equals("epoch")) {
      watcher.accept(lines.curves());
    }
  }

  private int end(JsonNode job) {
    watcher.accept(lines.curves());
    var state = job.path("state").asText("interrupted");
    if (job.has("test")) {
      test = Optional.of(job.path("test"));
      say("test " + Figures.line(job.path("test")));
    }
    if (job.has("baseline")) {
      var baseline = job.path("baseline");
      say("to guess, %s: %s".formatted(baseline.path("guess").asText(), Figures.line(baseline)));
    }
    if (job.has("warning")) {
      say(job.path("warning").asText());
    }
    if (job.has("model")) {
      var model = job.path("model");
      say("published %s %d".formatted(model.path("name").asText(), model.path("version").asInt()));
      return 0;
    }
    if (job.has("failure")) {
      throw new CommandException("the training failed: " + job.path("failure").asText());
    }
    say("the training is %s; --resume goes on with it".formatted(state));
    return 1;
  }

  private void say(String text) {
    out.println(text);
  }
}
