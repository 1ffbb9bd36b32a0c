package dev.fathom.service.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A tensor of an answer. */
sealed interface OutputTensor {

  /** {@return the name of the output} */
  String name();

  /** {@return the type of the values} */
  Datatype datatype();

  /** {@return the sizes, the examples first} */
  List<Long> shape();

  /** {@return whether it is wanted as binary data} */
  boolean binary();

  /** {@return the values as binary data, little-endian} */
  byte[] bytes();

  /**
   * Numbers.
   *
   * @param values row-major
   * @param labels the names of the classes along the last axis; empty if there are none
   */
  record Numbers(
      String name,
      Datatype datatype,
      List<Long> shape,
      dev.fathom.data.Numbers values,
      List<String> labels,
      boolean binary)
      implements OutputTensor {

    @Override
    public byte[] bytes() {
      var bytes = little(Math.multiplyExact(values.size(), datatype.bytes()));
      for (int i = 0; i < values.size(); i++) {
        datatype.put(bytes, values.get(i));
      }
      return bytes.array();
    }
  }

  /** Texts. */
  record Texts(String name, List<Long> shape, List<String> values, boolean binary)
      implements OutputTensor {

    @Override
    public Datatype datatype() {
      return Datatype.BYTES;
    }

    @Override
    public byte[] bytes() {
      var texts = values.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
      var bytes = little(texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum());
      texts.forEach(text -> bytes.putInt(text.length).put(text));
      return bytes.array();
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
