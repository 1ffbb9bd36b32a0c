package dev.fathom.image;

/** The bytes of a picture's file, read with checks. For one thread. */
final class Bytes {
  final byte[] all;
  final String format;
  final String name;

  Bytes(byte[] all, String format, String name) {
    this.all = all;
    this.format = format;
    this.name = name;
  }

  int u8(int at) {
    if (at < 0 || at >= all.length) {
      throw ends();
    }
    return all[at] & 0xff;
  }

  int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  long u32(int at) {
    return (long) u16(at) << 16 | u16(at + 2);
  }

  int little16(int at) {
    return u8(at) | u8(at + 1) << 8;
  }

  int little32(int at) {
    return little16(at) | little16(at + 2) << 16;
  }

  /** {@return whether the bytes from {@code at} are these characters} */
  boolean has(int at, String text) {
    if (at + text.length() > all.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((all[at + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  PictureException ends() {
    return wrong("the file ends after %,d bytes, before the picture does".formatted(all.length));
  }

  PictureException wrong(String problem) {
    return PictureException.damaged(format, name, problem);
  }

  PictureException unsupported(String problem) {
    return PictureException.unsupported(format, name, problem);
  }
}
