package dev.fathom.nn;

import static dev.fathom.PyTorch.assertClose;
import static dev.fathom.PyTorch.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.graph.Ops;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Attention;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Recurrence;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers for sequences refuse, and where PyTorch has no number to compare with. */
class SequenceLayersTest {
  private static final Embedding TOKENS = new Embedding(10, 6);

  private static final TransformerBlock CROSS =
      block(2, new LayerNorm(), true, OptionalDouble.empty());

  @Test
  void countsTokens() {
    Tensor ids = Tensor.of(new int[] {1, 3, 1, 0, 2, 0, 0, 0}, 2, 4);
    OptionalLong padding = OptionalLong.of(0);
    assertArrayEquals(
        new float[] {0, 2, 0, 1, 0, 0, 1, 0},
        new BagOfWords(4, padding, false).apply(null, ids).toFloats());
    assertArrayEquals(
        new float[] {0, 1, 0, 1, 0, 0, 1, 0},
        new BagOfWords(4, padding, true).apply(null, ids).toFloats());
    assertArrayEquals(
        new float[] {1, 2, 0, 1, 3, 0, 1, 0},
        new BagOfWords(4, OptionalLong.empty(), false).apply(null, ids).toFloats());
    Tensor many = Tensor.zeros(DType.I32, 129, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> new BagOfWords(1 << 24, padding, false).apply(null, many));
  }

  /** Small lengths of steps decide how long a state is kept. */
  @Test
  void softplusIsExactFarBelowZero() {
    double[] x = {-60, -17, -5, -3.01, -2.99, 0, 3, 19.99, 20.01, 100};
    float[] values = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      values[i] = (float) x[i];
    }
    float[] y = Tensor.of(values, x.length).softplus().toFloats();
    for (int i = 0; i < x.length; i++) {
      double expected = values[i] > 40 ? values[i] : Math.log1p(Math.exp(values[i]));
      assertEquals(expected, y[i], 3e-6 * expected, "softplus of " + x[i]);
    }
  }

  /** Rates of 1 to 16, and steps from a thousandth to a tenth. */
  @Test
  void mambaStartsAsPublished() {
    Network network = new Network(Sequential.of(new Mamba()), Shape.of(5, 64));
    Layout layout = network.parameters();
    float[] all = layout.initial(3);
    int rates = (int) layout.slot("mamba1.A_log").orElseThrow().offset();
    int bias = (int) layout.slot("mamba1.dt_proj.bias").orElseThrow().offset();
    double sum = 0;
    for (int channel = 0; channel < 128; channel++) {
      double length = Math.log1p(Math.exp(all[bias + channel]));
      assertTrue(length > 0.00099 && length < 0.101, () -> "a step of " + length);
      sum += Math.log10(length);
      for (int n = 0; n < 16; n++) {
        assertEquals(n + 1, Math.exp(all[rates + channel * 16 + n]), 1e-5 * (n + 1));
      }
    }
    assertEquals(-2, sum / 128, 0.2);
  }

  private static TransformerBlock block(
      long heads, Layer norm, boolean cross, OptionalDouble layerScale) {
    return new TransformerBlock(
        new MultiHeadAttention(heads, true),
        new FeedForward(8, Activation.GELU),
        norm,
        true,
        0,
        cross,
        layerScale,
        0,
        false);
  }

  private static Arguments wrong(String message, Executable action) {
    return Arguments.of(message, action);
  }

  private static Executable network(Shape input, Layer... layers) {
    return () -> new Network(Sequential.of(layers), input);
  }

  private static Executable attention(Tensor q, Tensor k, Tensor v, Tensor mask) {
    return () -> Attention.of(q, k, v, mask, false, null);
  }

  private static Tensor zeros(long... shape) {
    return Tensor.zeros(DType.F32, shape);
  }

  private static Executable lstm(Tensor x, Tensor mask, long rows) {
    Recurrence.Weights weights =
        new Recurrence.Weights(zeros(rows, 3), zeros(rows, 2), zeros(rows), zeros(rows));
    Recurrence.State start = Recurrence.LSTM.zeros(DType.F32, x.size(0), 2);
    return () -> Recurrence.LSTM.of(x, weights, start, mask, false);
  }

  static Stream<Arguments> refused() {
    Tensor q = zeros(2, 4, 3, 8);
    return Stream.of(
        wrong(
            "layer 'embedding1': [embedding] expected an input of token ids [time] but got [3, 4]",
            network(Shape.of(3, 4), TOKENS)),
        wrong(
            "layer 'embedding2': [embedding] expected token ids, which only an input of the network has",
            network(Shape.of(3), TOKENS, new Embedding(3, 4))),
        wrong(
            "layer 'residual1': [residual] expected branches that take numbers but got token ids",
            network(
                Shape.of(3),
                new Residual(Sequential.of(TOKENS), Sequential.of(), Activation.NONE))),
        wrong(
            "[embedding] expected a padding id of 0 to 9 but got 10",
            () -> new Embedding(10, 6, OptionalLong.of(10), Initializer.NORMAL, 1)),
        wrong(
            "[embedding] expected a scale above 0 but got 0.0",
            () -> new Embedding(10, 6, OptionalLong.empty(), Initializer.NORMAL, 0)),
        wrong(
            "[block] expected a layer scale above 0 but got -0.1",
            () -> block(4, new LayerNorm(), false, OptionalDouble.of(-0.1))),
        wrong(
            "layer 'attention1': [attention] expected features that 4 heads divide but got [3, 6]",
            network(Shape.of(3), TOKENS, new MultiHeadAttention(4, true))),
        wrong(
            "layer 'attention1': [attention] expected an input [time, features] but got [6]",
            network(Shape.of(6), new MultiHeadAttention(2, true))),
        wrong(
            "[attention] expected key heads that divide the 4 heads but got 3",
            () ->
                new MultiHeadAttention(
                    4, 3, true, OptionalDouble.empty(), 0, true, Initializer.ZEROS)),
        wrong(
            "layer 'attention1': [attention] expected an even number of features for each of the 2"
                + " heads to turn but got [3, 6]",
            network(
                Shape.of(3, 6),
                new MultiHeadAttention(
                    2, 2, true, OptionalDouble.of(10000), 0, true, Initializer.ZEROS))),
        wrong(
            "layer 'decoder1.attention': [attention] expected features that 4 heads divide but got"
                + " [3, 6]",
            network(Shape.of(3), TOKENS, block(4, new LayerNorm(), false, OptionalDouble.empty()))),
        wrong(
            "[block] expected a norm of each step but got batchnorm",
            () -> block(4, new BatchNorm(), false, OptionalDouble.empty())),
        wrong(
            "layer 'decoder1.cross': expected the output of an encoder as its second input, or to be"
                + " in the decoder of a layer 'encoderdecoder'",
            network(Shape.of(3, 6), CROSS)),
        wrong(
            "layer 'encoderdecoder1': [encoderdecoder] expected more than the 3 steps of the source"
                + " but got [3, 6]",
            network(Shape.of(3, 6), new EncoderDecoder(3, Sequential.of(), Sequential.of(CROSS)))),
        wrong(
            "layer 'encoderdecoder1': [encoderdecoder] expected one vocabulary of both but got 10 and"
                + " 11",
            network(
                Shape.of(5),
                new EncoderDecoder(
                    3, Sequential.of(TOKENS), Sequential.of(new Embedding(11, 6), CROSS)))),
        wrong(
            "layer 'encoderdecoder1': [encoderdecoder] expected an encoder with output [time,"
                + " features] but got [6]",
            network(
                Shape.of(5, 6),
                new EncoderDecoder(
                    3,
                    Sequential.of(new SequencePool(SequencePool.Kind.MEAN)),
                    Sequential.of(CROSS)))),
        wrong(
            "layer 'encoderdecoder1.encoder.attention1': [attention] expected features that 4 heads"
                + " divide but got [3, 6]",
            network(
                Shape.of(5, 6),
                new EncoderDecoder(
                    3, Sequential.of(new MultiHeadAttention(4, false)), Sequential.of(CROSS)))),
        wrong(
            "layer 'learnedpositions1': [learnedpositions] expected a sequence of at most 2 steps"
                + " but got [3, 6]",
            network(Shape.of(3), TOKENS, new LearnedPositions(2))),
        wrong(
            "layer 'sinusoidalpositions1': [sinusoidalpositions] expected an even number of"
                + " features but got [3, 5]",
            network(Shape.of(3, 5), new SinusoidalPositions())),
        wrong(
            "layer 'unembedding1': expected a layer before it with a parameter 'embedding2.weight'"
                + " of shape [10, 6]",
            network(Shape.of(3), TOKENS, new Unembedding("embedding2", 10))),
        wrong(
            "layer 'unembedding1': expected a layer before it with a parameter 'embedding1.weight'"
                + " of shape [11, 6]",
            network(Shape.of(3), TOKENS, new Unembedding("embedding1", 11))),
        wrong(
            "layer 'lstm1': [lstm] expected an input [time, features] but got [4]",
            network(Shape.of(4), new Recurrent(Recurrence.LSTM, 3))),
        wrong(
            "layer 'gru1': [gru] expected a step or more but got [0, 4]",
            network(Shape.of(0, 4), new Recurrent(Recurrence.GRU, 3))),
        wrong(
            "layer 'mamba1': [mamba] expected an input [time, features] but got [4]",
            network(Shape.of(4), new Mamba())),
        wrong(
            "layer 'mamba1': [mamba] expected a step or more but got [0, 4]",
            network(Shape.of(0, 4), new Mamba())),
        wrong(
            "[mamba] expected a state of 1 or more but got 0",
            () -> new Mamba(0, 4, 2, OptionalLong.empty())),
        wrong(
            "[mamba] expected a rank of 1 or more but got 0",
            () -> new Mamba(4, 4, 2, OptionalLong.of(0))),
        wrong(
            "[rnn] expected a dropout in [0, 1) but got 1.0",
            () -> new Recurrent(Recurrence.RNN, 3, 2, false, false, 1)),
        wrong(
            "[attention] expected queries, keys and values [batch, heads, length, size] but got"
                + " [2, 4, 3, 8], [4, 3, 8], [2, 4, 3, 8]",
            attention(q, zeros(4, 3, 8), q, null)),
        wrong(
            "[attention] expected one batch, one size of queries and keys, and a value for each key"
                + " but got [2, 4, 3, 8], [2, 4, 3, 6], [2, 4, 3, 8]",
            attention(q, zeros(2, 4, 3, 6), q, null)),
        wrong(
            "[attention] expected heads that the heads of the keys divide but got 4 and 3",
            attention(q, zeros(2, 3, 3, 8), zeros(2, 3, 3, 8), null)),
        wrong(
            "[attention] expected a bool mask [batch, keys] [2, 3] but got f32[2, 3]",
            attention(q, q, q, zeros(2, 3))),
        wrong(
            "[attention] expected a bool mask [batch, keys] [2, 3] but got bool[3, 2]",
            attention(q, q, q, zeros(3, 2).isFinite())),
        wrong(
            "[attention] expected an i64 scalar as the number of valid keys but got f32[2, 3]",
            () -> Attention.of(q, q, q, null, zeros(2, 3), false, null)),
        wrong(
            "[lstm] expected values [batch, time, features], a step or more but got [2, 3]",
            lstm(zeros(2, 3), null, 8)),
        wrong(
            "[lstm] expected a bool mask [batch, time] [2, 5] but got f32[2, 5]",
            lstm(zeros(2, 5, 3), zeros(2, 5), 8)),
        wrong(
            "[lstm] expected weights [8, 3], [8, 2] and biases [8] but got [6, 3], [6, 2], [6],"
                + " [6]",
            lstm(zeros(2, 5, 3), null, 6)),
        wrong(
            "[layer-norm] expected values [..., features] and a weight [features] but got [2, 3]"
                + " and [2]",
            () -> zeros(2, 3).layerNorm(zeros(2), null, 1e-5)),
        wrong(
            "[rotary] expected values [..., 4, size] but got [3, 6]",
            () -> Positions.rotary(zeros(3, 6), Positions.first(4), 10)),
        wrong(
            "[rotary] expected an even number of features but got 5",
            () -> Positions.rotary(zeros(3, 5), Positions.first(3), 10)));
  }

  @ParameterizedTest
  @MethodSource
  void refused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  @Test
  void aQueryThatMaySeeNoKeyGivesZeros() {
    Tensor x = Tensor.uniform(index(1), index(2), 3, 1, 1, 3, 2);
    Tensor place = Tensor.iota(DType.I32, 1, 1, 3);
    Tensor onlyTheLast = place.equal(Tensor.full(2, DType.I32));
    float[] values = floats(x);
    assertClose(
        new float[] {0, 0, 0, 0, values[4], values[5]},
        floats(Attention.of(x, x, x, onlyTheLast, true, null)),
        1e-6,
        "causal, left padding");
    assertArrayEquals(
        new float[6], floats(Attention.of(x, x, x, place.less(place), false, null)), "no key");
  }

  /** Without window and cap, attention of single operations is that of the kernel. */
  @Test
  void composedAttentionIsTheSame() {
    Tensor q = Tensor.uniform(index(1), index(2), 1, 2, 4, 3, 2);
    Tensor k = Tensor.uniform(index(1), index(2), 2, 2, 2, 5, 2);
    Tensor place = Tensor.iota(DType.I32, 1, 2, 5);
    Tensor onlyTheLast = place.equal(Tensor.full(4, DType.I32));
    for (boolean causal : new boolean[] {true, false}) {
      for (Tensor mask : Arrays.asList(null, onlyTheLast)) {
        for (Tensor valid : Arrays.asList(null, index(4))) {
          assertClose(
              floats(Attention.of(q, k, k, mask, valid, causal, null)),
              floats(
                  Attention.composed(
                      q,
                      k,
                      k,
                      mask,
                      valid,
                      causal,
                      Long.MAX_VALUE,
                      Double.POSITIVE_INFINITY,
                      null)),
              1e-6,
              causal + ", " + (mask == null) + ", " + (valid == null));
        }
      }
    }
  }

  /** The last query has the place of the last key: what a cache of keys and values needs. */
  @Test
  void aCausalQueryAloneSeesAllKeys() {
    Tensor q = Tensor.uniform(index(1), index(2), 1, 2, 2, 4, 2);
    Tensor k = Tensor.uniform(index(1), index(2), 2, 2, 2, 4, 2);
    float[] all = floats(Attention.of(q, k, k, null, true, null).slice(2, 3, 4));
    for (boolean causal : new boolean[] {true, false}) {
      Tensor last = Attention.of(q.slice(2, 3, 4), k, k, null, causal, null);
      assertClose(all, floats(last), 1e-6, "causal " + causal);
    }
  }

  /** What stands behind the valid keys of a cache is not seen, whatever it is. */
  @Test
  void keysBehindTheValidOnesAreNotSeen() {
    Tensor q = Tensor.uniform(index(1), index(2), 1, 2, 2, 2, 2);
    Tensor k = Tensor.uniform(index(1), index(2), 2, 2, 2, 5, 2);
    for (boolean causal : new boolean[] {true, false}) {
      Tensor first = k.slice(2, 0, 3);
      assertClose(
          floats(Attention.of(q, first, first, null, causal, null)),
          floats(Attention.of(q, k, k, null, index(3), causal, null)),
          1e-6,
          "causal " + causal);
    }
  }

  @Test
  void dropoutScalesTheWeightsThatItKeeps() {
    Tensor q = zeros(1, 1, 1, 2);
    Tensor keys = zeros(1, 1, 1000, 2);
    Tensor ones = Tensor.full(1, DType.F32, 1, 1, 1000, 1);
    DropMask half = new DropMask(0.5, index(1), index(2), 0);
    float[] once = floats(Attention.of(q, keys, ones, null, false, half));
    assertEquals(1, once[0], 0.1);
    assertArrayEquals(once, floats(Attention.of(q, keys, ones, null, false, half)));
    DropMask other = new DropMask(0.5, index(1), index(3), 0);
    assertEquals(1, floats(Attention.of(q, keys, ones, null, false, other))[0], 0.1);
  }

  @Test
  void tokenDropoutMakesStepsPadding() {
    Tensor x = Tensor.full(3, DType.F32, 2, 1000, 4);
    TokenDropout dropout = new TokenDropout(0.25);
    assertEquals(x, dropout.apply(Context.of(Parameters.ofInputs()), x));

    Context context =
        Context.of(Parameters.ofInputs(), new Context.Training(null, index(1), index(2)));
    Tensor padded = Tensor.iota(DType.I32, 1, 2, 1000).less(Tensor.full(500, DType.I32));
    context.stepMask(padded);
    Tensor kept = dropout.apply(context, x);
    float[] counted = floats(context.stepMask().cast(DType.F32));
    float[] values = floats(kept);
    int count = 0;
    for (int step = 0; step < 2000; step++) {
      count += (int) counted[step];
      for (int feature = 0; feature < 4; feature++) {
        assertEquals(3 * counted[step], values[4 * step + feature]);
      }
      assertTrue(step % 1000 < 500 || counted[step] == 0, "padding counts");
    }
    assertEquals(750, count, 50);
    Tensor mean = new SequencePool(SequencePool.Kind.MEAN).apply(context, kept);
    assertClose(new float[] {3, 3, 3, 3, 3, 3, 3, 3}, floats(mean), 1e-5, "mean");
  }

  /** An empty text, or one whose tokens were all left out. */
  @ParameterizedTest
  @EnumSource(
      value = SequencePool.Kind.class,
      names = {"MEAN", "MAX", "MEAN_MAX", "LAST"})
  void aSequenceOfPaddingIsPooledToZeros(SequencePool.Kind kind) {
    Context context = Context.of(Parameters.ofInputs());
    context.stepMask(Tensor.iota(DType.I32, 0, 2, 3).equal(Tensor.full(1, DType.I32)));
    Tensor pooled = new SequencePool(kind).apply(context, Tensor.full(-3, DType.F32, 2, 3, 4));
    float[] values = floats(pooled);
    for (int i = 0; i < values.length; i++) {
      assertEquals(i < values.length / 2 ? 0 : -3, values[i], "value " + i);
    }
  }

  /** Names in order: what a file of weights holds. */
  @Test
  void parametersHaveTheNamesOfTheirParts() {
    Network network =
        new Network(
            Sequential.of(
                TOKENS,
                new TransformerBlock(
                    new MultiHeadAttention(2, false),
                    new FeedForward(8, Activation.SILU, true, false, Initializer.SMALL_NORMAL),
                    new RmsNorm(),
                    false,
                    0.1),
                new Recurrent(Recurrence.GRU, 3, 1, true, false, 0),
                new Dense(2)),
            Shape.of(4));
    assertEquals(DType.I32, network.inputType());
    assertEquals(
        List.of(
            "embedding1.weight",
            "encoder1.attention.qkv.weight",
            "encoder1.attention.qkv.bias",
            "encoder1.attention.output.weight",
            "encoder1.attention.output.bias",
            "encoder1.norm1.weight",
            "encoder1.feedforward.up.weight",
            "encoder1.feedforward.gate.weight",
            "encoder1.feedforward.down.weight",
            "encoder1.norm2.weight",
            "gru1.weight_ih_l0",
            "gru1.weight_hh_l0",
            "gru1.bias_ih_l0",
            "gru1.bias_hh_l0",
            "gru1.weight_ih_l0_reverse",
            "gru1.weight_hh_l0_reverse",
            "gru1.bias_ih_l0_reverse",
            "gru1.bias_hh_l0_reverse",
            "dense1.weight",
            "dense1.bias"),
        network.parameters().slots().stream().map(Layout.Slot::name).toList());
    assertEquals(Shape.of(2), network.output());
  }

  private static Tensor index(long at) {
    return Tensor.of(Ops.constant(at, DType.I64, Shape.SCALAR));
  }
}
