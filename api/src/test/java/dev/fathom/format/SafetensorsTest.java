package dev.fathom.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  /** The bytes are those that Python's safetensors 0.8.0 writes for the same content. */
  @Test
  void writesWhatPythonWrites() throws IOException {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    tensors.put("flags", source(DType.BOOL, Shape.of(2), new byte[] {1, 0}));
    tensors.put("b", source(DType.F32, Shape.of(2), new float[] {1, -2}));
    tensors.put("a", source(DType.F32, Shape.SCALAR, new float[] {0.5f}));
    tensors.put("n", source(DType.I64, Shape.of(1, 1), new long[] {-1}));
    tensors.put("none", source(DType.BOOL, Shape.of(0, 3), new byte[0]));
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, Map.of("format", "1"), tensors);
    assertEquals(
        HexFormat.of().formatHex(PYTHON), HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void readsBackEveryType() throws IOException {
    Map<String, Safetensors.Source> tensors = new LinkedHashMap<>();
    Map<String, byte[]> expected = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      byte[] bytes = new byte[15 * dtype.bytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 37 + dtype.ordinal());
      }
      expected.put("layer.ü \"" + dtype, bytes);
      tensors.put("layer.ü \"" + dtype, source(dtype, Shape.of(3, 5), bytes));
    }
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, Map.of(), tensors);
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(Map.of(), in.metadata());
      assertEquals(expected.keySet(), in.entries().keySet());
      for (var e : expected.entrySet()) {
        assertEquals(tensors.get(e.getKey()).dtype(), in.entries().get(e.getKey()).dtype());
        byte[] actual = new byte[e.getValue().length];
        in.read(e.getKey(), MemorySegment.ofArray(actual));
        assertArrayEquals(e.getValue(), actual);
      }
    }
  }

  @Test
  void readsTensorsLargerThanAChunk() throws IOException {
    float[] values = new float[100_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(
        file, Map.of(), Map.of("w", source(DType.F32, Shape.of(values.length), values)));
    try (Safetensors in = Safetensors.open(file)) {
      float[] actual = new float[values.length];
      in.read("w", MemorySegment.ofArray(actual));
      assertArrayEquals(values, actual);
    }
  }

  @Test
  void readsAFileWithoutTensors() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, Map.of(), Map.of());
    try (Safetensors in = Safetensors.open(file)) {
      assertTrue(in.entries().isEmpty());
    }
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    String good = "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";
    assertWrong(5, "8 bytes with the length", new byte[5]);
    assertWrong(0, "got 100000001", length(100_000_001));
    assertWrong(0, "got 18446744073709551615", length(-1));
    assertWrong(0, "got 0", length(0));
    assertWrong(8, "a header of 50 bytes but the file ends", length(50));
    assertWrong(8, "start with '{'", file("[]", 0));
    assertWrong(8, "start with '{'", file(" {}", 0));
    assertWrong(13, "expected a JSON object", file("{'a':x}", 0));
    assertWrong(10, "expected a JSON object", file("{}x", 0));
    assertWrong(-1, "Duplicate", file("{" + good + "," + good + "}", 8));
    assertWrong(-1, "Duplicate", file("{'__metadata__':{'a':'b','a':'c'}}", 0));
    assertWrong(8, "text as __metadata__ 'a' but got 1", file("{'__metadata__':{'a':1}}", 0));
    assertWrong(8, "object as __metadata__", file("{'__metadata__':[]}", 0));
    assertWrong(8, "dtype 'C64' is not supported", file("{" + good.replace("F32", "C64") + "}", 8));
    assertWrong(8, "dtype '' is not supported", file("{'a':{'shape':[],'data_offsets':[0,0]}}", 0));
    for (String shape : List.of("[-1]", "[1.5]", "['2']", "2", "null", "[9223372036854775808]")) {
      assertWrong(8, "as shape", file("{" + good.replace("[2]", shape) + "}", 8));
    }
    assertWrong(
        8, "too large", file("{" + good.replace("[2]", "[4294967296,4294967296]") + "}", 8));
    assertWrong(8, "too large", file("{" + good.replace("[2]", "[4611686018427387904]") + "}", 8));
    for (String offsets : List.of("[8]", "[8,0]", "[0,8,8]")) {
      assertWrong(8, "[begin, end]", file("{" + good.replace("[0,8]", offsets) + "}", 8));
    }
    assertWrong(8, "as data_offsets", file("{" + good.replace("[0,8]", "[-8,0]") + "}", 8));
    assertWrong(8, "as data_offsets", file("{'a':3}", 8));
    long data = 8 + good.length() + 2;
    assertWrong(
        data,
        "expected 8 bytes for f32 [2] but data_offsets span 4",
        file("{" + good.replace("[0,8]", "[0,4]") + "}", 8));
    assertWrong(data + 5, "up to byte " + (data + 8), file("{" + good + "}", 5));
    assertWrong(data + 8, "3 bytes follow", file("{" + good + "}", 11));
    String second = "'b':{'dtype':'U8','shape':[2],'data_offsets':[7,9]}";
    assertWrong(
        -1,
        "'b': expected data_offsets to begin at 8, without an overlap, but got 7",
        file("{" + good + "," + second + "}", 9));
    assertWrong(
        -1,
        "'b': expected data_offsets to begin at 8, without a hole, but got 9",
        file("{" + good + "," + second.replace("[7,9]", "[9,11]") + "}", 11));
    assertWrong(-1, "without a hole", file("{" + good.replace("[0,8]", "[1,9]") + "}", 9));
  }

  @Test
  void refusesWrongCalls() throws IOException {
    Path file = Files.write(folder.resolve("w.safetensors"), PYTHON);
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(Map.of("format", "1"), in.metadata());
      assertEquals(new Safetensors.Entry(DType.F32, Shape.SCALAR, 8, 12), in.entries().get("a"));
      assertThrows(
          IllegalArgumentException.class, () -> in.read("x", MemorySegment.ofArray(new byte[4])));
      assertThrows(
          IllegalArgumentException.class, () -> in.read("a", MemorySegment.ofArray(new byte[3])));
      // Cut behind our back.
      Files.write(file, Arrays.copyOf(PYTHON, PYTHON.length - 1));
      assertThrows(
          FormatException.class, () -> in.read("flags", MemorySegment.ofArray(new byte[2])));
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Safetensors.write(
                file, Map.of(), Map.of("w", source(DType.F32, Shape.of(2), new float[3]))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Safetensors.write(
                file,
                Map.of(),
                Map.of("__metadata__", source(DType.U8, Shape.of(1), new byte[1]))));
  }

  private void assertWrong(long offset, String part, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("bad.safetensors"), content);
    FormatException e = assertThrows(FormatException.class, () -> Safetensors.open(file), part);
    assertTrue(e.getMessage().contains(part), e.getMessage());
    if (offset >= 0) {
      assertEquals(offset, e.offset(), e.getMessage());
    }
  }

  private static byte[] length(long headerBytes) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes).array();
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static Safetensors.Source source(DType dtype, Shape shape, Object array) {
    MemorySegment segment =
        switch (array) {
          case byte[] bytes -> MemorySegment.ofArray(bytes);
          case float[] floats -> MemorySegment.ofArray(floats);
          case long[] longs -> MemorySegment.ofArray(longs);
          default -> throw new IllegalArgumentException();
        };
    return new Safetensors.Source(dtype, shape, () -> segment);
  }

  private static final byte[] PYTHON =
      HexFormat.of()
          .parseHex(
              "40010000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a2231"
                  + "227d2c226e223a7b226474797065223a22493634222c227368617065223a5b312c315d2c"
                  + "22646174615f6f666673657473223a5b302c385d7d2c2261223a7b226474797065223a22"
                  + "463332222c227368617065223a5b5d2c22646174615f6f666673657473223a5b382c3132"
                  + "5d7d2c2262223a7b226474797065223a22463332222c227368617065223a5b325d2c2264"
                  + "6174615f6f666673657473223a5b31322c32305d7d2c22666c616773223a7b2264747970"
                  + "65223a22424f4f4c222c227368617065223a5b325d2c22646174615f6f66667365747322"
                  + "3a5b32302c32325d7d2c226e6f6e65223a7b226474797065223a22424f4f4c222c227368"
                  + "617065223a5b302c335d2c22646174615f6f666673657473223a5b32322c32325d7d7d20"
                  + "20202020ffffffffffffffff0000003f0000803f000000c00100");
}
