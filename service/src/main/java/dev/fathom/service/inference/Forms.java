package dev.fathom.service.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The JSON of {@code /v2} but for tensors, with the names that the protocol and Triton's extensions
 * of it have.
 */
public final class Forms {

  private Forms() {}

  /** The server. */
  @Schema(name = "ServerMetadata")
  public record Server(String name, String version, List<String> extensions) {}

  /** Whether the server runs. */
  @Schema(name = "ServerLive")
  public record Live(boolean live) {}

  /** Whether the server takes requests. */
  @Schema(name = "ServerReady")
  public record Ready(boolean ready) {}

  /** Whether a model can answer. */
  public record ModelReady(String name, boolean ready) {}

  /**
   * A model.
   *
   * @param versions each that may be asked; the last is the newest
   */
  public record ModelMetadata(
      String name,
      List<String> versions,
      String platform,
      List<TensorMetadata> inputs,
      List<TensorMetadata> outputs) {}

  /**
   * A tensor of a model.
   *
   * @param shape -1 is any size
   * @param parameters {@code labels}, the classes along the last axis; {@code columns}, those of
   *     the table that may be sent one by one in place of this tensor
   */
  public record TensorMetadata(
      String name,
      String datatype,
      List<Long> shape,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<String>> parameters) {}

  /**
   * A model as Triton's model configuration describes it.
   *
   * @param maxBatchSize the most examples of one request
   */
  public record ModelConfig(
      String name,
      String platform,
      @JsonProperty("max_batch_size") int maxBatchSize,
      List<ConfigTensor> input,
      List<ConfigTensor> output) {}

  /**
   * A tensor of a configuration.
   *
   * @param dims of one example
   */
  public record ConfigTensor(
      String name, @JsonProperty("data_type") String dataType, List<Long> dims) {}

  /** Statistics of models. */
  public record ModelStatistics(@JsonProperty("model_stats") List<ModelStats> modelStats) {}

  /**
   * Statistics of a version since the start of the service.
   *
   * @param lastInference milliseconds since 1970; 0 if there was none
   * @param inferenceCount examples that were answered
   * @param executionCount batches that were computed
   */
  public record ModelStats(
      String name,
      String version,
      @JsonProperty("last_inference") long lastInference,
      @JsonProperty("inference_count") long inferenceCount,
      @JsonProperty("execution_count") long executionCount,
      @JsonProperty("inference_stats") InferenceStats inferenceStats,
      @JsonProperty("batch_stats") List<Object> batchStats) {}

  /** Requests by outcome, and the parts of their time: {@code queue} is until the model is open. */
  public record InferenceStats(
      Duration success,
      Duration fail,
      Duration queue,
      @JsonProperty("compute_input") Duration computeInput,
      @JsonProperty("compute_infer") Duration computeInfer,
      @JsonProperty("compute_output") Duration computeOutput) {}

  /** How many requests, and the nanoseconds that they took together. */
  @Schema(name = "StatisticDuration")
  public record Duration(long count, long ns) {}

  /**
   * A version in the index of the repository.
   *
   * @param state {@code READY} if it is open
   * @param reason why it is not
   */
  public record RepositoryModel(
      String name,
      String version,
      String state,
      @JsonInclude(JsonInclude.Include.NON_NULL) String reason) {}

  /** What the index is asked. */
  public record IndexRequest(@Schema(description = "Only versions that are open") Boolean ready) {}

  /** What a load or an unload may say. */
  public record RepositoryRequest(Map<String, Object> parameters) {}

  /** A request of inference in JSON. */
  public record InferRequest(
      @Schema(description = "The answer repeats it") String id,
      @Schema(description = "If it is there, the model of the path") @JsonProperty("model_name")
          String modelName,
      Map<String, Object> parameters,
      @Schema(required = true) List<InferInput> inputs,
      @Schema(description = "The outputs that are wanted; all if there are none")
          List<InferWanted> outputs) {}

  /** A tensor of a request. */
  public record InferInput(
      @Schema(required = true, examples = "image") String name,
      @Schema(required = true, examples = "[1, 28, 28]") List<Long> shape,
      @Schema(required = true) Datatype datatype,
      Map<String, Object> parameters,
      @Schema(
              type = SchemaType.ARRAY,
              implementation = Object.class,
              description = "Numbers or texts, in one list or in lists in lists")
          List<Object> data) {}

  /** An output that is wanted. */
  public record InferWanted(
      @Schema(required = true) String name,
      @Schema(description = "classification, binary_data") Map<String, Object> parameters) {}

  /** An answer in JSON. */
  public record InferResponse(
      @JsonProperty("model_name") String modelName,
      @JsonProperty("model_version") String modelVersion,
      String id,
      List<InferOutput> outputs) {}

  /** A tensor of an answer. */
  public record InferOutput(
      String name,
      Datatype datatype,
      List<Long> shape,
      @Schema(description = "labels, the classes along the last axis; binary_data_size")
          Map<String, Object> parameters,
      @Schema(
              type = SchemaType.ARRAY,
              implementation = Object.class,
              description = "Numbers or texts in one list; left out if they are binary data")
          List<Object> data) {}
}
