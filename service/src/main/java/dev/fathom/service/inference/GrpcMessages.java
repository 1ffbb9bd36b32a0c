package dev.fathom.service.inference;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.fathom.service.Refusal;
import dev.fathom.service.inference.InferenceRequest.Wanted;
import dev.fathom.service.inference.protocol.InferParameter;
import dev.fathom.service.inference.protocol.InferParameter.ParameterChoiceCase;
import dev.fathom.service.inference.protocol.InferTensorContents;
import dev.fathom.service.inference.protocol.ModelInferRequest;
import dev.fathom.service.inference.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.fathom.service.inference.protocol.ModelInferResponse;
import dev.fathom.service.inference.protocol.ModelInferResponse.InferOutputTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads requests of gRPC, and writes answers: with raw contents if the request had such. */
final class GrpcMessages {

  private GrpcMessages() {}

  /**
   * {@return the request}
   *
   * @throws Refusal 400 if it is malformed
   */
  static InferenceRequest read(ModelInferRequest message) {
    refuseSharedMemory(message.getParametersMap(), "the request");
    int raw = message.getRawInputContentsCount();
    if (raw != 0 && raw != message.getInputsCount()) {
      throw new Refusal(
          400,
          "expected 'raw_input_contents' for each of %d inputs but got %d"
              .formatted(message.getInputsCount(), raw));
    }
    List<InputTensor> inputs = new ArrayList<>();
    for (var tensor : message.getInputsList()) {
      var what = "input '" + tensor.getName() + "'";
      refuseSharedMemory(tensor.getParametersMap(), what);
      if (raw != 0 && tensor.hasContents()) {
        throw new Refusal(400, what + ": expected 'contents' or 'raw_input_contents', not both");
      }
      var content =
          raw == 0
              ? new TypedContent(tensor.getContents())
              : new RawContent(message.getRawInputContents(inputs.size()).asReadOnlyByteBuffer());
      inputs.add(
          new InputTensor(
              tensor.getName(),
              Datatype.named(tensor.getDatatype(), what),
              tensor.getShapeList(),
              content));
    }
    var id = message.getId().isEmpty() ? Optional.<String>empty() : Optional.of(message.getId());
    var wanted = message.getOutputsList().stream().map(GrpcMessages::wanted).toList();
    return new InferenceRequest(id, inputs, wanted, raw != 0);
  }

  private static Wanted wanted(InferRequestedOutputTensor output) {
    var what = "output '" + output.getName() + "'";
    refuseSharedMemory(output.getParametersMap(), what);
    var count = output.getParametersMap().get("classification");
    if (count == null) {
      return new Wanted(output.getName(), 0, false);
    }
    long classes =
        count.getParameterChoiceCase() == ParameterChoiceCase.INT64_PARAM
            ? count.getInt64Param()
            : 0;
    if (classes < 1 || classes > Integer.MAX_VALUE) {
      throw new Refusal(400, what + ": expected 'classification' to be an int64_param, 1 or more");
    }
    return new Wanted(output.getName(), (int) classes, false);
  }

  private static void refuseSharedMemory(Map<String, InferParameter> parameters, String what) {
    if (parameters.containsKey(JsonRequest.SHARED_MEMORY)) {
      throw JsonRequest.sharedMemory(what);
    }
  }

  /**
   * {@return the answer}
   *
   * @param raw whether the values are to be raw contents
   */
  static ModelInferResponse of(InferenceAnswer answer, boolean raw) {
    var message =
        ModelInferResponse.newBuilder()
            .setModelName(answer.model().name())
            .setModelVersion(Integer.toString(answer.model().version()));
    answer.id().ifPresent(message::setId);
    for (var output : answer.outputs()) {
      var tensor =
          InferOutputTensor.newBuilder()
              .setName(output.name())
              .setDatatype(output.datatype().name())
              .addAllShape(output.shape());
      if (output instanceof OutputTensor.Numbers numbers && !numbers.labels().isEmpty()) {
        tensor.putParameters("labels", list(numbers.labels()));
      }
      if (raw) {
        message.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.bytes()));
      } else {
        tensor.setContents(contents(output));
      }
      message.addOutputs(tensor);
    }
    return message.build();
  }

  /** A parameter has no lists: it is one in JSON. */
  private static InferParameter list(List<String> names) {
    var json = JsonNodeFactory.instance.arrayNode();
    names.forEach(json::add);
    return InferParameter.newBuilder().setStringParam(json.toString()).build();
  }

  private static InferTensorContents contents(OutputTensor output) {
    var contents = InferTensorContents.newBuilder();
    switch (output) {
      case OutputTensor.Texts texts ->
          texts.values().forEach(text -> contents.addBytesContents(ByteString.copyFromUtf8(text)));
      case OutputTensor.Numbers numbers -> {
        for (int i = 0; i < numbers.values().size(); i++) {
          add(numbers.datatype(), numbers.values().get(i), contents);
        }
      }
    }
    return contents.build();
  }

  private static void add(Datatype type, double value, InferTensorContents.Builder contents) {
    switch (type) {
      case BOOL -> contents.addBoolContents(value != 0);
      case INT8, INT16, INT32 -> contents.addIntContents((int) value);
      case INT64 -> contents.addInt64Contents((long) value);
      case UINT8, UINT16, UINT32 -> contents.addUintContents((int) (long) value);
      case UINT64 -> contents.addUint64Contents((long) value);
      case FP64 -> contents.addFp64Contents(value);
      // Those of two bytes have no field; every f32 holds them.
      default -> contents.addFp32Contents((float) value);
    }
  }
}
