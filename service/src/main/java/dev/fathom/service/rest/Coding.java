package dev.fathom.service.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** A content coding of HTTP (RFC 9110, 8.4.1), in which bodies travel compressed. */
public enum Coding {
  GZIP,
  DEFLATE;

  /** {@return the name in headers} */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the coding of that name, of which {@code x-gzip} is another} */
  static Optional<Coding> named(String token) {
    var name = token.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(coding -> name.equals(coding.token()) || name.equals("x-" + coding.token()))
        .findFirst();
  }

  /**
   * {@return the names of the codings that a client takes, but {@code identity}, in its order}
   *
   * @param header {@code Accept-Encoding}; null if there is none
   */
  public static List<String> accepted(String header) {
    List<String> accepted = new ArrayList<>();
    for (var each : (header == null ? "" : header).toLowerCase(Locale.ROOT).split(",")) {
      var parts = each.replaceAll("\\s", "").split(";");
      boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
      if (!parts[0].isEmpty() && !parts[0].equals("identity") && !refused) {
        accepted.add(parts[0]);
      }
    }
    return accepted;
  }

  /** {@return a stream that compresses what is written to it} */
  public OutputStream compressing(OutputStream out) throws IOException {
    return this == GZIP ? new GZIPOutputStream(out) : new DeflaterOutputStream(out);
  }

  /** {@return the plain bytes of a stream; some clients leave the frame of deflate out} */
  InputStream plain(InputStream packed) throws IOException {
    if (this == GZIP) {
      return new GZIPInputStream(packed);
    }
    var peeked = new PushbackInputStream(packed, 2);
    var first = peeked.readNBytes(2);
    peeked.unread(first);
    boolean framed =
        first.length == 2
            && (first[0] & 0xf) == 8
            && ((first[0] & 0xff) << 8 | first[1] & 0xff) % 31 == 0;
    return new InflaterInputStream(peeked, new Inflater(!framed));
  }
}
