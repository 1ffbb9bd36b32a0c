/**
 * Texts and pictures that models make. {@link dev.fathom.generate.PictureGenerator} makes pictures
 * by any model whose task is {@link dev.fathom.task.Generative}. {@link
 * dev.fathom.generate.Embedder} makes vectors of them.
 *
 * <p>Text comes from a language model: a network that gives logits of the next token at each step.
 *
 * <pre>{@code
 * try (Generator generator = Generator.open(backend, model)) {
 *   Sampling sampling = Sampling.GREEDY.withTemperature(0.8).withMaxTokens(100);
 *   Completion whole = generator.complete("Call me", sampling);
 *   try (Generation pieces = generator.start("Call me", sampling)) {
 *     for (String piece = pieces.next(); piece != null; piece = pieces.next()) {
 *       System.out.print(piece);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>One program computes a decode step: it takes a token, and keeps keys and values of the steps
 * before in caches that it changes in place. Another, for prompts of about that length, fills the
 * caches in one pass. {@link dev.fathom.generate.Generator} has the programs and the weights, each
 * {@link dev.fathom.generate.Generation} its session. {@code score} and {@code scorePrompt} tell
 * how likely each token of a text is, by a program that fills the caches and gives the logits of
 * all steps.
 */
package dev.fathom.generate;
