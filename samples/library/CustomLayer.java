import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Idx;
import dev.fathom.data.Normalisation;
import dev.fathom.device.Backends;
import dev.fathom.loss.Loss;
import dev.fathom.metric.Accuracy;
import dev.fathom.nn.Context;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.Initializer;
import dev.fathom.nn.Layer;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.optim.Adam;
import dev.fathom.spec.TrainingSpec;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import dev.fathom.train.Objective;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A layer and a loss of your own, trained on handwritten digits. */
class CustomLayer {

  /** Maxout (Goodfellow et al., 2013): each unit is the greatest of several linear functions. */
  record Maxout(long units, long pieces) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(units);
    }

    @Override
    public Tensor apply(Context context, Tensor x) { // [batch, in] -> [batch, units]
      Shape shape = Shape.of(x.size(1), units * pieces);
      Tensor weight = context.parameter("weight", shape, Initializer.SMALL_NORMAL);
      Tensor bias = context.parameter("bias", Shape.of(units * pieces), Initializer.ZEROS);
      return x.matmul(weight).add(bias).reshape(x.size(0), units, pieces).max(2);
    }
  }

  /** Focal loss (Lin et al., 2017): an example that is answered well counts less. */
  record Focal(double gamma) implements Loss {
    @Override
    public DType targetType() {
      return DType.I32;
    }

    @Override
    public Shape targetShape(Shape output) {
      return Shape.SCALAR; // one class for each example
    }

    @Override
    public Tensor rows(Tensor logits, Tensor labels) { // [batch, classes], [batch] -> [batch]
      Tensor crossEntropy = logits.crossEntropy(labels);
      Tensor probability = crossEntropy.neg().exp();
      Tensor wrong = Tensor.full(1, DType.F32).sub(probability);
      return wrong.pow(Tensor.full(gamma, DType.F32)).mul(crossEntropy);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "samples/mnist");
    Dataset train = digits(folder, "train");
    Dataset test = digits(folder, "t10k");
    Sequential layers = Sequential.of(new Flatten(), new Maxout(128, 4), new Dense(10));
    Network network = new Network(layers, Shape.of(28, 28));
    Trainer trainer =
        Trainer.of(
                Objective.supervised(network, new Adam(1e-3), new Focal(2), "image", "label"),
                Feed.EMPTY.floats("image", Normalisation.scaled(1 / 255.0)).ids("label", 0, 10),
                TrainingSpec.parse("{\"epochs\": 3, \"batchSize\": 128, \"seed\": 1}"),
                train,
                Optional.of(test),
                Backends.select("auto"))
            .metrics(new Accuracy())
            .listener(
                event -> {
                  if (event instanceof TrainingEvent.EpochEnded epoch) {
                    System.out.println("epoch " + epoch.epoch() + ": " + epoch.figures());
                  }
                })
            .build();
    System.out.println("test accuracy " + trainer.run().test().orElseThrow().accuracy());
  }

  private static Dataset digits(Path folder, String part) throws Exception {
    Path images = folder.resolve(part + "-images-idx3-ubyte.gz");
    return Idx.dataset(part, images, folder.resolve(part + "-labels-idx1-ubyte.gz"), List.of());
  }
}
