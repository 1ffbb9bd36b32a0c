package dev.fathom.service.inference;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.fathom.Repository;
import dev.fathom.service.ClientScript;
import dev.fathom.service.DataFolder;
import dev.fathom.service.inference.protocol.GRPCInferenceServiceGrpc;
import dev.fathom.service.inference.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.fathom.service.inference.protocol.InferParameter;
import dev.fathom.service.inference.protocol.InferTensorContents;
import dev.fathom.service.inference.protocol.ModelInferRequest;
import dev.fathom.service.inference.protocol.ModelInferRequest.InferInputTensor;
import dev.fathom.service.inference.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.fathom.service.inference.protocol.ModelInferResponse;
import dev.fathom.service.inference.protocol.ModelMetadataRequest;
import dev.fathom.service.inference.protocol.ModelReadyRequest;
import dev.fathom.service.inference.protocol.ServerLiveRequest;
import dev.fathom.service.inference.protocol.ServerMetadataRequest;
import dev.fathom.service.inference.protocol.ServerReadyRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The protocol over gRPC, by stubs over a real connection to the port of HTTP. */
@QuarkusTest
@QuarkusTestResource(DataFolder.class)
@Timeout(60)
class GrpcTest {

  private static final String PROTO =
      Repository.ROOT.resolve("service/src/main/proto/open_inference.proto").toString();

  @TempDir Path folder;
  private ManagedChannel channel;

  @BeforeEach
  void model() throws Exception {
    if (get("/api/v1/models/leaves").statusCode() == 404) {
      Leaves.train();
    }
    channel = NettyChannelBuilder.forAddress("127.0.0.1", RestAssured.port).usePlaintext().build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
  }

  private GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  @Test
  void tellsOfServerAndModel() {
    assertTrue(stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
    assertTrue(stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
    assertEquals(
        "fathom", stub().serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName());
    assertTrue(
        stub().modelReady(ModelReadyRequest.newBuilder().setName("leaves").build()).getReady());
    var model =
        stub()
            .modelMetadata(
                ModelMetadataRequest.newBuilder().setName("leaves").setVersion("1").build());
    assertEquals(List.of("1"), model.getVersionsList());
    assertEquals("features", model.getInputs(0).getName());
    assertEquals("FP32", model.getInputs(0).getDatatype());
    assertEquals(List.of(-1L, 2L), model.getInputs(0).getShapeList());
    assertEquals("probabilities", model.getOutputs(0).getName());
  }

  private static ModelInferRequest typed(float... values) {
    var contents = InferTensorContents.newBuilder();
    for (float value : values) {
      contents.addFp32Contents(value);
    }
    return ModelInferRequest.newBuilder()
        .setModelName("leaves")
        .setId("7")
        .addInputs(tensor(values.length / 2).setContents(contents))
        .build();
  }

  private static InferInputTensor.Builder tensor(long examples) {
    return InferInputTensor.newBuilder()
        .setName("features")
        .setDatatype("FP32")
        .addShape(examples)
        .addShape(2);
  }

  private static ModelInferRequest raw(float... values) {
    var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ModelInferRequest.newBuilder()
        .setModelName("leaves")
        .addInputs(tensor(values.length / 2))
        .addRawInputContents(ByteString.copyFrom(bytes))
        .build();
  }

  private static List<Float> floats(ModelInferResponse answer) {
    var raw = answer.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Float> values = new ArrayList<>();
    while (raw.hasRemaining()) {
      values.add(raw.getFloat());
    }
    return values;
  }

  @Test
  void typedRawAndJsonGiveTheSameAnswer() {
    List<Float> json =
        given()
            .body(Leaves.request("[2, 2]", "[2.02, 1.27, 5.42, 0.75]"))
            .post("/v2/models/leaves/infer")
            .then()
            .statusCode(200)
            .extract()
            .path("outputs[0].data");
    var answer = stub().modelInfer(typed(2.02f, 1.27f, 5.42f, 0.75f));
    assertEquals("7", answer.getId());
    assertEquals("leaves", answer.getModelName());
    assertEquals("1", answer.getModelVersion());
    assertEquals(List.of(2L, 2L), answer.getOutputs(0).getShapeList());
    assertEquals(
        "[\"elm\",\"oak\"]", answer.getOutputs(0).getParametersOrThrow("labels").getStringParam());
    assertEquals(json, answer.getOutputs(0).getContents().getFp32ContentsList());
    assertEquals(0, answer.getRawOutputContentsCount());

    answer = stub().modelInfer(raw(2.02f, 1.27f, 5.42f, 0.75f));
    assertEquals(json, floats(answer));
    assertEquals(0, answer.getOutputs(0).getContents().getFp32ContentsCount());
  }

  @Test
  void classification() {
    var one = InferParameter.newBuilder().setInt64Param(1).build();
    var request =
        typed(2.02f, 1.27f).toBuilder()
            .addOutputs(
                InferRequestedOutputTensor.newBuilder()
                    .setName("probabilities")
                    .putParameters("classification", one))
            .build();
    var output = stub().modelInfer(request).getOutputs(0);
    assertEquals("BYTES", output.getDatatype());
    assertTrue(output.getContents().getBytesContents(0).toStringUtf8().endsWith(":1:oak"));
  }

  private void assertRefused(Status.Code code, String message, ModelInferRequest request) {
    var error = assertThrows(StatusRuntimeException.class, () -> stub().modelInfer(request));
    assertEquals(code, error.getStatus().getCode(), error::getMessage);
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  @Test
  void whatIsWrongIsToldWithItsStatus() {
    var right = typed(1, 2);
    assertRefused(
        Status.Code.NOT_FOUND,
        "there is no model 'none'",
        right.toBuilder().setModelName("none").build());
    assertRefused(
        Status.Code.NOT_FOUND,
        "there is no version '3'",
        right.toBuilder().setModelVersion("3").build());
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "expected 4 values in 'fp32_contents' and none elsewhere for shape [2,2] of FP32 but got 2",
        right.toBuilder().setInputs(0, right.getInputs(0).toBuilder().setShape(0, 2)).build());
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "expected 8 bytes, 2 values of FP32, but got 7",
        raw(1, 2).toBuilder().setRawInputContents(0, ByteString.copyFrom(new byte[7])).build());
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "expected 'contents' or 'raw_input_contents', not both",
        right.toBuilder().addRawInputContents(ByteString.copyFrom(new byte[8])).build());
    assertRefused(
        Status.Code.INVALID_ARGUMENT, "value 1: expected a number (FP32)", typed(1, Float.NaN));
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "output 'probabilities' is not finite (NaN at example 0)",
        typed(3e38f, -3e38f));
    var none = InferInputTensor.newBuilder().setName("features").setDatatype("FP32");
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "expected shape [-1, 2]",
        right.toBuilder().setInputs(0, none).build());
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        "but got 'FP128'",
        right.toBuilder().setInputs(0, none.setDatatype("FP128")).build());
  }

  @Test
  void aMessageMayBeAsLongAsABodyAndNoLonger() {
    assertEquals(16_000, floats(stub().modelInfer(raw(new float[16_000]))).size());
    var error =
        assertThrows(
            StatusRuntimeException.class, () -> stub().modelInfer(raw(new float[100_000])));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, error.getStatus().getCode(), error::getMessage);
    assertTrue(stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
  }

  @Test
  void aMessageThatWouldBecomeLongIsNotInflated() {
    var error =
        assertThrows(
            StatusRuntimeException.class,
            () -> stub().withCompression("gzip").modelInfer(raw(new float[100_000])));
    assertEquals(Status.Code.UNIMPLEMENTED, error.getStatus().getCode(), error::getMessage);
    assertTrue(error.getMessage().contains("without compression but got gzip"), error::getMessage);
  }

  @Test
  void severalClientsAtOnceGetTheirOwnAnswers() throws Exception {
    var expected = floats(stub().modelInfer(raw(2.02f, 1.27f)));
    var other = floats(stub().modelInfer(raw(5.42f, 0.75f)));
    try (var clients = Executors.newFixedThreadPool(4)) {
      List<Future<List<Float>>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        var request = i % 2 == 0 ? raw(2.02f, 1.27f) : raw(5.42f, 0.75f);
        answers.add(clients.submit(() -> floats(stub().modelInfer(request))));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertEquals(i % 2 == 0 ? expected : other, answers.get(i).get());
      }
    }
  }

  @Test
  @Timeout(600)
  void anotherClientForNode() throws Exception {
    new ClientScript(folder)
        .node("grpc.mjs", List.of("@grpc/grpc-js@1", "@grpc/proto-loader@0.8"), address(), PROTO);
  }

  @Test
  @Timeout(600)
  void anotherClientForPython() throws Exception {
    new ClientScript(folder)
        .python("grpc_client.py", List.of("grpcio", "grpcio-tools"), address(), PROTO);
  }

  private static String address() {
    return "127.0.0.1:" + RestAssured.port;
  }

  @Test
  void callsAreCountedOnceAndUnknownOnesAreNoLabels() {
    stub().modelInfer(raw(2, 1));
    var unknown =
        MethodDescriptor.<ServerLiveRequest, ServerLiveRequest>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("made.Up/Method")
            .setRequestMarshaller(ProtoUtils.marshaller(ServerLiveRequest.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(ServerLiveRequest.getDefaultInstance()))
            .build();
    var error =
        assertThrows(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    channel, unknown, CallOptions.DEFAULT, ServerLiveRequest.getDefaultInstance()));
    assertEquals(Status.Code.UNIMPLEMENTED, error.getStatus().getCode());
    get("/metrics")
        .then()
        .body(containsString("grpc_server_processing_duration_seconds_count{method=\"ModelInfer\""))
        .body(not(containsString("uri=\"/inference.")))
        .body(not(containsString("made.Up")));
  }
}
