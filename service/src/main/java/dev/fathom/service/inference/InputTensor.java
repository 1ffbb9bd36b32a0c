package dev.fathom.service.inference;

import dev.fathom.service.Refusal;
import java.util.List;

/**
 * A tensor of a request, in whatever form it came.
 *
 * @param shape sizes as the client sent them
 */
record InputTensor(String name, Datatype datatype, List<Long> shape, Content content) {
  InputTensor {
    shape = List.copyOf(shape);
  }

  /**
   * {@return the number of examples}
   *
   * @param expected the shape, {@code [-1, ...]}
   * @throws Refusal 400 if the shape does not fit, or there are not as many values
   */
  int examples(List<Long> expected) {
    long width = expected.stream().skip(1).reduce(1L, Math::multiplyExact);
    boolean fits =
        shape.size() == expected.size()
            && shape.subList(1, shape.size()).equals(expected.subList(1, expected.size()))
            && shape.getFirst() > 0
            && shape.getFirst() <= Integer.MAX_VALUE / width;
    if (!fits) {
      throw wrong(
          ": expected shape %s with any number of examples as -1 but got %s", expected, shown());
    }
    content.check(this);
    return Math.toIntExact(shape.getFirst());
  }

  /** {@return the number of values that the shape, which was found to fit, says} */
  int count() {
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  /** {@return the number as the model reads it} */
  double checked(int at, double number) {
    if (!datatype.holds(number)) {
      throw wrongValue(at, number);
    }
    return number;
  }

  /** {@return a refusal of one of the values} */
  Refusal wrongValue(int at, Object value) {
    var expected = datatype == Datatype.BYTES ? "a text" : datatype.range();
    return wrong(", value %d: expected %s (%s) but got %s", at, expected, datatype, value);
  }

  /** {@return a refusal of this tensor} */
  Refusal wrong(String message, Object... details) {
    return new Refusal(400, "input '" + name + "'" + message.formatted(details));
  }

  /** {@return the shape as JSON has it} */
  String shown() {
    return shape.toString().replace(" ", "");
  }
}
