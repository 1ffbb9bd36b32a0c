package dev.fathom.encode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Dataset;
import dev.fathom.data.Table;
import dev.fathom.text.Tokenizer;
import java.util.Optional;
import java.util.SequencedMap;

/** Examples of tables, and encodings of stored models. */
public final class Encodings {
  private Encodings() {}

  /**
   * {@return the rows of a table as examples}: a column for each input, of f64, or i32 where it is
   * ids, and behind them the target, as {@link Table#target} has it
   *
   * @param inputs by the names that they get
   * @throws DataException if the target is part of an input, or a value cannot be encoded
   */
  public static Dataset dataset(Table table, SequencedMap<String, Encoding> inputs, String target) {
    for (Encoding input : inputs.values()) {
      if (input.fields().isEmpty()) {
        throw new DataException(
            "[data] expected a column of numbers beside '%s' in table '%s'"
                .formatted(target, table.name()));
      }
      if (input.fields().stream().anyMatch(field -> field.name().equals(target))) {
        throw new DataException(
            "[data] column '%s' of table '%s' cannot be both feature and target"
                .formatted(target, table.name()));
      }
    }
    return new EncodedTable(table, inputs, table.target(target));
  }

  /**
   * {@return the encoding of an input of a stored model}
   *
   * @param tokenizer of the input, if it is of text
   * @throws IllegalArgumentException if it is of a kind that is not known
   */
  public static Encoding fromJson(JsonNode json, Optional<Tokenizer> tokenizer) {
    return json.has("text")
        ? TextTokens.fromJson(
            json,
            tokenizer.orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "[encode] expected a tokenizer of the texts but there is none")))
        : Features.fromJson(json);
  }
}
