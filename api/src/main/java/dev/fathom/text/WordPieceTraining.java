package dev.fathom.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Learns a WordPiece tokenizer: the merges of a BPE make its tokens. */
final class WordPieceTraining {
  private static final String UNKNOWN = "[UNK]";
  private static final String PREFIX = "##";

  private WordPieceTraining() {}

  static Pipeline run(List<String> texts, int size, boolean lowercase, List<String> special) {
    int room = HuggingFace.room("wordpiece", size, UNKNOWN, special);
    Map<String, Long> counts = counts(texts, lowercase);
    List<String> alphabet = new ArrayList<>(List.of(UNKNOWN));
    alphabet.addAll(alphabet(counts, room));
    Set<String> known = new HashSet<>(alphabet);
    // A word with a character that has no token is unknown, so it teaches no merges.
    counts.keySet().removeIf(word -> !known.containsAll(symbols(word)));
    BpeTraining training = new BpeTraining(alphabet, PREFIX, counts, WordPieceTraining::symbols);
    training.run(1 + room);
    List<String> vocabulary = new ArrayList<>(training.vocabulary());
    vocabulary.addAll(special);
    return HuggingFace.pipeline(json(vocabulary, special, lowercase));
  }

  private static Map<String, Long> counts(List<String> texts, boolean lowercase) {
    Normalizer normalizer = new Normalizer.Bert(true, true, lowercase, lowercase);
    PreTokenizer words = new PreTokenizer.Bert();
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String text : texts) {
      Utf8.check(text);
      words.cut(
          normalizer.apply(new Piece(text, true)),
          word -> counts.merge(word.text(), 1L, Long::sum));
    }
    return counts;
  }

  /** {@return the most frequent characters, those inside words apart, in their order} */
  private static List<String> alphabet(Map<String, Long> words, int most) {
    Map<String, Long> counts = new LinkedHashMap<>();
    words.forEach(
        (word, count) -> symbols(word).forEach(symbol -> counts.merge(symbol, count, Long::sum)));
    return HuggingFace.mostFrequent(counts, most).stream().sorted().toList();
  }

  private static List<String> symbols(String word) {
    List<String> symbols = new ArrayList<>();
    word.codePoints()
        .mapToObj(Character::toString)
        .forEach(character -> symbols.add(symbols.isEmpty() ? character : PREFIX + character));
    return symbols;
  }

  private static ObjectNode json(List<String> vocabulary, List<String> special, boolean lowercase) {
    Set<String> apart = new HashSet<>(special);
    apart.add(UNKNOWN);
    ObjectNode json = HuggingFace.begun(vocabulary, apart);
    json.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .put("strip_accents", lowercase)
        .put("lowercase", lowercase);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    json.putNull("post_processor");
    json.putObject("decoder").put("type", "WordPiece").put("prefix", PREFIX).put("cleanup", true);
    json.putObject("model")
        .put("type", "WordPiece")
        .put("unk_token", UNKNOWN)
        .put("continuing_subword_prefix", PREFIX)
        .put("max_input_chars_per_word", 100)
        .set("vocab", HuggingFace.numbers(vocabulary));
    return json;
  }
}
