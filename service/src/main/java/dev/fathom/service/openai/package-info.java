/**
 * OpenAI's API under {@code /v1}, for models of texts: completions, embeddings and models, as its
 * reference describes them, so that a client of it works with another base URL. Beyond it, {@code
 * top_k} and {@code repetition_penalty} are known; an argument that is not supported is refused by
 * name.
 *
 * <p>{@link dev.fathom.service.openai.OpenAiResource} has the paths; {@link
 * dev.fathom.service.openai.Arguments} reads a request, {@link
 * dev.fathom.service.openai.Completions} answers one.
 */
package dev.fathom.service.openai;
