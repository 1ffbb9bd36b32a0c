/**
 * Pictures: files to pixels, and pixels to what a network gets.
 *
 * <p>Start with {@link dev.fathom.image.Pictures}, which reads PNG, JPEG and BMP. The decoders are
 * our own: those of the JDK need shared libraries beside a native binary.
 */
package dev.fathom.image;
