package dev.fathom.encode;

import dev.fathom.data.Table.Field;
import dev.fathom.data.Table.Kind;
import java.util.List;
import java.util.OptionalDouble;

/** A number as it is, true and false as 1 and 0. */
record NumberCode(Field field) implements ColumnCode {
  static final String TYPE = "number";

  NumberCode {
    // A column that had whole numbers alone in the training may have others when it is asked.
    if (field.kind() == Kind.INTEGER) {
      OptionalDouble mean =
          field.mean().isPresent()
              ? OptionalDouble.of(Math.rint(field.mean().getAsDouble()))
              : OptionalDouble.empty();
      field = new Field(field.name(), Kind.NUMBER, field.labels(), mean);
    }
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
