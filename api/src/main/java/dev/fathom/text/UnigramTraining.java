package dev.fathom.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.text.UnigramModel.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Learns a Unigram tokenizer (Kudo, 2018): begins with all frequent parts of words, and in turn
 * estimates their probabilities by expectation maximisation and leaves out those that cost the
 * least likelihood, as SentencePiece does.
 */
final class UnigramTraining {
  private static final String UNKNOWN = "<unk>";
  private static final String MARK = "\u2581";
  private static final int LONGEST = 16;
  private static final int MOST_SEEDS = 1_000_000;
  private static final int ESTIMATES = 2;
  private static final double LEAST_EXPECTED = 0.5;
  private static final double KEPT = 0.75;

  /** How many more pieces than wanted are estimated last. */
  private static final double SPARE = 1.1;

  /** Of descending scores; of equal ones in the order of their texts. */
  private static final Comparator<Scored> BEST_FIRST =
      Comparator.comparingDouble((Scored piece) -> -piece.score()).thenComparing(Scored::token);

  private final List<String> words;
  private final long[] counts;

  private UnigramTraining(Map<String, Long> counts) {
    this.words = List.copyOf(counts.keySet());
    this.counts = words.stream().mapToLong(counts::get).toArray();
  }

  static Pipeline run(List<String> texts, int size, List<String> special) {
    int room = HuggingFace.room("unigram", size, UNKNOWN, special);
    Map<String, Long> counts = words(texts);
    Map<String, Long> characters = characters(counts);
    List<String> alphabet = HuggingFace.mostFrequent(characters, room);
    UnigramTraining training =
        new UnigramTraining(
            alphabet.size() < characters.size() ? known(counts, Set.copyOf(alphabet)) : counts);
    List<Scored> pieces = training.seeds();
    int wanted = (int) (SPARE * room);
    while (true) {
      for (int i = 0; i < ESTIMATES; i++) {
        pieces = training.estimated(pieces);
      }
      if (pieces.size() <= wanted) {
        break;
      }
      List<Scored> fewer = training.pruned(pieces, wanted);
      if (fewer.size() == pieces.size()) {
        break; // None of the rest can be left out.
      }
      pieces = fewer;
    }
    return HuggingFace.pipeline(json(finished(pieces, alphabet, room), special));
  }

  // ---- words and their parts ----

  private static Map<String, Long> words(List<String> texts) {
    PreTokenizer words =
        new PreTokenizer.Metaspace(MARK, PreTokenizer.Metaspace.Prefix.ALWAYS, true);
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String text : texts) {
      Utf8.check(text);
      if (!text.isEmpty()) {
        words.cut(new Piece(text, true), word -> counts.merge(word.text(), 1L, Long::sum));
      }
    }
    return counts;
  }

  private static Map<String, Long> characters(Map<String, Long> words) {
    Map<String, Long> counts = new LinkedHashMap<>();
    words.forEach(
        (word, count) ->
            word.codePoints()
                .mapToObj(Character::toString)
                .forEach(character -> counts.merge(character, count, Long::sum)));
    return counts;
  }

  /** {@return the words, cut where a character has no token} */
  private static Map<String, Long> known(Map<String, Long> words, Set<String> alphabet) {
    Map<String, Long> counts = new LinkedHashMap<>();
    PreTokenizer cut =
        new PreTokenizer.At(
            c -> !alphabet.contains(Character.toString(c)), PreTokenizer.Behavior.REMOVED);
    words.forEach(
        (word, count) ->
            cut.cut(new Piece(word, true), part -> counts.merge(part.text(), count, Long::sum)));
    return counts;
  }

  /**
   * All characters, and the parts of words that come twice and not always as a part of the same
   * longer one, the most promising first. A part can be frequent only if the one that is shorter by
   * a character is.
   */
  private List<Scored> seeds() {
    Map<String, Long> all = new HashMap<>();
    Map<String, Long> shorter = Map.of();
    for (int length = 1; length <= LONGEST && (length == 1 || !shorter.isEmpty()); length++) {
      Map<String, Long> parts = new LinkedHashMap<>();
      for (int i = 0; i < words.size(); i++) {
        count(words.get(i), counts[i], length, shorter, parts);
      }
      if (length > 1) {
        parts.values().removeIf(count -> count < 2);
      }
      for (Map.Entry<String, Long> part : parts.entrySet()) {
        String text = part.getKey();
        String front = text.substring(0, text.offsetByCodePoints(text.length(), -1));
        if (length > 2 && part.getValue().equals(shorter.get(front))) {
          all.remove(front);
        }
      }
      all.putAll(parts);
      shorter = parts;
    }
    double sum = 0;
    List<Scored> seeds = new ArrayList<>();
    for (Map.Entry<String, Long> part : all.entrySet()) {
      String text = part.getKey();
      long characters = text.codePointCount(0, text.length());
      seeds.add(new Scored(text, (double) part.getValue() * characters));
    }
    seeds.sort(
        Comparator.comparing((Scored seed) -> !isCharacter(seed.token()))
            .thenComparing(BEST_FIRST));
    seeds = seeds.subList(0, Math.min(seeds.size(), MOST_SEEDS));
    for (Scored seed : seeds) {
      sum += seed.score();
    }
    double logSum = Math.log(sum);
    return seeds.stream()
        .map(seed -> new Scored(seed.token(), Math.log(seed.score()) - logSum))
        .toList();
  }

  private static void count(
      String word, long count, int length, Map<String, Long> shorter, Map<String, Long> parts) {
    int characters = word.codePointCount(0, word.length());
    int start = 0;
    for (int i = 0; i + length <= characters; i++) {
      int last = word.offsetByCodePoints(start, length - 1);
      if (length == 1 || shorter.containsKey(word.substring(start, last))) {
        String part = word.substring(start, last + Character.charCount(word.codePointAt(last)));
        parts.merge(part, count, Long::sum);
      }
      start += Character.charCount(word.codePointAt(start));
    }
  }

  private static boolean isCharacter(String text) {
    return text.codePointCount(0, text.length()) == 1;
  }

  // ---- expectation maximisation ----

  /** {@return the pieces that are expected to come, with their new scores} */
  private List<Scored> estimated(List<Scored> pieces) {
    Lattice lattice = new Lattice(pieces);
    double[] expected = new double[pieces.size()];
    for (int i = 0; i < counts.length; i++) {
      lattice.expect(words.get(i), counts[i], expected);
    }
    List<Scored> kept = new ArrayList<>();
    double sum = 0;
    for (int id = 0; id < expected.length; id++) {
      if (expected[id] >= LEAST_EXPECTED) {
        kept.add(new Scored(pieces.get(id).token(), expected[id]));
        sum += expected[id];
      }
    }
    double whole = digamma(sum);
    return kept.stream()
        .map(piece -> new Scored(piece.token(), digamma(piece.score()) - whole))
        .toList();
  }

  /** Its exponential, in place of the expectation, favours frequent pieces (a Bayesian prior). */
  private static double digamma(double value) {
    double x = value;
    double result = 0;
    for (; x < 7; x++) {
      result -= 1 / x;
    }
    x -= 0.5;
    double square = 1 / (x * x);
    double fourth = square * square;
    return result
        + Math.log(x)
        + square / 24
        - 7 * fourth / 960
        + 31 * fourth * square / 8064
        - 127 * fourth * fourth / 30720;
  }

  /** {@return the pieces without those that cost the least likelihood} */
  private List<Scored> pruned(List<Scored> pieces, int wanted) {
    Lattice lattice = new Lattice(pieces);
    double[] frequency = new double[pieces.size()];
    double all = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int id : lattice.best(words.get(i), Trie.NONE)) {
        if (id != Trie.NONE) {
          frequency[id] += counts[i];
        }
      }
      all += counts[i];
    }
    double sum = Arrays.stream(frequency).sum();
    List<Scored> kept = new ArrayList<>();
    Map<String, Scored> originals = new HashMap<>();
    List<Scored> candidates = new ArrayList<>();
    for (int id = 0; id < frequency.length; id++) {
      Scored piece = pieces.get(id);
      List<Integer> others = lattice.best(piece.token(), id);
      boolean replaced =
          !others.contains(Trie.NONE)
              && others.stream().mapToDouble(i -> pieces.get(i).score()).sum() > piece.score();
      if (others.contains(Trie.NONE) || replaced && frequency[id] > 0) {
        kept.add(piece);
      } else if (frequency[id] > 0) {
        // Its frequency then goes to each of the others.
        double sumThen = Math.log(sum + frequency[id] * (others.size() - 1));
        double then = 0;
        for (int other : others) {
          then += Math.log(frequency[other] + frequency[id]) - sumThen;
        }
        double now = Math.log(frequency[id]) - Math.log(sum);
        candidates.add(new Scored(piece.token(), frequency[id] / all * (now - then)));
        originals.put(piece.token(), piece);
      }
    }
    candidates.sort(BEST_FIRST);
    int size = Math.max(wanted, (int) (KEPT * pieces.size()));
    for (Scored candidate : candidates) {
      if (kept.size() >= size) {
        break;
      }
      kept.add(originals.get(candidate.token()));
    }
    return kept;
  }

  /** {@return all characters, and the best of the others} */
  private static List<Scored> finished(List<Scored> pieces, List<String> alphabet, int room) {
    Map<String, Scored> best = new LinkedHashMap<>();
    Map<String, Scored> known = new HashMap<>();
    pieces.forEach(piece -> known.put(piece.token(), piece));
    double least = pieces.stream().mapToDouble(Scored::score).min().orElse(0);
    for (String character : alphabet) {
      best.put(character, known.getOrDefault(character, new Scored(character, least)));
    }
    pieces.stream()
        .sorted(BEST_FIRST)
        .filter(piece -> !best.containsKey(piece.token()))
        .limit(room - best.size())
        .toList()
        .forEach(piece -> best.put(piece.token(), piece));
    return best.values().stream().sorted(BEST_FIRST).toList();
  }

  /** The ways to put words together of pieces. */
  private static final class Lattice {
    private final Trie trie = new Trie();
    private final double[] scores;
    private final double unknown;

    Lattice(List<Scored> pieces) {
      scores = pieces.stream().mapToDouble(Scored::score).toArray();
      unknown = Arrays.stream(scores).min().orElse(0) - UnigramModel.UNKNOWN_PENALTY;
      for (int id = 0; id < scores.length; id++) {
        trie.put(pieces.get(id).token(), id);
      }
    }

    /** Takes each piece, or a character without one, that a word has at a place. */
    private interface Edges {
      void edge(int start, int end, int id, double score);
    }

    private void edges(String word, int at, Edges to) {
      int next = at + Character.charCount(word.codePointAt(at));
      boolean known = false;
      int node = Trie.ROOT;
      for (int end = at; end < word.length(); ) {
        node = trie.next(node, word.charAt(end++));
        if (node == Trie.NONE) {
          break;
        }
        int id = trie.value(node);
        if (id != Trie.NONE) {
          known |= end == next;
          to.edge(at, end, id, scores[id]);
        }
      }
      if (!known) {
        to.edge(at, next, Trie.NONE, unknown);
      }
    }

    /** Adds how often each piece is expected in a word: forward and backward over all ways. */
    void expect(String word, long count, double[] expected) {
      int length = word.length();
      double[] forward = new double[length + 1];
      double[] backward = new double[length + 1];
      Arrays.fill(forward, Double.NEGATIVE_INFINITY);
      Arrays.fill(backward, Double.NEGATIVE_INFINITY);
      forward[0] = 0;
      backward[length] = 0;
      for (int at = 0; at < length; at++) {
        if (isStart(word, at)) {
          edges(
              word,
              at,
              (start, end, _, score) ->
                  forward[end] = logAdd(forward[end], forward[start] + score));
        }
      }
      for (int at = length - 1; at >= 0; at--) {
        if (isStart(word, at)) {
          edges(
              word,
              at,
              (start, end, _, score) ->
                  backward[start] = logAdd(backward[start], backward[end] + score));
        }
      }
      for (int at = 0; at < length; at++) {
        if (isStart(word, at)) {
          edges(
              word,
              at,
              (start, end, id, score) -> {
                if (id != Trie.NONE) {
                  expected[id] +=
                      count * Math.exp(forward[start] + score + backward[end] - forward[length]);
                }
              });
        }
      }
    }

    private static boolean isStart(String word, int at) {
      return !Character.isLowSurrogate(word.charAt(at));
    }

    private static double logAdd(double a, double b) {
      double high = Math.max(a, b);
      double low = Math.min(a, b);
      return low == Double.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
    }

    /**
     * {@return the likeliest pieces of a word, NONE where a character has none}
     *
     * @param without a piece that must not be used
     */
    List<Integer> best(String word, int without) {
      int length = word.length();
      double[] best = new double[length + 1];
      int[] token = new int[length + 1];
      int[] from = new int[length + 1];
      Arrays.fill(from, -1);
      Edges edge =
          (start, end, id, score) -> {
            double sum = best[start] + score;
            if (from[end] < 0 || sum > best[end]) {
              best[end] = sum;
              token[end] = id;
              from[end] = start;
            }
          };
      for (int at = 0; at < length; at++) {
        if (isStart(word, at)) {
          int next = at + Character.charCount(word.codePointAt(at));
          if (without != Trie.NONE && at == 0 && next == length) {
            edge.edge(0, length, Trie.NONE, unknown);
          } else {
            edges(
                word,
                at,
                (start, end, id, score) -> {
                  if (without == Trie.NONE || id != without) {
                    edge.edge(start, end, id, score);
                  }
                });
          }
        }
      }
      List<Integer> path = new ArrayList<>();
      for (int end = length; end > 0; end = from[end]) {
        path.add(token[end]);
      }
      return path.reversed();
    }
  }

  private static ObjectNode json(List<Scored> pieces, List<String> special) {
    List<Scored> all = new ArrayList<>(List.of(new Scored(UNKNOWN, 0)));
    all.addAll(pieces);
    special.forEach(token -> all.add(new Scored(token, 0)));
    Set<String> apart = new HashSet<>(special);
    apart.add(UNKNOWN);
    ObjectNode json = HuggingFace.begun(all.stream().map(Scored::token).toList(), apart);
    json.putNull("normalizer");
    json.set("pre_tokenizer", metaspace(json));
    json.putNull("post_processor");
    json.set("decoder", metaspace(json));
    ObjectNode model = json.putObject("model").put("type", "Unigram").put("unk_id", 0);
    ArrayNode vocabulary = model.putArray("vocab");
    all.forEach(piece -> vocabulary.addArray().add(piece.token()).add(piece.score()));
    model.put("byte_fallback", false);
    return json;
  }

  private static ObjectNode metaspace(ObjectNode json) {
    return json.objectNode()
        .put("type", "Metaspace")
        .put("replacement", MARK)
        .put("prepend_scheme", "always")
        .put("split", true);
  }
}
