/**
 * Optimisers as graphs on flat tensors, and learning-rate schedules as functions of the step.
 *
 * <p>Start with {@link dev.fathom.optim.Optimizer} and {@link dev.fathom.optim.GuardedUpdate}, the
 * step that trainers use.
 */
package dev.fathom.optim;
