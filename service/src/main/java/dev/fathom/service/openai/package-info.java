/**
 * OpenAI's API under {@code /v1}, for models of texts: chats, completions, embeddings and models,
 * as its reference describes them, so that a client of it works with another base URL. Beyond it,
 * {@code top_k}, {@code min_p} and {@code repetition_penalty} are known; an argument that is not
 * supported is refused by name.
 *
 * <p>{@link dev.fathom.service.openai.OpenAiResource} has the paths; {@link
 * dev.fathom.service.openai.Arguments} reads a request, {@link
 * dev.fathom.service.openai.ChatCompletions}, {@link dev.fathom.service.openai.Completions} and
 * {@link dev.fathom.service.openai.EmbeddingRequest} answer one. A new argument is a line there and
 * one in docs/CLIENTS.md.
 */
package dev.fathom.service.openai;
