package dev.fathom.spec;

import dev.fathom.table.TableFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The formats of the section {@code data}. */
final class SourceTypes {
  static final Map<String, Reader<? extends Source>> OWN = own();

  private SourceTypes() {}

  static Map<String, Reader<? extends Source>> all() {
    return Extensions.with("format", OWN, Extension::sources);
  }

  private static Map<String, Reader<? extends Source>> own() {
    Map<String, Reader<? extends Source>> own = new HashMap<>();
    own.put("chats", ChatsSpec::parse);
    own.put("coco", CocoSpec::parse);
    own.put("idx", IdxSpec::parse);
    own.put("images", ImageSpec::parse);
    own.put("masks", MaskSpec::parse);
    own.put("pairs", PairSpec::parse);
    own.put("series", SeriesSpec::parse);
    own.put("sounds", SoundSpec::parse);
    for (String home : List.of("folders", "lines", "text")) {
      own.put(home, f -> TextSpec.parse(f, home));
    }
    for (String table : TableFile.formats()) {
      own.put(table, f -> f.has("text") ? TextSpec.parse(f, table) : TableSpec.parse(f, table));
    }
    return Map.copyOf(own);
  }
}
