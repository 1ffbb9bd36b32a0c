package dev.fathom.spec;

import dev.fathom.audio.Wav;
import dev.fathom.data.MediaFiles;
import dev.fathom.image.Pictures;
import dev.fathom.spec.Source.FileFinder;
import java.io.IOException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What files hold. */
enum Medium {
  PICTURES("images", "picture", Pictures::isPicture),
  SOUNDS("sounds", "sound", Wav::isSound);

  private static final Pattern ZIP = Pattern.compile("(?i)(.*?\\.zip)(?:/(.*?))?/?");

  private final String format;
  private final String singular;
  private final Predicate<String> counts;

  Medium(String format, String singular, Predicate<String> counts) {
    this.format = format;
    this.singular = singular;
    this.counts = counts;
  }

  /** {@return the format of the section {@code data}} */
  String format() {
    return format;
  }

  String singular() {
    return singular;
  }

  /** {@return the word for several, the key of their folder too} */
  String plural() {
    return singular + "s";
  }

  /** {@return whether a file's name is that of one, read or not} */
  Predicate<String> counts() {
    return counts;
  }

  /** {@return the files of a folder, of a zip file, or of a folder in one} */
  MediaFiles files(String name, FileFinder finder) throws IOException {
    Matcher zip = ZIP.matcher(name);
    if (!zip.matches()) {
      return MediaFiles.open(finder.find(name), "", counts);
    }
    String within = zip.group(2) == null ? "" : zip.group(2);
    return MediaFiles.open(finder.find(zip.group(1)), within, counts);
  }
}
