package dev.fathom.image;

/**
 * The file of a picture: PNG, JPEG or BMP, not yet decoded.
 *
 * @param name for messages
 * @param content its bytes, not copied
 */
public record PictureFile(String name, byte[] content) {}
