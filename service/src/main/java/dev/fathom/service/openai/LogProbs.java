package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.FinishReason;
import dev.fathom.generate.TokenScore;
import dev.fathom.text.Decoder;
import dev.fathom.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;

/**
 * The log-probabilities of a text's tokens, in OpenAI's form: parallel lists {@code tokens}, {@code
 * token_logprobs}, {@code top_logprobs} and {@code text_offset}, the characters of the text in
 * front of a token. A token that is no whole character is {@code bytes:} with its bytes. What is
 * told of the likeliest always has the token itself. For one thread and one text.
 */
final class LogProbs {
  private final Tokenizer tokenizer;
  private final Queue<Entry> waiting = new ArrayDeque<>();
  private final Decoder decoder;
  private int offset;
  private int taken;
  private int count;
  private double sum;

  /**
   * @param score null for the first token of a prompt
   */
  private record Entry(int token, TokenScore score, int offset) {}

  /**
   * @param prompt that is gone on from
   */
  LogProbs(Tokenizer tokenizer, int[] prompt) {
    this.tokenizer = tokenizer;
    this.decoder = tokenizer.decoderAfter(prompt);
  }

  /**
   * Adds the prompt that the text begins with.
   *
   * @param scores of all its tokens but the first
   */
  void prompt(int[] prompt, List<TokenScore> scores) {
    var ofPrompt = tokenizer.decoder();
    for (int i = 0; i < prompt.length; i++) {
      add(prompt[i], i == 0 ? null : scores.get(i - 1), ofPrompt);
    }
    offset += length(ofPrompt.end());
  }

  /** Adds a token that was generated. */
  void generated(TokenScore score) {
    count++;
    sum += score.logProbability();
    add(score.token(), score, decoder);
  }

  private void add(int token, TokenScore score, Decoder text) {
    waiting.add(new Entry(token, score, offset));
    offset += length(text.next(token));
  }

  /** {@return the mean of the tokens that were generated; 0 if there are none} */
  double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /**
   * {@return the tokens that were not taken yet and begin in a piece of the text or before it}
   * Tokens of a stop string are never taken, since there is no such piece.
   *
   * @param reason of the end with the last piece, null before
   */
  ObjectNode take(String piece, FinishReason reason) {
    var json = JsonNodeFactory.instance.objectNode();
    var tokens = json.putArray("tokens");
    var logProbs = json.putArray("token_logprobs");
    var likeliest = json.putArray("top_logprobs");
    var offsets = json.putArray("text_offset");
    for (var entry : taken(piece, reason)) {
      var name = name(entry.token());
      tokens.add(name);
      offsets.add(entry.offset());
      if (entry.score() == null) {
        logProbs.addNull();
        likeliest.addNull();
      } else {
        logProbs.add(entry.score().logProbability());
        var top = likeliest.addObject();
        // Where two tokens have one text, it is the likelier one's.
        entry
            .score()
            .likeliest()
            .forEach((token, p) -> top.putIfAbsent(name(token), top.numberNode(p)));
        top.putIfAbsent(name, top.numberNode(entry.score().logProbability()));
      }
    }
    return json;
  }

  /** {@return the same tokens in the form of chats, {@code {"content": [...], "refusal": null}}} */
  ObjectNode takeForChat(String piece, FinishReason reason) {
    var json = JsonNodeFactory.instance.objectNode();
    var content = json.putArray("content");
    for (var entry : taken(piece, reason)) {
      var token = content.addObject();
      describe(token, entry.token(), entry.score().logProbability());
      var top = token.putArray("top_logprobs");
      entry.score().likeliest().forEach((each, p) -> describe(top.addObject(), each, p));
    }
    json.putNull("refusal");
    return json;
  }

  private void describe(ObjectNode json, int token, double logProbability) {
    json.put("token", name(token)).put("logprob", logProbability);
    var bytes = json.putArray("bytes");
    for (byte each : tokenizer.bytes(token)) {
      bytes.add(each & 0xff);
    }
  }

  private List<Entry> taken(String piece, FinishReason reason) {
    taken += length(piece);
    // Where no text follows, the last tokens may be parts of a character.
    int end = reason == FinishReason.LENGTH ? Integer.MAX_VALUE : taken;
    var entries = new ArrayList<Entry>();
    while (!waiting.isEmpty() && waiting.peek().offset() < end) {
      entries.add(waiting.remove());
    }
    return entries;
  }

  private String name(int token) {
    var bytes = tokenizer.bytes(token);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException partOfACharacter) {
      return "bytes:" + HexFormat.of().withPrefix("\\x").formatHex(bytes);
    }
  }

  /** {@return the number of characters, each one code point} */
  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
