package dev.fathom.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tokenizer of stages, as a {@code tokenizer.json} of Hugging Face describes it: tokens that
 * stand in the text as they are, a normalizer, a pre-tokenizer that cuts words, a model that makes
 * tokens of them (BPE, WordPiece, Unigram, WordLevel), special tokens around, and a decoder. Its
 * numbers are those of Hugging Face's library, but that {@link #encode} makes no special token from
 * a text. Got from {@link Tokenizers#fromHuggingFace}, {@link #wordPiece} or {@link #unigram}.
 *
 * <p>A text need not come back as it was: many normalizers drop case, accents or spaces, and what
 * is unknown is one token. A character that was added to Unicode in the last years may be of
 * another class here than in that library.
 */
public final class Pipeline implements Tokenizer {
  private final Stages stages;
  private final List<String> vocabulary;
  private final boolean[] special;
  private final Map<String, Integer> specialIds;
  private final AddedTokens verbatim;
  private final AddedTokens normalized;

  /** UTF-8, since its tree takes many times the memory. */
  private final byte[] json;

  /** What a {@code tokenizer.json} has. */
  record Stages(
      List<AddedToken> added,
      Optional<Normalizer> normalizer,
      Optional<PreTokenizer> preTokenizer,
      SubwordModel model,
      Template template,
      Optional<Detokenizer> detokenizer) {}

  /**
   * @param vocabulary that of the model and the added tokens
   */
  Pipeline(Stages stages, List<String> vocabulary, byte[] json) {
    this.stages = stages;
    List<String> written = new ArrayList<>(vocabulary);
    for (AddedToken token : stages.added) {
      if (token.normalized()) {
        written.set(token.id(), normalized(token.content()));
      }
    }
    this.vocabulary = List.copyOf(written);
    this.json = json;
    this.special = new boolean[vocabulary.size()];
    this.specialIds =
        stages.added.stream()
            .filter(AddedToken::special)
            .collect(
                Collectors.toUnmodifiableMap(AddedToken::content, AddedToken::id, (id, _) -> id));
    specialIds.values().forEach(id -> special[id] = true);
    stages.model.unknown().ifPresent(id -> special[id] = false);
    this.verbatim =
        new AddedTokens(
            stages.added.stream().filter(token -> !token.normalized()).toList(), text -> text);
    this.normalized =
        new AddedTokens(
            stages.added.stream().filter(AddedToken::normalized).toList(), this::normalized);
  }

  /**
   * {@return a WordPiece tokenizer learned from some texts}, as Hugging Face's trainer learns it
   * (Wu et al., 2016): beginning with characters, each step joins the two neighbours that are most
   * frequent. Words are cut as BERT cuts them. Equal texts give equal tokenizers.
   *
   * @param size of the vocabulary at most: the token {@code [UNK]}, characters at the beginning of
   *     words and inside them, the most frequent ones if there is no room for all, merges, special
   *     tokens
   * @param lowercase whether case and accents are dropped
   * @param special tokens that no text gives; they get the highest numbers
   * @throws IllegalArgumentException if {@code size} has no room for these, or a special token is
   *     empty or comes twice
   * @throws TextException if a text holds half a surrogate pair
   */
  public static Pipeline wordPiece(
      List<String> texts, int size, boolean lowercase, String... special) {
    return WordPieceTraining.run(texts, size, lowercase, List.of(special));
  }

  /**
   * {@return a Unigram tokenizer learned from some texts} (Kudo, "Subword Regularization", 2018):
   * of the frequent parts of words, those stay whose loss would make the texts least likely. A
   * space belongs to the word behind it, as in SentencePiece. Equal texts give equal tokenizers.
   *
   * @param size of the vocabulary at most: the token {@code <unk>}, characters, the most frequent
   *     ones if there is no room for all, parts of words, special tokens
   * @param special tokens that no text gives; they get the highest numbers
   * @throws IllegalArgumentException if {@code size} has no room for these, or a special token is
   *     empty or comes twice
   * @throws TextException if a text holds half a surrogate pair
   */
  public static Pipeline unigram(List<String> texts, int size, String... special) {
    return UnigramTraining.run(texts, size, List.of(special));
  }

  /**
   * {@return the tokens in the order of their numbers, as they stand in texts that are normalised}
   */
  public List<String> vocabulary() {
    return vocabulary;
  }

  /** {@return the special tokens and their numbers} */
  public Map<String, Integer> special() {
    return specialIds;
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public boolean isSpecial(int token) {
    return special[token];
  }

  @Override
  public int[] encode(String text) {
    return encode(text, false);
  }

  @Override
  public int[] encodeWithSpecial(String text) {
    return encode(text, true);
  }

  @Override
  public Enclosed enclose(int[] tokens) {
    return stages.template.apply(tokens);
  }

  @Override
  public Enclosed enclose(int[] first, int[] second) {
    return stages.template.apply(first, second);
  }

  private int[] encode(String text, boolean withSpecial) {
    Utf8.check(text);
    IntStream.Builder tokens = IntStream.builder();
    Map<String, int[]> known = new HashMap<>();
    verbatim.cut(
        new Piece(text, true),
        withSpecial,
        plain ->
            normalized.cut(
                normalize(plain),
                withSpecial,
                piece ->
                    words(piece, word -> known.computeIfAbsent(word, stages.model::encode), tokens),
                tokens::add),
        tokens::add);
    return tokens.build().toArray();
  }

  private String normalized(String text) {
    return normalize(new Piece(text, true)).text();
  }

  private Piece normalize(Piece piece) {
    return stages.normalizer.isPresent() ? stages.normalizer.get().apply(piece) : piece;
  }

  private void words(Piece piece, Function<String, int[]> model, IntStream.Builder tokens) {
    if (stages.preTokenizer.isEmpty()) {
      Arrays.stream(model.apply(piece.text())).forEach(tokens::add);
      return;
    }
    stages
        .preTokenizer
        .get()
        .cut(
            piece,
            word -> {
              for (int token : model.apply(word.text())) {
                tokens.add(token);
              }
            });
  }

  /** The bytes that it stands for between other tokens: the first may be without its space. */
  @Override
  public byte[] bytes(int token) {
    String text = vocabulary.get(token);
    Detokenizer decoder = detokenizer();
    return decoder.bytes(text).orElseGet(() -> Utf8.encode(decoder.inside(text)));
  }

  @Override
  public Decoder decoder() {
    StringBuilder text = new StringBuilder();
    Detokenizer.Flow flow =
        detokenizer()
            .into(
                new Detokenizer.Flow() {
                  @Override
                  public void part(String part) {
                    text.append(part);
                  }

                  @Override
                  public void tokenEnds() {}

                  @Override
                  public void end() {}
                });
    return new Decoder(
        size(),
        new Decoder.Texts() {
          @Override
          public String next(int token) {
            flow.part(vocabulary.get(token));
            flow.tokenEnds();
            return taken();
          }

          @Override
          public String end() {
            flow.end();
            return taken();
          }

          private String taken() {
            String taken = text.toString();
            text.setLength(0);
            return taken;
          }
        });
  }

  @Override
  public Decoder decoderAfter(int... tokens) {
    Decoder decoder = decoder();
    for (int token : tokens) {
      decoder.next(token);
    }
    return decoder;
  }

  private Detokenizer detokenizer() {
    return stages.detokenizer.orElseGet(Detokenizer.Spaced::new);
  }

  /** {@return the content of its {@code tokenizer.json}} */
  ObjectNode toHuggingFace() {
    try {
      return (ObjectNode) Json.read(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It was read before.
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pipeline same && Arrays.equals(json, same.json);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(json);
  }
}
