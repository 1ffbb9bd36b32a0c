/**
 * File formats for weights and for graphs. {@link dev.fathom.format.Safetensors} reads and writes
 * the format of the same name; a file that does not follow it is a {@link
 * dev.fathom.format.FormatException} that names file and byte. {@link
 * dev.fathom.format.SymbolicGraph} is a graph of operations for any batch size, which is written as
 * JSON and read without the classes of its author; a mistake in it is named with its place.
 */
package dev.fathom.format;
