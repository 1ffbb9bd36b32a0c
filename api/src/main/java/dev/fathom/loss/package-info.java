/**
 * Losses as graphs. Start with {@link dev.fathom.loss.Loss}: the loss of each example, and their
 * mean, in which rows of padding do not count.
 */
package dev.fathom.loss;
