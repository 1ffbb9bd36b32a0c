/**
 * Models that others trained: folders as Hugging Face's transformers and sentence-transformers
 * write them become models of Fathom's own.
 *
 * <pre>{@code
 * try (Pretrained folder = Pretrained.open(Path.of("SmolLM2-135M"))) {
 *   folder.model("smol", OptionalInt.empty()).publish(directory.models());
 * }
 * }</pre>
 *
 * <p>Start with {@link dev.fathom.pretrained.Pretrained}. A {@code model_type} of {@code
 * config.json} is an {@link dev.fathom.pretrained.Architecture}: it says which blocks of {@code
 * dev.fathom.nn} the network has, and which tensors of the files are their parameters. To add one,
 * write that class ({@code Gpt2} is the plainest, {@code Llama} has most variants), name it in
 * {@code Architectures}, and add its numbers by {@code api/src/test/transformers/fixtures.py}.
 *
 * <p>A published model keeps {@code config.json} as it was: its network is made from that anew
 * whenever it is opened.
 */
package dev.fathom.pretrained;
