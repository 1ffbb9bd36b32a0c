import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.data.Idx;
import dev.fathom.data.Normalisation;
import dev.fathom.device.Backends;
import dev.fathom.loss.CrossEntropy;
import dev.fathom.nn.Activation;
import dev.fathom.nn.Dense;
import dev.fathom.nn.Flatten;
import dev.fathom.nn.Network;
import dev.fathom.nn.Sequential;
import dev.fathom.optim.Adam;
import dev.fathom.spi.Shape;
import dev.fathom.train.Objective;
import dev.fathom.train.Stepper;
import java.nio.file.Path;
import java.util.List;

/** A training loop by hand: you have the batches, the steps and the learning rate. */
class TrainingLoop {
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "samples/mnist");
    Path images = folder.resolve("train-images-idx3-ubyte.gz");
    Path labels = folder.resolve("train-labels-idx1-ubyte.gz");
    Dataset train = Idx.dataset("digits", images, labels, List.of());
    Feed feed = Feed.EMPTY.floats("image", Normalisation.scaled(1 / 255.0)).ids("label", 0, 10);
    Sequential layers =
        Sequential.of(new Flatten(), new Dense(128, Activation.RELU), new Dense(10));
    Network network = new Network(layers, Shape.of(28, 28));
    Objective objective =
        Objective.supervised(network, new Adam(1e-3), new CrossEntropy(0), "image", "label");
    try (Stepper stepper =
            Stepper.open(Backends.defaultBackend(), objective, feed, train, 128, 1);
        Batches batches = stepper.batches(train).shuffled(1).until(2).open()) {
      double sum = 0;
      for (int step = 1; batches.hasNext(); step++) {
        double schedule = Math.min(1, step / 100.0); // the learning rate grows at first
        stepper.step(batches.next(), schedule);
        sum += stepper.loss();
        if (step % 100 == 0) {
          System.out.println("step " + step + ": mean loss " + sum / 100);
          sum = 0;
        }
      }
      System.out.println(stepper.parameters("").values().length + " parameters");
    }
  }
}
