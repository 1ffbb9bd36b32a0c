/**
 * The errors that a user can correct: {@link dev.fathom.error.FathomException} and its subclasses.
 */
package dev.fathom.error;
