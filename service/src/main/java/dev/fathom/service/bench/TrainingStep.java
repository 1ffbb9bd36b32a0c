package dev.fathom.service.bench;

import dev.fathom.compile.Backends;
import dev.fathom.compile.Coverage;
import dev.fathom.data.ArrayDataset;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingData;
import dev.fathom.train.TrainingEvent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Training as a user's is: batches are drawn, prepared and fed, forward, loss, backward, optimiser.
 * The rates are those between one report of the trainer and the next.
 */
record TrainingStep(Network network) implements Workload {

  private static final int BATCHES = 100;

  @Override
  public String unit() {
    return "samples/s";
  }

  @Override
  public double measure(Backends.Selection backend, double seconds) throws IOException {
    var clock = new Clock(network.batch(), seconds);
    clock.trainer =
        Trainer.of(network.spec(), data(), backend)
            .listener(
                event -> {
                  if (event instanceof TrainingEvent.Progress progress) {
                    clock.report(progress.step());
                  }
                })
            .build();
    clock.trainer.run();
    return clock.rates.median();
  }

  @Override
  public Coverage coverage(Backends.Selection backend) throws IOException {
    return Trainer.of(network.spec(), data(), backend).build().coverage();
  }

  private TrainingData data() {
    var random = new Random(1);
    var labels = IntStream.range(0, Network.CLASSES).mapToObj(Integer::toString).toList();
    int examples = BATCHES * network.batch();
    var classes = IntStream.range(0, examples).map(i -> random.nextInt(labels.size())).toArray();
    var dataset =
        ArrayDataset.named("random")
            .floats("image", network.input(), network.examples(examples))
            .classes("label", List.copyOf(labels), classes)
            .build();
    return new TrainingData(dataset, Optional.empty());
  }

  /** Turns reports into rates, and ends the training. */
  private static final class Clock {
    private final Rates rates = new Rates();
    private final int batch;
    private final double seconds;
    private final WarmUp warmUp = new WarmUp();
    private Trainer trainer;
    private long begun;
    private long nanos;
    private long step = -1;

    Clock(int batch, double seconds) {
      this.batch = batch;
      this.seconds = seconds;
    }

    void report(long now) {
      long time = System.nanoTime();
      if (begun == 0 && warmUp.isOver()) {
        begun = time;
      }
      if (begun != 0) {
        if (step >= 0) {
          rates.add((now - step) * batch * 1e9 / (time - nanos));
        }
        step = now;
        nanos = time;
        if (time - begun > seconds * 1e9 && rates.enough()) {
          trainer.cancel();
        }
      }
    }
  }
}
