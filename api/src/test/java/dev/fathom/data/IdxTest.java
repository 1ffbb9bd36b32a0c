package dev.fathom.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.format.FormatException;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final Path MNIST = Path.of("..", "samples", "mnist");

  @TempDir Path folder;

  @Test
  void readsMnist() throws IOException {
    Dataset train =
        Idx.dataset(
            "mnist",
            MNIST.resolve("train-images-idx3-ubyte.gz"),
            MNIST.resolve("train-labels-idx1-ubyte.gz"),
            List.of());
    assertEquals(60_000, train.size());
    assertEquals(
        new Column("image", DType.U8, Shape.of(28, 28), List.of()), train.columns().get(0));
    assertEquals(
        List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), train.columns().get(1).labels());
    int[] counts = new int[10];
    int[] label = new int[1];
    for (int row = 0; row < train.size(); row++) {
      train.read(1, row, label, 0);
      counts[label[0]]++;
    }
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, counts);
    // The figures that everyone normalises MNIST with.
    Normalisation fitted = Normalisation.fit(train, "image", 1 / 255.0);
    assertEquals(0.1307, fitted.mean().getFirst(), 5e-5);
    assertEquals(0.3081, fitted.deviation().getFirst(), 5e-5);

    Dataset test =
        Idx.dataset(
            "mnist-test",
            MNIST.resolve("t10k-images-idx3-ubyte.gz"),
            MNIST.resolve("t10k-labels-idx1-ubyte.gz"),
            train.columns().get(1).labels());
    assertEquals(10_000, test.size());
    int[] first = new int[5];
    for (int row = 0; row < first.length; row++) {
      test.read(1, row, first, row);
    }
    assertArrayEquals(new int[] {7, 2, 1, 0, 4}, first);
  }

  @Test
  void readsEveryElementTypePlainAndPacked() throws IOException {
    record Case(int type, DType dtype, byte[] elements, float[] expected) {}
    List<Case> cases =
        List.of(
            new Case(8, DType.U8, new byte[] {0, (byte) 255}, new float[] {0, 255}),
            new Case(9, DType.I8, new byte[] {-128, 127}, new float[] {-128, 127}),
            new Case(
                11,
                DType.I32,
                ByteBuffer.allocate(4).putShort((short) -2).putShort((short) 300).array(),
                new float[] {-2, 300}),
            new Case(
                12,
                DType.I32,
                ByteBuffer.allocate(8).putInt(-70000).putInt(5).array(),
                new float[] {-70000, 5}),
            new Case(
                13,
                DType.F32,
                ByteBuffer.allocate(8).putFloat(1.5f).putFloat(-0.25f).array(),
                new float[] {1.5f, -0.25f}),
            new Case(
                14,
                DType.F64,
                ByteBuffer.allocate(16).putDouble(0.1).putDouble(1e10).array(),
                new float[] {0.1f, 1e10f}));
    for (Case c : cases) {
      byte[] bytes = idx(c.type, c.elements, 2, 1);
      for (byte[] content : List.of(bytes, gzip(bytes))) {
        Idx idx = Idx.read(write(content));
        assertEquals(Shape.of(2, 1), idx.shape());
        Dataset dataset = ArrayDataset.named("d").idx("x", idx).build();
        assertEquals(c.dtype, dataset.columns().getFirst().dtype());
        float[] values = new float[2];
        dataset.read(0, 0, values, 0);
        dataset.read(0, 1, values, 1);
        assertArrayEquals(c.expected, values);
      }
    }
  }

  @Test
  void readsElementsAcrossChunks() throws IOException {
    int count = 50_001;
    ByteBuffer elements = ByteBuffer.allocate(4 * count);
    for (int i = 0; i < count; i++) {
      elements.putInt(i * 7);
    }
    Dataset dataset =
        ArrayDataset.named("d").idx("x", Idx.read(write(idx(12, elements.array(), count)))).build();
    int[] value = new int[1];
    for (int row = 0; row < count; row++) {
      dataset.read(0, row, value, 0);
      assertEquals(row * 7, value[0]);
    }
  }

  @Test
  void readsAnEmptyFile() throws IOException {
    assertEquals(Shape.of(0, 3), Idx.read(write(idx(8, new byte[0], 0, 3))).shape());
  }

  @Test
  void namesTheByteOfWhatIsWrong() throws IOException {
    byte[] good = idx(8, new byte[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertWrong(0, "magic number", new byte[0]);
    assertWrong(2, "magic number but the file ends", Arrays.copyOf(good, 2));
    assertWrong(0, "magic number 00 00", new byte[] {0x50, 0x4b, 3, 4});
    assertWrong(0, "got 00 00 0a 01", idx(10, new byte[1], 1));
    assertWrong(0, "got 00 00 08 00", new byte[] {0, 0, 8, 0});
    assertWrong(9, "2 sizes", Arrays.copyOf(good, 9));
    assertWrong(17, "expected 6 bytes of elements for sizes [2, 3]", Arrays.copyOf(good, 17));
    assertWrong(18, "end of the file after 6 elements", Arrays.copyOf(good, 19));
    assertWrong(4, "positive size but got -1", idx(8, new byte[0], -1, 3));
    assertWrong(8, "positive size but got 0", idx(8, new byte[0], 3, 0));
    assertWrong(8, "fewer than 2^31", idx(8, new byte[0], 1 << 30, 1 << 30));
    // A header that claims far more than the file holds must not take memory.
    assertWrong(8, "but the file ends", idx(8, new byte[0], 1 << 30));
    assertWrong(8, "but the file ends", gzip(idx(8, new byte[0], 1 << 30)));
    assertWrong(17, "expected 6 bytes", gzip(Arrays.copyOf(good, 17)));
    assertWrong(18, "end of the file", gzip(Arrays.copyOf(good, 19)));
  }

  @Test
  void namesDamagedGzip() throws IOException {
    byte[] elements = new byte[10_000];
    new java.util.Random(1).nextBytes(elements);
    byte[] packed = gzip(idx(8, elements, 10_000));
    FormatException cut =
        assertThrows(
            FormatException.class, () -> Idx.read(write(Arrays.copyOf(packed, packed.length / 2))));
    assertTrue(cut.offset() > 1000 && cut.offset() < 10_000, cut.getMessage());
    packed[packed.length - 6] ^= 1;
    assertThrows(FormatException.class, () -> Idx.read(write(packed)));
    assertWrong(0, "gzip", new byte[] {0x1f, (byte) 0x8b, 7});
  }

  @Test
  void refusesCountsThatDiffer() throws IOException {
    Path images = Files.write(folder.resolve("images"), idx(8, new byte[6], 2, 3));
    Path labels = Files.write(folder.resolve("labels"), idx(8, new byte[3], 3));
    String message =
        assertThrows(DataException.class, () -> Idx.dataset("d", images, labels, List.of()))
            .getMessage();
    assertTrue(message.contains("'image' has 2 and 'label' has 3"), message);
  }

  @Test
  void refusesLabelsThatAreNotClasses() throws IOException {
    Path images = Files.write(folder.resolve("images"), idx(8, new byte[2], 2));
    Path labels = Files.write(folder.resolve("labels"), idx(8, new byte[] {0, 9}, 2));
    String message =
        assertThrows(DataException.class, () -> Idx.dataset("d", images, labels, List.of("a", "b")))
            .getMessage();
    assertTrue(
        message.contains("example 1") && message.contains("class 0 to 1 but got 9"), message);
    assertThrows(DataException.class, () -> Idx.dataset("d", labels, twoAxes(), List.of()));
  }

  private Path twoAxes() throws IOException {
    return write(idx(8, new byte[2], 2, 1));
  }

  private void assertWrong(long offset, String part, byte[] content) throws IOException {
    Path file = write(content);
    FormatException e = assertThrows(FormatException.class, () -> Idx.read(file));
    assertEquals(offset, e.offset(), e.getMessage());
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertTrue(e.getMessage().contains("byte " + offset), e.getMessage());
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(folder.resolve("file.idx"), content);
  }

  private static byte[] idx(int type, byte[] elements, int... sizes) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + elements.length);
    buffer.put((byte) 0).put((byte) 0).put((byte) type).put((byte) sizes.length);
    for (int size : sizes) {
      buffer.putInt(size);
    }
    return buffer.put(elements).array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(content);
    }
    return out.toByteArray();
  }
}
