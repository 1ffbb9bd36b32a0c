package dev.fathom.encode;

import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import java.util.List;

/** A number as it is, true and false as 1 and 0. */
record NumberCode(Field field) implements ColumnCode {
  static final String TYPE = "number";

  NumberCode {
    field = field.widened();
  }

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
  public boolean isScaled() {
    return field.kind() != Kind.BOOLEAN;
  }
}
