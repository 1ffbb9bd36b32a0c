/**
 * From graphs to programs.
 *
 * <p>Start with {@link dev.fathom.compile.Program}: {@code Program.builder(backend)} takes a
 * graph's inputs and results, lowers what the backend declines, fuses, orders and plans memory, and
 * gives an immutable program; a {@link dev.fathom.compile.Session} owns the memory and runs it.
 */
package dev.fathom.compile;
