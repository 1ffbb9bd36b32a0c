package dev.fathom.service.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Values in JSON: one flat array, or arrays in arrays as the shape says.
 *
 * @param data the key {@code data}
 */
record JsonContent(JsonNode data) implements Content {

  @Override
  public void check(InputTensor tensor) {
    if (nested()) {
      check(tensor, data, 0);
    } else {
      requireSize(tensor, data, tensor.count(), "values", "[" + tensor.count() + "]");
    }
  }

  private boolean nested() {
    return data.path(0).isArray();
  }

  private static void check(InputTensor tensor, JsonNode part, int axis) {
    boolean last = axis + 1 == tensor.shape().size();
    var what = last ? "values" : "arrays on axis " + axis;
    requireSize(tensor, part, tensor.shape().get(axis), what, tensor.shape().toString());
    if (!last) {
      part.forEach(inner -> check(tensor, inner, axis + 1));
    }
  }

  private static void requireSize(
      InputTensor tensor, JsonNode part, long size, String what, String shape) {
    if (!part.isArray() || part.size() != size) {
      throw tensor.wrong(
          ": expected 'data' of %d %s for shape %s but got %s",
          size, what, shape, part.isArray() ? part.size() : JsonRequest.shown(part));
    }
  }

  /** Takes the values, one by one. */
  @FunctionalInterface
  private interface Sink {
    void take(int at, JsonNode value);
  }

  private void each(InputTensor tensor, Sink sink) {
    each(data, nested() ? tensor.shape().size() : 1, 0, sink);
  }

  /** {@return the position behind the last value} */
  private static int each(JsonNode part, int depth, int at, Sink sink) {
    for (var inner : part) {
      if (inner.isArray() && depth > 1) {
        at = each(inner, depth - 1, at, sink);
      } else {
        sink.take(at++, inner);
      }
    }
    return at;
  }

  @Override
  public void numbers(InputTensor tensor, Room into, int first, int step) {
    boolean bits = tensor.datatype() == Datatype.BOOL;
    each(
        tensor,
        (at, value) -> {
          if (value.isNull() && into.takesGaps()) {
            into.set(first + at * step, Double.NaN);
            return;
          }
          double number =
              bits && value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.doubleValue();
          boolean known = value.isNumber() || bits && value.isBoolean();
          if (!known || !tensor.datatype().holds(number)) {
            throw tensor.wrongValue(at, JsonRequest.shown(value));
          }
          into.set(first + at * step, number);
        });
  }

  @Override
  public List<String> texts(InputTensor tensor, boolean gaps) {
    List<String> texts = new ArrayList<>();
    each(
        tensor,
        (at, value) -> {
          if (!value.isTextual() && !(value.isNull() && gaps)) {
            throw tensor.wrongValue(at, JsonRequest.shown(value));
          }
          texts.add(value.textValue());
        });
    return texts;
  }

  @Override
  public List<byte[]> files(InputTensor tensor) {
    List<byte[]> files = new ArrayList<>();
    each(
        tensor,
        (at, value) -> {
          try {
            files.add(Base64.getDecoder().decode(value.isTextual() ? value.textValue() : "="));
          } catch (IllegalArgumentException e) {
            throw tensor.wrong(
                ", value %d: expected a file in base64 but got %s", at, JsonRequest.shown(value));
          }
        });
    return files;
  }
}
