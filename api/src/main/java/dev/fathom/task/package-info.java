/**
 * The meaning of a network's numbers. Start with {@link dev.fathom.task.Task}; each task is one
 * file: {@link dev.fathom.task.Classification}, {@link dev.fathom.task.Regression}, {@link
 * dev.fathom.task.Forecast}, {@link dev.fathom.task.LanguageModel}, {@link
 * dev.fathom.task.Translation}, {@link dev.fathom.task.Segmentation}, {@link
 * dev.fathom.task.Detection}, {@link dev.fathom.task.Reconstruction}, and those that make pictures,
 * {@link dev.fathom.task.Generative}: {@link dev.fathom.task.Diffusion}, {@link
 * dev.fathom.task.VariationalAutoencoder}, {@link dev.fathom.task.Adversarial}.
 *
 * <p>To add a task, write a record here and name it in {@code dev.fathom.spec.TaskTypes}; one of
 * your own stays in your jar, and a {@code dev.fathom.spec.Extension} names it.
 */
package dev.fathom.task;
