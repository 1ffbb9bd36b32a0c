/**
 * The errors that a user can mend: {@link dev.fathom.error.FathomException} and what extends it.
 */
package dev.fathom.error;
