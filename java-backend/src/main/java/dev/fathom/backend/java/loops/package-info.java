/**
 * Loops over {@code float[]}, an operation each, with vectors or without: {@link
 * dev.fathom.backend.java.loops.Loops}. {@code VectorMath} has the functions (exp, log, tanh, ...),
 * whose bits are part of every trained model: a change of one changes results.
 *
 * <p>An expression that is common is one loop here that keeps everything in registers, {@link
 * dev.fathom.backend.java.loops.TileLoop}, found by its {@link
 * dev.fathom.backend.java.loops.LoopKey}. {@code GeneratedLoops} is written by {@code
 * LoopGenerator} of the tests from {@code loops.txt} and not edited by hand; a line there is a loop
 * more.
 *
 * <p>{@code docs/ARCHITECTURE.md}, "As a native image", lists what vector code must keep to.
 */
package dev.fathom.backend.java.loops;
