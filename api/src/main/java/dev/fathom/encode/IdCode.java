package dev.fathom.encode;

import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import java.util.List;
import java.util.OptionalLong;

/**
 * An integer, or the number of a category, for a layer that learns a vector for each. The last of
 * the categories is any that was not known.
 */
record IdCode(Field field) implements ColumnCode {
  static final String TYPE = "id";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<String> features() {
    return List.of(field.name());
  }

  @Override
  public void write(double value, double[] to, int offset) {
    to[offset] = value;
  }

  @Override
  public boolean isId() {
    return true;
  }

  @Override
  public OptionalLong vocabulary() {
    return field.kind() == Kind.CATEGORY
        ? OptionalLong.of(field.labels().size() + 1L)
        : OptionalLong.empty();
  }
}
