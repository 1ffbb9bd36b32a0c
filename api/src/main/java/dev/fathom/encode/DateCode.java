package dev.fathom.encode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.data.Table.Field;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Some numbers of a date or time.
 *
 * @param parts which, in order
 */
record DateCode(Field field, List<DatePart> parts) implements ColumnCode {
  static final String TYPE = "date";

  DateCode {
    parts = List.copyOf(parts);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<String> features() {
    return parts.stream()
        .flatMap(part -> part.suffixes().stream().map(suffix -> field.name() + "." + suffix))
        .toList();
  }

  @Override
  public void write(double value, double[] to, int offset) {
    long second = (long) Math.floor(value);
    LocalDateTime time = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    int at = offset;
    for (DatePart part : parts) {
      at = part.write(value, time, to, at);
    }
  }

  @Override
  public boolean isScaled() {
    return true;
  }

  @Override
  public void describe(ObjectNode json) {
    parts.forEach(part -> json.withArray("parts").add(part.label()));
  }
}
