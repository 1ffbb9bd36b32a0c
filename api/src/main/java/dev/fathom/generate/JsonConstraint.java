package dev.fathom.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.generate.Grammar.Choice;
import dev.fathom.generate.Grammar.State;
import dev.fathom.generate.Grammar.Symbol;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A text that is JSON and meets a schema, whatever the model says: tokens that lead elsewhere are
 * masked, and in time those too that leave no room for closing it. Supported of JSON Schema are
 * {@code type}, {@code properties}, {@code required}, {@code additionalProperties}, {@code items},
 * {@code minItems}, {@code maxItems}, {@code minLength}, {@code maxLength}, {@code enum}, {@code
 * const}, {@code anyOf}, {@code allOf} of one, and {@code $ref} to the schema itself. For one
 * thread.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-core">JSON Schema</a>
 */
public final class JsonConstraint implements Constraint {
  private final TokenTrie tokens;
  private final Grammar grammar;
  private final State start;
  private State state;

  private JsonConstraint(TokenTrie tokens, Grammar grammar, State start) {
    this.tokens = tokens;
    this.grammar = grammar;
    this.start = start;
    this.state = start;
  }

  /**
   * {@return a constraint to JSON of a schema}
   *
   * @param most how many tokens there may be
   * @throws dev.fathom.json.SpecException if a keyword is not supported, with its pointer
   * @throws IllegalArgumentException if no JSON of the schema fits into so many tokens
   */
  public static JsonConstraint of(TokenTrie tokens, JsonNode schema, int most) {
    Grammar grammar = new Grammar(tokens.single());
    Symbol text = new SchemaGrammar(grammar, schema).of(schema, "");
    return of(tokens, grammar, text, most);
  }

  /**
   * {@return a constraint to the call of a function}
   *
   * @param functions as OpenAI describes them: {@code name} and {@code parameters}, a schema
   * @param open what stands in front of a call, may be empty
   * @param close what stands behind it, may be empty
   * @param key of the arguments
   * @param most how many tokens there may be
   * @throws dev.fathom.json.SpecException as {@link #of(TokenTrie, JsonNode, int)}
   * @throws IllegalArgumentException as {@link #of(TokenTrie, JsonNode, int)}
   */
  public static JsonConstraint ofCall(
      TokenTrie tokens, List<JsonNode> functions, String open, String close, String key, int most) {
    Grammar grammar = new Grammar(tokens.single());
    List<Symbol> calls = new ArrayList<>();
    for (JsonNode function : functions) {
      JsonNode schema =
          function.has("parameters")
              ? function.path("parameters")
              : JsonNodeFactory.instance.objectNode().put("type", "object");
      String name = function.path("name").asText();
      calls.add(
          Grammar.all(
              grammar.text("{\"name\": %s, \"%s\": ".formatted(SchemaGrammar.quoted(name), key)),
              new SchemaGrammar(grammar, schema).of(schema, ""),
              grammar.text("}")));
    }
    Symbol text =
        Grammar.all(
            grammar.text(open.isEmpty() ? "" : open + "\n"),
            new Choice(calls),
            grammar.text(close.isEmpty() ? "" : "\n" + close));
    return of(tokens, grammar, text, most);
  }

  private static JsonConstraint of(TokenTrie tokens, Grammar grammar, Symbol text, int most) {
    State start = grammar.start(text);
    if (start.least >= Grammar.NEVER) {
      throw new IllegalArgumentException(
          "[json] expected a schema that a value meets, and tokens for all that it has, but no text of"
              + " these tokens meets this one");
    }
    if (start.least > most) {
      throw new IllegalArgumentException(
          "[json] expected room for %d tokens, which the shortest JSON of this schema may take, but there is room for %d"
              .formatted(start.least, most));
    }
    return new JsonConstraint(tokens, grammar, start);
  }

  /** {@return the same for another text, in the same thread} */
  public JsonConstraint fresh() {
    return new JsonConstraint(tokens, grammar, start);
  }

  @Override
  public BitSet allowed(int left) {
    if (state.allowed == null || left <= state.need) {
      return find(left);
    }
    return (BitSet) state.allowed.clone();
  }

  private BitSet find(int left) {
    BitSet allowed = new BitSet();
    long[] need = {0};
    tokens.visit(
        grammar,
        state,
        (token, behind) -> {
          need[0] = Math.max(need[0], behind.least);
          if (behind.least < left) {
            allowed.set(token);
          }
        });
    if (need[0] < left) {
      state.allowed = (BitSet) allowed.clone();
      state.need = need[0];
    }
    return allowed;
  }

  @Override
  public void accept(int token) {
    for (byte each : tokens.tokenizer().bytes(token)) {
      state = grammar.next(state, each & 0xff);
      if (state == null) {
        throw new IllegalArgumentException(
            "[json] expected a token that was allowed but got %d".formatted(token));
      }
    }
  }

  @Override
  public boolean isWhole() {
    return state.isWhole;
  }
}
