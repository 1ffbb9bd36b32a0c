/**
 * Answers of trained models: the Open Inference Protocol (KServe, version 2) with extensions of
 * Triton's, by HTTP under {@code /v2} and by gRPC.
 *
 * <p>{@link dev.fathom.service.inference.Inference} answers an {@link
 * dev.fathom.service.inference.InferenceRequest}, whatever form it came in. A form is a reader and
 * a writer, and the {@link dev.fathom.service.inference.Content} in which its values lie: {@link
 * dev.fathom.service.inference.JsonRequest} and {@link dev.fathom.service.inference.JsonAnswer}
 * with binary data behind the JSON, {@link dev.fathom.service.inference.GrpcMessages}. What a model
 * takes is in {@link dev.fathom.service.inference.Inputs}, what it gives in {@link
 * dev.fathom.service.inference.Outputs}; both ask its preparation and its task.
 *
 * <p>{@code protocol} is generated from {@code src/main/proto}.
 */
package dev.fathom.service.inference;
