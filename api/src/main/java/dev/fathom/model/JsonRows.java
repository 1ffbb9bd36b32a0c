package dev.fathom.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import java.util.List;
import java.util.TreeSet;

/**
 * Rows of a table in JSON: an array of objects {@code {"price": 3.5, "job": "nurse"}}, or of arrays
 * in the order of the columns that the model needs. {@code null}, or a key that a row does not
 * have, is missing; other keys are not looked at.
 */
public final class JsonRows {
  private JsonRows() {}

  /**
   * {@return the rows in an array}
   *
   * @throws DataException if it is no array of rows, or a value is not what its column holds, with
   *     row and column
   */
  public static Rows read(Preparation preparation, JsonNode array) {
    Rows rows = Rows.of(preparation);
    if (!array.isArray() || array.isEmpty()) {
      throw new DataException("[predict] expected an array of rows but got " + shown(array));
    }
    List<Field> fields = rows.fields();
    for (int row = 0; row < array.size(); row++) {
      checkRow(array, row, fields);
    }
    for (int i = 0; i < fields.size(); i++) {
      column(rows, array, fields.get(i), i);
    }
    return rows;
  }

  /** {@return whether rows are written so, and not as one flat array of numbers} */
  public static boolean fits(JsonNode array) {
    return array.isArray() && !array.isEmpty() && array.get(0).isContainerNode();
  }

  private static void checkRow(JsonNode array, int row, List<Field> fields) {
    JsonNode item = array.get(row);
    if (!item.isContainerNode() || item.isArray() != array.get(0).isArray()) {
      throw new DataException(
          "[predict] row %d: expected an %s but got %s"
              .formatted(row, array.get(0).isArray() ? "array" : "object", shown(item)));
    }
    if (item.isArray() && item.size() != fields.size()) {
      throw new DataException(
          "[predict] row %d: expected %d values, one for each of %s, but got %d"
              .formatted(
                  row, fields.size(), fields.stream().map(Field::name).toList(), item.size()));
    }
  }

  private static void column(Rows rows, JsonNode array, Field field, int index) {
    boolean texts = holdsTexts(field.kind(), array, field.name(), index);
    String[] words = new String[texts ? array.size() : 0];
    double[] numbers = new double[texts ? 0 : array.size()];
    boolean found = false;
    for (int row = 0; row < array.size(); row++) {
      JsonNode value = value(array.get(row), field.name(), index);
      found |= !value.isMissingNode();
      boolean missing = value.isMissingNode() || value.isNull();
      if (texts) {
        words[row] = missing ? null : text(field, row, value);
      } else {
        numbers[row] = missing ? Double.NaN : number(field, row, value);
      }
    }
    if (!found) {
      // A misspelt key would be filled without a word.
      TreeSet<String> keys = new TreeSet<>();
      array.forEach(row -> row.fieldNames().forEachRemaining(keys::add));
      throw new DataException(
          "[predict] expected a key '%s' in some row but they have %s"
              .formatted(field.name(), keys));
    }
    if (texts) {
      rows.texts(field.name(), words);
    } else {
      rows.numbers(field.name(), numbers);
    }
  }

  private static boolean holdsTexts(Kind kind, JsonNode array, String column, int index) {
    return switch (kind) {
      case CATEGORY, TEXT, CLASS -> true;
      case DATE, BOOLEAN -> {
        for (JsonNode row : array) {
          if (value(row, column, index).isTextual()) {
            yield true;
          }
        }
        yield false;
      }
      case NUMBER, INTEGER -> false;
    };
  }

  private static JsonNode value(JsonNode row, String column, int index) {
    return row.isArray() ? row.path(index) : row.path(column);
  }

  private static String text(Field field, int row, JsonNode value) {
    boolean fits =
        switch (field.kind()) {
          case CATEGORY -> value.isIntegralNumber() || value.isBoolean();
          case BOOLEAN -> value.isBoolean();
          default -> false;
        };
    if (fits || value.isTextual()) {
      return value.asText();
    }
    throw wrong(
        field, row, field.kind() == Kind.CATEGORY ? "the name of a category" : "a text", value);
  }

  private static double number(Field field, int row, JsonNode value) {
    if (field.kind() == Kind.BOOLEAN && value.isBoolean()) {
      return value.booleanValue() ? 1 : 0;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(field, row, field.kind() == Kind.BOOLEAN ? "true or false" : "a number", value);
    }
    return value.doubleValue();
  }

  private static DataException wrong(Field field, int row, String expected, JsonNode value) {
    return new DataException(
        "[predict] row %d, column '%s': expected %s but got %s"
            .formatted(row, field.name(), expected, shown(value)));
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
