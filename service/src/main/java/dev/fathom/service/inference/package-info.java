/**
 * Answers of trained models: the Open Inference Protocol under {@code /v2} (the REST part of
 * KServe's "Open Inference Protocol", version 2, which Triton speaks too).
 *
 * <p>{@link dev.fathom.service.OpenModels} keeps models open; {@link
 * dev.fathom.service.inference.Tensors} reads and writes the protocol's tensors.
 */
package dev.fathom.service.inference;
