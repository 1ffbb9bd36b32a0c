package dev.fathom.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/** Chooses the codes of columns, and keeps them in a stored model. */
final class Codes {
  /** What a date becomes where nothing is said. */
  private static final List<DatePart> BY_DEFAULT = List.of(DatePart.SECONDS);

  private static final Map<String, BiFunction<Field, JsonNode, ColumnCode>> STORED =
      Map.of(
          NumberCode.TYPE, (field, _) -> new NumberCode(field),
          OneHot.TYPE, (field, _) -> new OneHot(field),
          IdCode.TYPE, (field, _) -> new IdCode(field),
          DateCode.TYPE, (field, json) -> new DateCode(field, parts(json)));

  private Codes() {}

  /**
   * {@return the code of a column}
   *
   * @param ids whether the input takes ids
   * @param parts of a date; empty for seconds
   */
  static ColumnCode of(String table, Field field, boolean ids, List<DatePart> parts) {
    return switch (field.kind()) {
      case CATEGORY -> ids ? new IdCode(field) : new OneHot(field);
      case INTEGER -> ids ? new IdCode(field) : new NumberCode(field);
      case NUMBER, BOOLEAN -> number(table, field, ids, new NumberCode(field));
      case DATE ->
          number(table, field, ids, new DateCode(field, parts.isEmpty() ? BY_DEFAULT : parts));
      case CLASS, TEXT ->
          throw wrong(
              table,
              field,
              "numbers, or \"kinds\": {\"%s\": \"category\"},".formatted(field.name()));
    };
  }

  private static ColumnCode number(String table, Field field, boolean ids, ColumnCode code) {
    if (ids) {
      throw wrong(table, field, "integers or categories, as the input takes ids,");
    }
    return code;
  }

  private static DataException wrong(String table, Field field, String expected) {
    return new DataException(
        "[data] expected %s in column '%s' of table '%s' but it is of kind %s"
            .formatted(expected, field.name(), table, name(field.kind())));
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  static ObjectNode toJson(ColumnCode code) {
    Field field = code.field();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("column", field.name()).put("kind", name(field.kind())).put("type", code.type());
    if (field.mean().isPresent()) {
      json.put("mean", field.mean().getAsDouble());
    }
    if (!field.labels().isEmpty()) {
      field.labels().forEach(json.putArray("labels")::add);
    }
    code.describe(json);
    return json;
  }

  static ColumnCode fromJson(JsonNode json) {
    var read = STORED.get(json.path("type").asText());
    if (read == null) {
      throw new IllegalArgumentException(
          "[encode] expected a code of a column, one of %s, but got '%s'"
              .formatted(STORED.keySet().stream().sorted().toList(), json.path("type").asText()));
    }
    List<String> labels = new ArrayList<>();
    json.path("labels").forEach(label -> labels.add(label.textValue()));
    Kind kind = Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT));
    OptionalDouble mean =
        json.has("mean")
            ? OptionalDouble.of(json.get("mean").doubleValue())
            : OptionalDouble.empty();
    return read.apply(new Field(json.path("column").textValue(), kind, labels, mean), json);
  }

  private static List<DatePart> parts(JsonNode json) {
    List<DatePart> parts = new ArrayList<>();
    json.path("parts").forEach(part -> parts.add(DatePart.BY_LABEL.get(part.textValue())));
    return parts;
  }
}
