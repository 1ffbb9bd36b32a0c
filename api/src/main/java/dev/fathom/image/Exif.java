package dev.fathom.image;

/** The orientation in EXIF data (CIPA DC-008), which are a TIFF file inside another. */
final class Exif {
  private static final int ORIENTATION = 0x0112;

  private Exif() {}

  /** {@return the orientation, 1 to 8; 1 where the data say none, or are damaged} */
  static int orientation(Bytes file, int start, int end) {
    if (start + 8 > end || end > file.all.length) {
      return 1;
    }
    boolean little = file.has(start, "II");
    if (!little && !file.has(start, "MM")) {
      return 1;
    }
    long directory = start + u32(file, start + 4, little);
    if (directory + 2 > end) {
      return 1;
    }
    int entries = u16(file, (int) directory, little);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > end) {
        return 1;
      }
      if (u16(file, (int) entry, little) == ORIENTATION) {
        int value = u16(file, (int) entry + 8, little);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  private static int u16(Bytes file, int at, boolean little) {
    return little ? file.little16(at) : file.u16(at);
  }

  private static long u32(Bytes file, int at, boolean little) {
    return little ? file.little32(at) & 0xffffffffL : file.u32(at);
  }
}
