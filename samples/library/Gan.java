import dev.fathom.data.*;
import dev.fathom.device.Backends;
import dev.fathom.loss.BinaryCrossEntropy;
import dev.fathom.model.*;
import dev.fathom.nn.*;
import dev.fathom.optim.Adam;
import dev.fathom.spi.*;
import dev.fathom.store.DataDirectory;
import dev.fathom.task.*;
import dev.fathom.tensor.Tensor;
import dev.fathom.train.*;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.*;
import javax.imageio.ImageIO;

/** A GAN (Goodfellow et al., 2014): one network draws digits, another tells them from real ones. */
class Gan {
  static final int NOISE = 64, SIDE = 28, GRID = 8;

  /** Arranges values in planes and makes four pixels of each: {@code -> [channels, 2 h, 2 h]}. */
  record Upsample(long channels, long h) implements Layer {
    public Shape output(Shape input) {
      return Shape.of(channels, 2 * h, 2 * h);
    }

    public Tensor apply(Context context, Tensor x) {
      long batch = x.size(0);
      Tensor pixels = x.reshape(batch, channels, h, 1, h, 1);
      return pixels.broadcastTo(batch, channels, h, 2, h, 2).reshape(batch, channels, 2 * h, 2 * h);
    }
  }

  /** Two groups: each is a network with an optimiser, and has a loss of its own. */
  record Game(List<Group> groups) implements Objective {
    public SequencedMap<String, Term> terms(Step step) {
      Tensor drawn = step.apply("generator", step.normal(step.batch(), NOISE));
      Tensor real = judged(step, step.column("image"), 0.9); // 1 would make it too sure
      Tensor caught = judged(step, drawn.stopGradient(), 0);
      SequencedMap<String, Term> terms = new LinkedHashMap<>();
      terms.put("generator", new Term(judged(step, drawn, 1), step.mask()));
      terms.put("discriminator", new Term(real.add(caught), step.mask()));
      return terms;
    }

    /** The loss of each picture if the discriminator should answer so. */
    static Tensor judged(Step step, Tensor pictures, double answer) {
      Tensor logits = step.apply("discriminator", pictures);
      Tensor wanted = Tensor.full(answer, DType.F32, step.batch(), 1);
      return new BinaryCrossEntropy().rows(logits, wanted);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Idx pictures = Idx.read(Path.of("samples/mnist/train-images-idx3-ubyte.gz"));
    Dataset digits = ArrayDataset.named("digits").idx("image", pictures).build();
    Feed feed = Feed.EMPTY.floats("image", Normalisation.scaled(1 / 255.0));
    Sequential draws =
        Sequential.of(
            new Dense(32 * 7 * 7, Activation.RELU), new Upsample(32, 7),
            new Conv2d(16, 5, Padding.SAME, Activation.RELU), new BatchNorm(),
            new Upsample(16, 14), new Conv2d(1, 5, Padding.SAME, Activation.SIGMOID));
    Sequential judges =
        Sequential.of(
            new Conv2d(16, 5, Padding.SAME, Activation.SILU).withStride(2), new Dropout(0.3),
            new Conv2d(32, 5, Padding.SAME, Activation.SILU).withStride(2),
            new Flatten(), new Dense(1));
    Adam adam = new Adam(5e-4, 0.5, 0.999, 1e-8, 0);
    Group one = new Group("generator", new Network(draws, Shape.of(NOISE)), adam);
    Group two = new Group("discriminator", new Network(judges, Shape.of(1, SIDE, SIDE)), adam);
    Backend backend = Backends.defaultBackend();
    try (Stepper stepper = Stepper.open(backend, new Game(List.of(one, two)), feed, digits, 64, 1);
        Batches batches = stepper.batches(digits).shuffled(1).until(100).open()) {
      for (int step = 1; step <= Integer.parseInt(arguments[2]); step++) {
        stepper.step(batches.next(), 1);
        double drawn = stepper.loss("generator"), judged = stepper.loss("discriminator");
        System.out.printf("%d: generator %.3f, discriminator %.3f%n", step, drawn, judged);
      }
      Weights learned = stepper.parameters("generator"), states = stepper.states("generator");
      Model model = Model.builder("generator", one.network(), learned, states).build();
      try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]), "")) {
        model.publish(directory.models());
      }
      Tensor zero = Tensor.zeros(DType.I64);
      float[] noise = Tensor.normal(zero, zero, 0, GRID * GRID, NOISE).toFloats();
      try (Predictor predictor = Predictor.open(backend, model)) {
        float[] pixels = predictor.predict(noise);
        int size = GRID * SIDE;
        BufferedImage grid = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < pixels.length; i++) {
          int picture = i / (SIDE * SIDE), y = i / SIDE % SIDE, x = i % SIDE;
          int row = picture / GRID * SIDE + y, column = picture % GRID * SIDE + x;
          grid.getRaster().setSample(column, row, 0, Math.round(255 * pixels[i]));
        }
        ImageIO.write(grid, "png", Path.of(arguments[1]).toFile());
      }
    }
  }
}
