package dev.fathom.image;

/** A picture's file of one format, whose header was read. For one thread. */
interface Decoder {
  /** {@return pixels in a row of the file} */
  int width();

  /** {@return rows of the file} */
  int height();

  /** {@return what EXIF says of how the picture is seen, 1 to 8} */
  int orientation();

  /**
   * {@return the picture as it stands in the file}
   *
   * @throws PictureException if the file is damaged, or of a kind that is not read
   */
  Picture decode();
}
