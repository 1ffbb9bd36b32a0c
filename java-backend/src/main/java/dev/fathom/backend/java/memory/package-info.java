/**
 * Arrays: the buffers of the backend and the ways to read and write elements. Start with {@link
 * dev.fathom.backend.java.memory.JavaBuffer}, one primitive array, and {@link
 * dev.fathom.backend.java.memory.Tiles}, which brings elements of any type to their value type and
 * back; {@link dev.fathom.backend.java.memory.Steps} says where the elements of an operand lie.
 *
 * <p>A new element type is a case in {@code JavaBuffer}, {@code Tiles} and {@link
 * dev.fathom.backend.java.memory.Elements}. Nothing here computes, so a change shows in the speed
 * alone, unless an element is converted.
 */
package dev.fathom.backend.java.memory;
