package dev.fathom.service.inference;

import dev.fathom.service.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a form that has files, {@code multipart/form-data} (RFC 7578). */
final class Multipart {
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
  private static final Pattern FILE_NAME =
      Pattern.compile("(?i);\\s*filename=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;]+))");
  private static final int MOST_PARTS = 10_000;

  private Multipart() {}

  /**
   * A part.
   *
   * @param name of its file, or where in the form it stands
   */
  record Part(String name, byte[] content) {}

  /**
   * {@return the parts of a body}
   *
   * @param type its Content-Type
   * @throws Refusal 400 if it is malformed
   */
  static List<Part> parts(String type, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(type);
    if (!boundary.find()) {
      throw new Refusal(
          400, "expected a boundary in the Content-Type but got '%s'".formatted(type));
    }
    String name = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    byte[] between = ("\r\n--" + name).getBytes(StandardCharsets.ISO_8859_1);
    byte[] first = Arrays.copyOfRange(between, 2, between.length);
    // The first one may be without a line's end before it.
    int at = startsWith(body, 0, first) ? first.length : end(body, 0, between);
    List<Part> parts = new ArrayList<>();
    while (!startsWith(body, at, new byte[] {'-', '-'})) {
      int headers = indexOf(body, at, "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      int start = headers + 4;
      int end = headers < 0 ? -1 : indexOf(body, start, between);
      if (end < 0 || parts.size() == MOST_PARTS) {
        throw new Refusal(
            400,
            "expected at most %d parts, each between two boundaries, but part %d is none"
                .formatted(MOST_PARTS, parts.size() + 1));
      }
      String header = new String(body, at, headers - at, StandardCharsets.UTF_8);
      parts.add(
          new Part(
              fileName(header).orElse("part " + (parts.size() + 1)),
              Arrays.copyOfRange(body, start, end)));
      at = end + between.length;
    }
    return parts;
  }

  private static Optional<String> fileName(String header) {
    Matcher file = FILE_NAME.matcher(header);
    if (!file.find()) {
      return Optional.empty();
    }
    return Optional.of(file.group(1) == null ? file.group(2) : file.group(1))
        .filter(name -> !name.isBlank());
  }

  private static int end(byte[] body, int from, byte[] wanted) {
    int at = indexOf(body, from, wanted);
    if (at < 0) {
      throw new Refusal(400, "expected a part behind the boundary but there is none");
    }
    return at + wanted.length;
  }

  private static boolean startsWith(byte[] body, int at, byte[] wanted) {
    return at + wanted.length <= body.length
        && Arrays.equals(body, at, at + wanted.length, wanted, 0, wanted.length);
  }

  private static int indexOf(byte[] body, int from, byte[] wanted) {
    for (int at = from; at + wanted.length <= body.length; at++) {
      if (body[at] == wanted[0] && startsWith(body, at, wanted)) {
        return at;
      }
    }
    return -1;
  }
}
