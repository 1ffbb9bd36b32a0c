/**
 * Writes the spec of a table that nobody described: {@link dev.fathom.fit.Draft} finds which
 * columns help, what the target means, and a network of a fitting size. What it writes is a spec as
 * any other, to be trained, read and changed.
 */
package dev.fathom.fit;
