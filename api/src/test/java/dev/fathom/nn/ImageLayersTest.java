package dev.fathom.nn;

import static dev.fathom.PyTorch.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What PyTorch's numbers of layers do not tell: chance, masks, shapes that do not fit. */
class ImageLayersTest {
  private static final Size TWO = Size.square(2);

  private static Context.Training training(long step, int batch) {
    return new Context.Training(
        Tensor.full(1, DType.F32, batch),
        Tensor.of(new long[] {7}, 1).reshape(),
        Tensor.of(new long[] {step}, 1).reshape());
  }

  private static float[] dropped(Layer layer, long step, int batch) {
    Context context = Context.of(Parameters.ofInputs(), training(step, batch));
    return floats(layer.apply(context, Tensor.full(3, DType.F32, batch, 2, 2)));
  }

  @Test
  void stochasticDepthLeavesOutWholeExamples() {
    int batch = 400;
    StochasticDepth layer = new StochasticDepth(0.25);
    float[] y = dropped(layer, 1, batch);
    int kept = 0;
    for (int i = 0; i < batch; i++) {
      assertTrue(y[4 * i] == 0 || y[4 * i] == 4, "[" + i + "] " + y[4 * i]);
      for (int j = 1; j < 4; j++) {
        assertEquals(y[4 * i], y[4 * i + j]);
      }
      kept += y[4 * i] == 0 ? 0 : 1;
    }
    // Within three deviations.
    assertEquals(300, kept, 3 * Math.sqrt(400 * 0.25 * 0.75));
    assertArrayEquals(y, dropped(layer, 1, batch));
    Set<Float> changed = new HashSet<>();
    float[] next = dropped(layer, 2, batch);
    for (int i = 0; i < batch; i++) {
      changed.add(next[4 * i] - y[4 * i]);
    }
    assertEquals(Set.of(0f, 4f, -4f), changed);
  }

  @Test
  void stochasticDepthPassesEverythingOtherwise() {
    Tensor x = Tensor.full(3, DType.F32, 2, 2);
    assertSame(x, new StochasticDepth(0.9).apply(Context.of(Parameters.ofInputs()), x));
    Context context = Context.of(Parameters.ofInputs(), training(1, 2));
    assertSame(x, new StochasticDepth(0).apply(context, x));
  }

  /** Of a body of ones, an example of the sum is x alone or x + 1 / (1 - rate). */
  @Test
  void residualsLeaveOutTheirBodies() {
    Layer body = new Dense(2, true, Initializer.ZEROS, Activation.SIGMOID);
    Residual residual =
        new Residual(
            Sequential.of(body, new StochasticDepth(0.5)), Sequential.of(), Activation.NONE);
    Network network = new Network(Sequential.of(residual), Shape.of(2));
    Tensor zeros = Tensor.zeros(DType.F32, network.parameters().elements());
    Tensor y =
        network
            .trace(
                network.bind(zeros, null),
                List.of(Tensor.full(5, DType.F32, 64, 2)),
                Optional.of(training(1, 64)))
            .output();
    Set<Float> values = new HashSet<>();
    for (float value : floats(y)) {
      values.add(value);
    }
    assertEquals(Set.of(5f, 6f), values);
  }

  /** Says that only these steps of a sequence count. */
  private record Counting(boolean... steps) implements Layer {
    @Override
    public Shape output(Shape input) {
      return input;
    }

    @Override
    public Tensor apply(Context context, Tensor x) {
      context.stepMask(Tensor.of(steps, x.size(0), steps.length));
      return x;
    }
  }

  /** Steps 1 and 3 to 5 are padding, and hold 9. The last window sees padding alone. */
  @Test
  void convolutionsOfSequencesDoNotSeePadding() {
    Conv1d sum =
        new Conv1d(
            1, 3, 3, Padding.SAME, Border.ZEROS, 1, 1, false, Initializer.ONES, Activation.NONE);
    Layer counting = new Counting(true, false, true, false, false, false);
    Tensor x = Tensor.of(new float[] {1, 9, 2, 9, 9, 9}, 1, 6, 1);
    assertArrayEquals(new float[] {3, 0}, given(x, counting, sum));
    // The one step that counts.
    Layer mean = new SequencePool(SequencePool.Kind.MEAN);
    assertArrayEquals(new float[] {3}, given(x, counting, sum, mean));
  }

  /** What layers give whose parameters are all 1. */
  private static float[] given(Tensor x, Layer... layers) {
    Network network = new Network(Sequential.of(layers), x.shape().slice(1, x.shape().rank()));
    Tensor ones = Tensor.full(1, DType.F32, network.parameters().elements());
    return floats(network.apply(network.bind(ones, null), x));
  }

  @Test
  void aClassTokenCounts() {
    Context context = Context.of(Parameters.ofInputs());
    context.stepMask(Tensor.of(new boolean[] {true, false}, 1, 2));
    new ClassToken().apply(context, Tensor.full(1, DType.F32, 1, 2, 3));
    assertArrayEquals(new float[] {1, 1, 0}, floats(context.stepMask().cast(DType.F32)));
  }

  @Test
  void aVectorOfZerosHasNoDirection() {
    Tensor x = Tensor.of(new float[] {0, 0, 3, 4}, 2, 2);
    Tensor y = new L2Norm(1e-12).apply(Context.of(Parameters.ofInputs()), x);
    assertArrayEquals(new float[] {0, 0, 0.6f, 0.8f}, floats(y), 1e-6f);
    for (float slope : floats(y.sum().gradients(x).getFirst())) {
      assertTrue(Float.isFinite(slope), "slope " + slope);
    }
  }

  /** Gives the first row of an image of one channel. */
  private static final Layer TOP =
      new Layer() {
        @Override
        public Shape output(Shape input) {
          return Shape.of(input.size(2));
        }

        @Override
        public Tensor apply(Context context, Tensor x) {
          return x.slice(2, 0, 1).reshape(x.size(0), x.size(3));
        }

        @Override
        public String label() {
          return "top";
        }
      };

  private static final float[] TWO_IMAGES = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};

  private static float[] views(boolean flip, long shift, Optional<Context.Training> training) {
    TestTimeAugmentation layer = new TestTimeAugmentation(Sequential.of(TOP), flip, shift);
    Context context =
        training
            .map(t -> Context.of(Parameters.ofInputs(), t))
            .orElseGet(() -> Context.of(Parameters.ofInputs()));
    return floats(layer.apply(context, Tensor.of(TWO_IMAGES, 2, 1, 2, 3)));
  }

  @Test
  void testTimeAugmentationIsTheMeanOfViews() {
    assertArrayEquals(new float[] {2, 2, 2, 20, 20, 20}, views(true, 0, Optional.empty()));
    // The first row of the image; of it moved down, up one row and each by one column.
    float[] image = {1, 2, 3};
    float[][] moved = {{1, 1, 2}, {2, 3, 3}, {4, 4, 5}, {5, 6, 6}};
    float[] mean = image.clone();
    for (float[] view : moved) {
      for (int i = 0; i < 3; i++) {
        mean[i] += view[i];
      }
    }
    float[] expected = new float[6];
    float[] both = new float[6];
    for (int i = 0; i < 3; i++) {
      expected[i] = mean[i] / 5;
      expected[3 + i] = 10 * mean[i] / 5;
      both[i] = (mean[i] + mean[2 - i]) / 10;
      both[3 + i] = 10 * both[i];
    }
    assertArrayEquals(expected, views(false, 1, Optional.empty()), 1e-5f);
    assertArrayEquals(both, views(true, 1, Optional.empty()), 1e-5f);
  }

  @Test
  void testTimeAugmentationTrainsOnTheImageAlone() {
    assertArrayEquals(
        new float[] {1, 2, 3, 10, 20, 30}, views(true, 1, Optional.of(training(1, 2))));
  }

  private static Arguments wrong(String message, Supplier<?> action) {
    return Arguments.of(message, action);
  }

  private static Conv2d conv2d(Border border, Padding padding) {
    return new Conv2d(
        1,
        Size.square(3),
        Size.ONE,
        padding,
        border,
        Size.ONE,
        1,
        true,
        Initializer.ZEROS,
        Activation.NONE);
  }

  private static ConvTranspose2d transposed(Padding padding, long more) {
    return new ConvTranspose2d(
        1,
        Size.square(3),
        TWO,
        padding,
        more,
        Size.ONE,
        1,
        true,
        Initializer.ZEROS,
        Activation.NONE);
  }

  static List<Arguments> misfits() {
    Padding.Of two = new Padding.Of(2, 2);
    List<Arguments> all = new ArrayList<>();
    all.add(
        wrong(
            "[conv2d] expected an input long enough for a padding of 2 (reflect) but got 2",
            () -> conv2d(Border.REFLECT, two).output(Shape.of(1, 5, 2))));
    all.add(
        wrong(
            "[conv2d] expected an input long enough for a padding of 2 (circular) but got 1",
            () -> conv2d(Border.CIRCULAR, two).output(Shape.of(1, 1, 5))));
    all.add(
        wrong(
            "[convtranspose2d] expected an output padding of 0 or more, less than the stride 2"
                + " but got 2",
            () -> transposed(Padding.NONE, 2)));
    all.add(
        wrong(
            "[convtranspose2d] expected no output padding beside the padding same but got 1",
            () -> transposed(Padding.SAME, 1)));
    all.add(
        wrong(
            "[convtranspose2d] expected an image larger than its padding but got [3, 1, 4]",
            () -> transposed(two, 0).output(Shape.of(3, 1, 4))));
    all.add(
        wrong(
            "[conv1d] expected an input [time, features] but got [1, 5, 5]",
            () -> new Conv1d(1, 3, Padding.SAME, Activation.NONE).output(Shape.of(1, 5, 5))));
    all.add(
        wrong(
            "[conv1d] expected a sequence that a window of 3 fits into but got [2, 5]",
            () -> new Conv1d(1, 3, Padding.NONE, Activation.NONE).output(Shape.of(2, 5))));
    all.add(
        wrong(
            "[patchembedding] expected an image that patches of 4 x 4 divide but got [1, 28, 30]",
            () -> new PatchEmbedding(8, 4).output(Shape.of(1, 28, 30))));
    all.add(
        wrong(
            "[adaptiveaveragepool2d] expected an input [channels, height, width] but got [8]",
            () -> new AdaptivePool2d(TWO, AdaptivePool2d.Kind.AVERAGE).output(Shape.of(8))));
    all.add(
        wrong(
            "[invertedresidual] expected an odd kernel of 1 or more but got 4",
            () ->
                new InvertedResidual(
                    1, 1, 4, Size.ONE, OptionalLong.empty(), Activation.RELU6, 0)));
    all.add(
        wrong(
            "[stochasticdepth] expected a rate in [0, 1) but got 1.0",
            () -> new StochasticDepth(1)));
    all.add(
        wrong(
            "[testtimeaugmentation] expected a flip or a shift of 1 or more but got neither",
            () -> new TestTimeAugmentation(Sequential.of(TOP), false, 0)));
    all.add(
        wrong(
            "[testtimeaugmentation] expected layers that give a vector for an image but got [1, 1, 2]",
            () ->
                new TestTimeAugmentation(
                        Sequential.of(new AdaptivePool2d(new Size(1, 2), AdaptivePool2d.Kind.MAX)),
                        true,
                        0)
                    .output(Shape.of(1, 4, 4))));
    return all;
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void whatDoesNotFitIsNamed(String message, Supplier<?> action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::get).getMessage());
  }

  /** A transposed convolution has the shape that its convolution makes the input of again. */
  @ParameterizedTest
  @MethodSource("sizes")
  void aTransposedConvolutionUndoesTheShape(Size kernel, Size stride, Padding padding) {
    ConvTranspose2d up =
        new ConvTranspose2d(
            2, kernel, stride, padding, 0, Size.ONE, 1, false, Initializer.ZEROS, Activation.NONE);
    Conv2d down =
        new Conv2d(
            3,
            kernel,
            stride,
            padding,
            Border.ZEROS,
            Size.ONE,
            1,
            false,
            Initializer.ZEROS,
            Activation.NONE);
    Shape small = Shape.of(3, 5, 4);
    assertEquals(small, down.output(up.output(small)));
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        Arguments.of(Size.square(3), Size.ONE, Padding.SAME),
        Arguments.of(Size.square(4), TWO, Padding.SAME),
        Arguments.of(Size.square(2), new Size(3, 2), Padding.SAME),
        Arguments.of(Size.ONE, TWO, Padding.SAME),
        Arguments.of(new Size(5, 3), new Size(2, 3), new Padding.Of(2, 1)),
        Arguments.of(Size.square(2), new Size(4, 1), Padding.NONE));
  }
}
