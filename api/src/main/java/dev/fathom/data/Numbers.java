package dev.fathom.data;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Numbers that a model gets or gives: f32, or f64 where f32 does not tell them apart, as seconds
 * since 1970. Arrays are not copied: do not change them afterwards.
 */
public sealed interface Numbers {
  /** {@return how many there are} */
  int size();

  /** {@return one of them} */
  double get(int i);

  /** {@return those from one position to another, exclusive; a copy} */
  Numbers slice(int from, int to);

  /** {@return all of them rounded to f32; not a copy where they are f32} */
  float[] floats();

  /** {@return all of them in f64; not a copy where they are f64} */
  double[] doubles();

  /** {@return one of them in the fewest digits that tell it from its neighbours} */
  String text(int i);

  /** {@return one of them for JSON, in as few digits} */
  NumericNode json(int i);

  /** {@return numbers of f32} */
  static Numbers of(float... values) {
    return new Floats(values);
  }

  /** {@return numbers of f64} */
  static Numbers of(double... values) {
    return new Doubles(values);
  }

  /** {@return all of them as text, as {@link Arrays#toString(float[])} writes them} */
  default String text() {
    return IntStream.range(0, size())
        .mapToObj(this::text)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Numbers of f32. */
  record Floats(float[] values) implements Numbers {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public double get(int i) {
      return values[i];
    }

    @Override
    public Numbers slice(int from, int to) {
      return new Floats(Arrays.copyOfRange(values, from, to));
    }

    @Override
    public float[] floats() {
      return values;
    }

    @Override
    public double[] doubles() {
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    @Override
    public String text(int i) {
      return Float.toString(values[i]);
    }

    @Override
    public NumericNode json(int i) {
      return FloatNode.valueOf(values[i]);
    }
  }

  /** Numbers of f64. */
  record Doubles(double[] values) implements Numbers {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public double get(int i) {
      return values[i];
    }

    @Override
    public Numbers slice(int from, int to) {
      return new Doubles(Arrays.copyOfRange(values, from, to));
    }

    @Override
    public float[] floats() {
      return cut(values);
    }

    @Override
    public double[] doubles() {
      return values;
    }

    @Override
    public String text(int i) {
      return Double.toString(values[i]);
    }

    @Override
    public NumericNode json(int i) {
      return DoubleNode.valueOf(values[i]);
    }
  }

  /** {@return numbers rounded to f32} */
  static float[] cut(double... values) {
    float[] cut = new float[values.length];
    for (int i = 0; i < cut.length; i++) {
      cut[i] = (float) values[i];
    }
    return cut;
  }
}
