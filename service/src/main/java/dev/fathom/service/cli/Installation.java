package dev.fathom.service.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.function.Consumer;

/**
 * The models, trainings and datasets of a data directory, in the JSON of {@code /api/v1}. While a
 * service owns the directory it is asked; else the directory itself is.
 *
 * <p>Every method throws a {@link CommandException}, or an error of the store that says as much,
 * for what is not there or is refused.
 */
sealed interface Installation extends AutoCloseable permits ServedInstallation, StoredInstallation {

  /** {@return the names of the models, sorted} */
  List<String> models();

  /** {@return the versions of a model, rising; a damaged one has {@code version}, {@code error}} */
  List<JsonNode> versions(String model);

  /** {@return the models that are open to answer, {@code name} and {@code version}} */
  List<JsonNode> openModels();

  /** Deletes a model with all its versions. */
  void deleteModel(String name);

  /** Deletes a version of a model. */
  void deleteVersion(String model, int version);

  /** {@return the datasets, the samples included} */
  List<JsonNode> datasets();

  /** Deletes a dataset that no training waits for. */
  void deleteDataset(String name);

  /** {@return the trainings, oldest first; one that cannot be read is {@link #damaged}} */
  List<JsonNode> trainings();

  static JsonNode damaged(String training, String reason) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", training)
        .put("state", "damaged")
        .put("failure", reason);
  }

  /**
   * Passes on the events of a training.
   *
   * @param follow whether to wait for those to come, until the training has ended
   */
  void events(String training, boolean follow, Consumer<JsonNode> listener);

  /** Ends a training, and returns once it has ended. */
  void cancel(String training);

  /** Deletes the record and the checkpoints of a training that has ended; its model stays. */
  void deleteTraining(String training);

  @Override
  void close();
}
