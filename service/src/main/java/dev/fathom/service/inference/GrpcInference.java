package dev.fathom.service.inference;

import dev.fathom.service.FathomConfig;
import dev.fathom.service.ModelGate;
import dev.fathom.service.OpenModels;
import dev.fathom.service.OpenModels.Key;
import dev.fathom.service.Refusal;
import dev.fathom.service.ServerPaths;
import dev.fathom.service.Version;
import dev.fathom.service.inference.Forms.TensorMetadata;
import dev.fathom.service.inference.protocol.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.fathom.service.inference.protocol.ModelInferRequest;
import dev.fathom.service.inference.protocol.ModelInferResponse;
import dev.fathom.service.inference.protocol.ModelMetadataRequest;
import dev.fathom.service.inference.protocol.ModelMetadataResponse;
import dev.fathom.service.inference.protocol.ModelReadyRequest;
import dev.fathom.service.inference.protocol.ModelReadyResponse;
import dev.fathom.service.inference.protocol.ServerLiveRequest;
import dev.fathom.service.inference.protocol.ServerLiveResponse;
import dev.fathom.service.inference.protocol.ServerMetadataRequest;
import dev.fathom.service.inference.protocol.ServerMetadataResponse;
import dev.fathom.service.inference.protocol.ServerReadyRequest;
import dev.fathom.service.inference.protocol.ServerReadyResponse;
import dev.fathom.service.rest.Refusals;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import io.vertx.grpc.server.GrpcServerOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.context.ManagedExecutor;

/** The Open Inference Protocol over gRPC, on the port of HTTP. */
@GrpcService
public class GrpcInference extends GRPCInferenceServiceImplBase {

  @Inject OpenModels models;
  @Inject Inference inference;
  @Inject ServerPaths paths;
  @Inject ModelGate gate;
  @Inject ManagedExecutor workers;

  /** A message is as long as a body of HTTP may be. */
  @Singleton
  static final class Limit implements ServerBuilderCustomizer<VertxServerBuilder> {
    @Inject FathomConfig config;

    @Override
    public void customize(GrpcServerConfiguration grpc, GrpcServerOptions options) {
      options.setMaxMessageSize(config.limits().body().asLongValue());
    }
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> client) {
    answer(client, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> client) {
    answer(client, () -> ServerReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> client) {
    answer(
        client,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName("fathom")
                .setVersion(Version.TEXT)
                .addExtensions("classification")
                .build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> client) {
    inTurn(
        client,
        () -> {
          models.with(
              find(request.getName(), request.getVersion()),
              open -> {
                open.warmUp();
                return null;
              });
          return ModelReadyResponse.newBuilder().setReady(true).build();
        });
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> client) {
    inTurn(
        client,
        () -> {
          var key = find(request.getName(), request.getVersion());
          var message = ModelMetadataResponse.newBuilder().setName(key.name());
          models.versions(key.name()).forEach(v -> message.addVersions(v.toString()));
          message.setPlatform("fathom");
          return models.with(
              key,
              open ->
                  message
                      .addAllInputs(tensors(Described.inputs(open.model())))
                      .addAllOutputs(tensors(Described.outputs(open.model())))
                      .build());
        });
  }

  private static List<ModelMetadataResponse.TensorMetadata> tensors(List<TensorMetadata> all) {
    return all.stream()
        .map(
            tensor ->
                ModelMetadataResponse.TensorMetadata.newBuilder()
                    .setName(tensor.name())
                    .setDatatype(tensor.datatype())
                    .addAllShape(tensor.shape())
                    .build())
        .toList();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> client) {
    inTurn(
        client,
        () -> {
          var key = find(request.getModelName(), request.getModelVersion());
          var answer = inference.answer(key, () -> GrpcMessages.read(request));
          return GrpcMessages.of(answer, request.getRawInputContentsCount() > 0);
        });
  }

  private Key find(String name, String version) throws IOException {
    return models.find(name, version.isEmpty() ? null : version);
  }

  /** What answers a call. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  /** Answers by a worker, when it is the call's turn to use models. */
  private <T> void inTurn(StreamObserver<T> client, Call<T> call) {
    gate.enter(
        () ->
            workers.execute(
                () -> {
                  try {
                    if (!((ServerCallStreamObserver<T>) client).isCancelled()) {
                      answer(client, call);
                    }
                  } finally {
                    gate.leave();
                  }
                }));
  }

  private <T> void answer(StreamObserver<T> client, Call<T> call) {
    T message;
    try {
      message = call.run();
    } catch (Throwable e) { // Whatever it is, the client is told.
      client.onError(status(paths.hide(Refusals.of(e))).asRuntimeException());
      return;
    }
    client.onNext(message);
    client.onCompleted();
  }

  private static Status status(Refusal refusal) {
    var code =
        switch (refusal.status()) {
          case 404 -> Status.NOT_FOUND;
          case 409 -> Status.FAILED_PRECONDITION;
          case 413, 507 -> Status.RESOURCE_EXHAUSTED;
          case 503 -> Status.UNAVAILABLE;
          default -> refusal.status() < 500 ? Status.INVALID_ARGUMENT : Status.INTERNAL;
        };
    return code.withDescription(refusal.getMessage());
  }
}
