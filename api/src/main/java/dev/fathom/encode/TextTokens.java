package dev.fathom.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.FixedLength;
import dev.fathom.data.Table;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.data.Tokens.Longer;
import dev.fathom.json.Fields;
import dev.fathom.spi.Shape;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The tokens of a column of texts, {@code [length]}.
 *
 * @param column of texts
 * @param fixed how a text becomes a row of tokens
 */
public record TextTokens(String column, FixedLength fixed) implements Encoding {

  /** {@return those of a stored model} */
  static TextTokens fromJson(JsonNode json, Tokenizer tokenizer) {
    Fields f = Fields.of(json, "");
    return new TextTokens(
        f.text("text", null),
        new FixedLength(
            tokenizer,
            (int) f.integer("length", null, 1, Integer.MAX_VALUE - 8),
            f.optionalInteger("padding", 0)
                .map(id -> OptionalInt.of((int) Math.min(id, Integer.MAX_VALUE)))
                .orElse(OptionalInt.empty()),
            f.choice(
                "longer",
                null,
                Arrays.stream(Longer.values())
                    .collect(Collectors.toMap(Longer::name, longer -> longer)))));
  }

  @Override
  public void describe(ObjectNode json) {
    json.put("text", column).put("length", fixed.length()).put("longer", fixed.longer().name());
    fixed.padding().ifPresent(id -> json.put("padding", id));
  }

  @Override
  public List<Field> fields() {
    return List.of(new Field(column, Kind.TEXT, List.of(), OptionalDouble.empty()));
  }

  @Override
  public Shape shape() {
    return Shape.of(fixed.length());
  }

  @Override
  public boolean isIds() {
    return true;
  }

  /** One more than the tokenizer has, where that is the padding. */
  @Override
  public OptionalLong vocabulary() {
    return OptionalLong.of(Math.max(fixed.tokenizer().size(), fixed.padding().orElse(0) + 1L));
  }

  @Override
  public boolean isPlain() {
    return false;
  }

  @Override
  public boolean fills(String column) {
    return false;
  }

  @Override
  public Encoded over(Table table) {
    List<String> texts = table.texts(column);
    int length = fixed.length();
    int[] tokens = new int[Math.multiplyExact(texts.size(), length)];
    for (int row = 0; row < texts.size(); row++) {
      try {
        fixed.encode(texts.get(row), tokens, row * length);
      } catch (TextException e) {
        throw new DataException(
            "[data] row %d, column '%s' of '%s': %s"
                .formatted(row, column, table.name(), e.getMessage()),
            e);
      }
    }
    return new Encoded() {
      @Override
      public void read(int row, double[] to, int offset) {
        for (int i = 0; i < length; i++) {
          to[offset + i] = tokens[row * length + i];
        }
      }

      @Override
      public void read(int row, int[] to, int offset) {
        System.arraycopy(tokens, row * length, to, offset, length);
      }
    };
  }
}
