package dev.fathom.encode;

import dev.fathom.data.Table.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** 1 for the category that a value is and 0 for all others; the last is any that was not known. */
record OneHot(Field field) implements ColumnCode {
  static final String TYPE = "oneHot";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<String> features() {
    List<String> features = new ArrayList<>();
    field.labels().forEach(label -> features.add(field.name() + "=" + label));
    features.add(field.name() + " unknown");
    return features;
  }

  @Override
  public void write(double value, double[] to, int offset) {
    int width = field.labels().size() + 1;
    Arrays.fill(to, offset, offset + width, 0);
    to[offset + (int) value] = 1;
  }
}
