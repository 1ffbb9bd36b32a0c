package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.graph.Content;
import dev.fathom.graph.Ops;
import dev.fathom.graph.Type;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Buffer;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import dev.fathom.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers of the host as parts of programs. */
class LiteralTest {
  static Stream<Backend> backends() {
    return Stream.of(new MinimalBackend(), new MockBackend());
  }

  private static Tensor input(String name, long... shape) {
    return Tensor.input(name, Type.of(DType.F32, shape));
  }

  private static float[] run(Session session, String result, int size) {
    session.run();
    float[] data = new float[size];
    session.read(result, MemorySegment.ofArray(data));
    return data;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void standsBesideFeedsAndFrozenInputs(Backend backend) {
    Tensor x = input("x", 1, 2);
    Tensor w = input("w", 2, 2);
    Tensor scale = Tensor.of(new float[] {2, 3, 5, 7}, 2, 2);
    Tensor bias = Tensor.of(new float[] {10, 20}, 2);
    Program program =
        Program.builder(backend)
            .feed(x)
            .frozen(w)
            .result("y", x.matmul(w.mul(scale)).add(bias))
            .compile();
    assertTrue(program.explain().contains("literal literal0: f32[2, 2]\n"), program.explain());
    try (Session session = program.open()) {
      session.write("x", MemorySegment.ofArray(new float[] {1, 10}));
      session.write("w", MemorySegment.ofArray(new float[] {1, 1, 1, 1}));
      assertArrayEquals(new float[] {62, 93}, run(session, "y", 2));
      session.write("w", MemorySegment.ofArray(new float[] {0, 0, 0, 1}));
      assertArrayEquals(new float[] {10, 90}, run(session, "y", 2));
    }
  }

  /** What is made of literals alone is made once, and frozen inputs that change leave it. */
  @Test
  void isUploadedOnceAndWorkOnItIsPrepared() {
    MockBackend backend = new MockBackend();
    Tensor x = input("x", 2);
    Tensor table = Tensor.of(new float[] {0, 1, 2, 3}, 2, 2).exp().sum(0);
    Program program = Program.builder(backend).feed(x).result("y", x.mul(table)).compile();
    assertEquals(1, program.launches(), program.explain());
    assertEquals(1, program.prepareLaunches(), program.explain());
    Prepared prepared = program.prepare(Map.of());
    try (Session first = prepared.open();
        Session second = prepared.open()) {
      for (Session session : List.of(first, second, first)) {
        session.write("x", MemorySegment.ofArray(new float[] {1, 0}));
        assertEquals(1 + Math.exp(2), run(session, "y", 2)[0], 1e-5);
      }
      assertEquals(4, backend.launches());
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void hasGradientsAsAVariableAndPassesThemAsAFactor(Backend backend) {
    Tensor x = input("x", 3);
    Tensor factor = Tensor.of(new float[] {1, 2, 3}, 3);
    Tensor equal = Tensor.of(new float[] {1, 2, 3}, 3);
    Tensor loss = x.mul(factor).mul(equal.exp().stopGradient()).add(equal).square().sum();
    List<Tensor> gradients = x.mul(factor).add(equal).sum().gradients(x, factor, equal);
    Program program =
        Program.builder(backend)
            .feed(x)
            .result("x", gradients.get(0))
            .result("factor", gradients.get(1))
            .result("equal", gradients.get(2))
            .result("none", loss.gradients(Tensor.of(new float[] {1, 2, 3}, 3)).getFirst())
            .compile();
    try (Session session = program.open()) {
      session.write("x", MemorySegment.ofArray(new float[] {5, 7, 11}));
      assertArrayEquals(new float[] {1, 2, 3}, run(session, "x", 3));
      // Two literals of one content are two variables.
      assertArrayEquals(new float[] {5, 7, 11}, run(session, "factor", 3));
      assertArrayEquals(new float[] {1, 1, 1}, run(session, "equal", 3));
      assertArrayEquals(new float[3], run(session, "none", 3));
    }
  }

  @Test
  void equalOnesAreOneInAProgramAndAmongSiblings() {
    MockBackend backend = new MockBackend();
    long held = backend.heldBytes();
    Prepared one = table(backend, 1, 3).prepare(Map.of());
    long withTable = backend.heldBytes();
    assertEquals(4 * 4, withTable - held);
    Prepared two = table(backend, 2, 3).prepare(Map.of(), one);
    assertEquals(withTable, backend.heldBytes());
    table(backend, 2, 4).prepare(Map.of(), one);
    assertEquals(4 * 4, backend.heldBytes() - withTable, "other numbers");
    try (Session first = one.open();
        Session second = two.open()) {
      second.write("x", MemorySegment.ofArray(new float[] {1, 10}));
      assertArrayEquals(new float[] {2, 4, 6, 6, 20, 40, 60, 60}, run(second, "y", 8));
      first.write("x", MemorySegment.ofArray(new float[] {1}));
      assertArrayEquals(new float[] {2, 4, 6, 6}, run(first, "y", 4));
    }
  }

  /** {@code x [rows, 1]} times twice the numbers 1, 2, 3, last. */
  private static Program table(Backend backend, long rows, float last) {
    float[] numbers = {1, 2, 3, last};
    Tensor x = input("x", rows, 1);
    Tensor y = x.mul(Tensor.of(numbers, 4)).add(x.mul(Tensor.of(numbers, 4)));
    return Program.builder(backend).feed(x).result("y", y).compile();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyTypeComesThrough(Backend backend) {
    Tensor at = Tensor.input("at", Type.of(DType.I32, 1));
    Tensor f32 = Tensor.of(new float[] {1.5f, -0.0f, Float.NaN}, 3);
    Tensor f64 = Tensor.of(new double[] {1e-300, Double.NEGATIVE_INFINITY, 2}, 3);
    Tensor i32 = Tensor.of(new int[] {-1, Integer.MIN_VALUE, 7}, 3);
    Tensor i64 = Tensor.of(new long[] {-1, Long.MAX_VALUE, 7}, 3);
    Tensor bool = Tensor.of(new boolean[] {true, false, true}, 3);
    Program program =
        Program.builder(backend)
            .feed(at)
            .result("f32", f32.gather(at))
            .result("f64", f64.gather(at))
            .result("i32", i32.gather(at))
            .result("i64", i64.gather(at))
            .result("bool", bool.gather(at))
            .result("whole", i64)
            .compile();
    try (Session session = program.open()) {
      session.write("at", MemorySegment.ofArray(new int[] {1}));
      session.run();
      assertEquals(
          Float.floatToRawIntBits(-0.0f),
          read(session, "f32", new byte[4]).get(ValueLayout.JAVA_INT_UNALIGNED, 0));
      assertEquals(
          Double.NEGATIVE_INFINITY,
          read(session, "f64", new byte[8]).get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0));
      int[] ints = new int[1];
      session.read("i32", MemorySegment.ofArray(ints));
      assertArrayEquals(new int[] {Integer.MIN_VALUE}, ints);
      long[] longs = new long[3];
      session.read("i64", MemorySegment.ofArray(longs).asSlice(0, 8));
      assertEquals(Long.MAX_VALUE, longs[0]);
      session.read("whole", MemorySegment.ofArray(longs));
      assertArrayEquals(new long[] {-1, Long.MAX_VALUE, 7}, longs);
      assertEquals(0, read(session, "bool", new byte[1]).get(ValueLayout.JAVA_BYTE, 0));
    }
  }

  @Test
  void narrowTypesComeThrough() {
    Tensor bf16 = literal(DType.BF16, MemorySegment.ofArray(new short[] {0x3f80, 0x4000, 0x4040}));
    Tensor equal = literal(DType.BF16, MemorySegment.ofArray(new short[] {0x4040, 0x4040, 0x4040}));
    Tensor i8 = literal(DType.I8, MemorySegment.ofArray(new byte[] {-1, 2, 127}));
    Tensor u8 = literal(DType.U8, MemorySegment.ofArray(new byte[] {-1, 2, 127}));
    Program program =
        Program.builder(new MockBackend())
            .result("bf16", bf16.cast(DType.F32))
            .result("equal", equal.cast(DType.F32))
            .result("i8", i8.cast(DType.I32))
            .result("u8", u8.cast(DType.I32))
            .compile();
    try (Session session = program.open()) {
      assertArrayEquals(new float[] {1, 2, 3}, run(session, "bf16", 3));
      assertArrayEquals(new float[] {3, 3, 3}, run(session, "equal", 3));
      int[] ints = new int[3];
      session.read("i8", MemorySegment.ofArray(ints));
      assertArrayEquals(new int[] {-1, 2, 127}, ints);
      session.read("u8", MemorySegment.ofArray(ints));
      assertArrayEquals(new int[] {255, 2, 127}, ints);
    }
  }

  private static Tensor literal(DType dtype, MemorySegment elements) {
    return Tensor.of(Ops.literal(Content.copyOf(Type.of(dtype, 3), elements)));
  }

  private static MemorySegment read(Session session, String result, byte[] room) {
    MemorySegment target = MemorySegment.ofArray(room);
    session.read(result, target);
    return target;
  }

  /** One number everywhere needs no memory: kernels know it. */
  @ParameterizedTest
  @MethodSource("backends")
  void oneNumberIsAConstant(Backend backend) {
    Tensor x = input("x", 2);
    Tensor y =
        x.mul(Tensor.of(new float[] {3}))
            .add(Tensor.of(new float[] {4, 4}, 2))
            .add(Tensor.of(new int[] {-5, -5}, 2).cast(DType.F32));
    Program program =
        Program.builder(backend)
            .feed(x)
            .result("y", y)
            .result("none", Tensor.of(new float[0], 0, 2).sum(0))
            .compile();
    assertFalse(program.explain().contains("literal"), program.explain());
    try (Session session = program.open()) {
      session.write("x", MemorySegment.ofArray(new float[] {1, 2}));
      assertArrayEquals(new float[] {2, 5}, run(session, "y", 2));
      assertArrayEquals(new float[] {0, 0}, run(session, "none", 2));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aStateMayBecomeALiteral(Backend backend) {
    Tensor p = input("p", 2);
    Tensor q = input("q", 2);
    Tensor fresh = Tensor.of(new float[] {8, 9}, 2);
    Program program =
        Program.builder(backend)
            .state(p, fresh)
            .state(q, p.add(fresh))
            .result("r", fresh)
            .compile();
    try (Session session = program.open()) {
      session.write("p", MemorySegment.ofArray(new float[] {1, 2}));
      assertArrayEquals(new float[] {8, 9}, run(session, "r", 2));
      float[] q1 = new float[2];
      session.read("q", MemorySegment.ofArray(q1));
      assertArrayEquals(new float[] {9, 11}, q1);
      session.run();
      session.read("q", MemorySegment.ofArray(q1));
      assertArrayEquals(new float[] {16, 18}, q1, "the literal was not overwritten");
    }
  }

  @Test
  void sessionsWithSharedBuffersHaveIt() {
    MockBackend backend = new MockBackend();
    Tensor x = input("x", 2);
    Tensor table = Tensor.of(new float[] {1, 2}, 2);
    Program write = Program.builder(backend).state(x, x.add(table)).compile();
    Program read = Program.builder(backend).state(x).result("y", x.mul(table)).compile();
    try (Session writing = write.open()) {
      Buffer shared = writing.buffer("x");
      try (Session reading = read.open(Map.of("x", shared))) {
        writing.write("x", MemorySegment.ofArray(new float[] {0, 0}));
        writing.run();
        assertArrayEquals(new float[] {1, 4}, run(reading, "y", 2));
      }
    }
  }

  @Test
  void theArrayIsCopied() {
    float[] numbers = {1, 2};
    Tensor tensor = Tensor.of(numbers, 2);
    numbers[0] = 7;
    assertArrayEquals(new float[] {1, 2}, tensor.toFloats());
    tensor.toFloats()[1] = 7;
    assertArrayEquals(new float[] {1, 2}, tensor.toFloats());
    MemorySegment elements =
        Content.copyOf(Type.of(DType.F32, 2), MemorySegment.ofArray(numbers)).elements();
    assertThrows(IllegalArgumentException.class, () -> elements.set(ValueLayout.JAVA_FLOAT, 0, 1));
  }

  @Test
  void contentIsEqualByTypeAndBits() {
    Content content = f32(2, 1, Float.NaN);
    assertEquals(content, f32(2, 1, Float.NaN));
    assertEquals(content.hashCode(), f32(2, 1, Float.NaN).hashCode());
    assertNotEquals(content, f32(2, 1, 2));
    assertNotEquals(f32(1, 0f), f32(1, -0f));
    assertNotEquals(
        f32(1, 0f), Content.copyOf(Type.of(DType.I32, 1), MemorySegment.ofArray(new int[1])));
    float[] many = new float[1000];
    Arrays.fill(many, 2);
    assertEquals(OptionalLong.of(Float.floatToRawIntBits(2)), f32(1000, many).uniformBits());
    many[999] = 3;
    assertEquals(OptionalLong.empty(), f32(1000, many).uniformBits());
    Content negative =
        Content.copyOf(new Type(DType.I32, Shape.SCALAR), MemorySegment.ofArray(new int[] {-3}));
    assertEquals(OptionalLong.of(-3), negative.uniformBits());
    assertEquals(
        "[content] expected 8 bytes for f32[2] but got 12",
        assertThrows(IllegalArgumentException.class, () -> f32(2, 1, 2, 3)).getMessage());
  }

  private static Content f32(long size, float... numbers) {
    return Content.copyOf(Type.of(DType.F32, size), MemorySegment.ofArray(numbers));
  }
}
