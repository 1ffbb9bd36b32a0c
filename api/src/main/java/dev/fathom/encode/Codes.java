package dev.fathom.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.DataException;
import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import dev.fathom.json.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

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

  private static final Map<String, Kind> KINDS =
      Arrays.stream(Kind.values()).collect(Collectors.toMap(Codes::name, kind -> kind));

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
    Fields f = Fields.of(json, "");
    var read = f.choice("type", null, STORED);
    Kind kind = f.choice("kind", null, KINDS);
    JsonNode mean = json.path("mean");
    Field field =
        new Field(
            f.text("column", null),
            kind,
            f.texts("labels"),
            mean.isNumber() ? OptionalDouble.of(mean.doubleValue()) : OptionalDouble.empty());
    return read.apply(field, json);
  }

  private static List<DatePart> parts(JsonNode json) {
    return Fields.of(json, "").choiceOrChoices("parts", "a part of the date", DatePart.BY_LABEL);
  }
}
