package dev.fathom.service.bench;

import dev.fathom.compile.Coverage;
import dev.fathom.device.Backends;
import dev.fathom.train.Trainer;
import dev.fathom.train.TrainingEvent;
import java.io.IOException;

/**
 * A whole training step, as users have it: draw, prepare and feed a batch, forward, loss, backward,
 * optimiser. Rates are measured from one report of the trainer to the next.
 */
record TrainingStep(Network network) implements Workload {

  @Override
  public String unit() {
    return network.unit();
  }

  @Override
  public double measure(Backends.Selection backend, double seconds) throws IOException {
    var clock = new Clock(network.work(), seconds);
    clock.trainer =
        Trainer.of(network.spec(), network.data(), backend)
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
    return Trainer.of(network.spec(), network.data(), backend).build().coverage();
  }

  /** Turns reports into rates, and ends the training. */
  private static final class Clock {
    private final Rates rates = new Rates();
    private final long work;
    private final double seconds;
    private final WarmUp warmUp = new WarmUp();
    private Trainer trainer;
    private long begun;
    private long nanos;
    private long step = -1;

    /**
     * @param work number of units in a step
     */
    Clock(long work, double seconds) {
      this.work = work;
      this.seconds = seconds;
    }

    void report(long now) {
      long time = System.nanoTime();
      if (begun == 0 && warmUp.isOver()) {
        begun = time;
      }
      if (begun != 0) {
        if (step >= 0) {
          rates.add((now - step) * work * 1e9 / (time - nanos));
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
