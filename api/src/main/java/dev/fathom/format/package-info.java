/**
 * File formats for weights. {@link dev.fathom.format.Safetensors} reads and writes the format of
 * the same name. A file that does not follow its format is a {@link
 * dev.fathom.format.FormatException} that names file and byte.
 */
package dev.fathom.format;
