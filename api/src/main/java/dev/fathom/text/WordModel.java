package dev.fathom.text;

import dev.fathom.json.Fields;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A token for each word that is known. */
final class WordModel implements SubwordModel {
  private final List<String> vocabulary;
  private final Map<String, Integer> plain;
  private final OptionalInt unknown;

  private WordModel(Map<String, Integer> ids, Map<String, AddedToken> added, OptionalInt unknown) {
    this.vocabulary = List.copyOf(ids.keySet());
    this.plain = SubwordModel.plain(ids, added);
    this.unknown = unknown;
  }

  static WordModel read(Fields f, Map<String, AddedToken> added) {
    Map<String, Integer> ids = f.required("vocab", SubwordModel::vocabulary);
    return new WordModel(ids, added, SubwordModel.unknown(f, ids, added));
  }

  @Override
  public List<String> vocabulary() {
    return vocabulary;
  }

  @Override
  public OptionalInt unknown() {
    return unknown;
  }

  @Override
  public int[] encode(String word) {
    Integer token = plain.get(word);
    if (token == null && unknown.isEmpty()) {
      throw SubwordModel.unknown(word, 0);
    }
    return new int[] {token == null ? unknown.getAsInt() : token};
  }
}
