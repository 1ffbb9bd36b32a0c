/**
 * Sounds: from files to samples, and from one rate to another. {@link dev.fathom.audio.Wav} reads
 * files, {@link dev.fathom.audio.Recording} makes examples of them. What a network computes of
 * samples, such as spectra, are layers ({@link dev.fathom.nn.LogMel}).
 *
 * <p>Not here: compressed formats, and more than one channel, which are mixed.
 */
package dev.fathom.audio;
