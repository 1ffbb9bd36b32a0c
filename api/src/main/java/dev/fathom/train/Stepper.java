package dev.fathom.train;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.model.TrainingSpec;
import dev.fathom.spi.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The memory of a training, and its steps: one program, or gradients in parts and an update. */
final class Stepper implements AutoCloseable {
  private final Programs.Step step;
  private final TrainingSpec training;
  private final boolean answers;
  private final boolean hasStates;

  /** Has the network's states; in one program it is the same as {@link #update}. */
  private final Session gradient;

  /** Has parameters and moments. */
  private final Session update;

  private final float[] scalar = new float[1];
  private final MemorySegment scalarSegment = MemorySegment.ofArray(scalar);
  private double correct;

  Stepper(Trainer trainer) {
    step = trainer.step;
    training = trainer.spec.training();
    answers = trainer.programs.answers() != Programs.Answers.NUMBERS;
    hasStates = trainer.programs.hasStates();
    if (step.update().isEmpty()) {
      gradient = step.gradient().open();
      update = gradient;
    } else {
      update = step.update().get().open();
      Map<String, Buffer> sums = new HashMap<>();
      for (String name :
          new String[] {
            Programs.PARAMETERS, Programs.GRADIENTS, Programs.LOSS_SUM, Programs.WEIGHT_SUM
          }) {
        sums.put(name, update.buffer(name));
      }
      gradient = step.gradient().open(sums);
    }
  }

  /**
   * {@return the session of another program of the same network}
   *
   * @param weights the state that is its parameters
   */
  Session open(Program program, String weights) {
    Map<String, Buffer> shared = new HashMap<>();
    shared.put(Programs.PARAMETERS, update.buffer(weights));
    if (hasStates) {
      shared.put(Programs.STATES, gradient.buffer(Programs.STATES));
    }
    return program.open(shared);
  }

  void write(String state, float[] values) {
    if (values.length > 0) {
      home(state).write(state, MemorySegment.ofArray(values));
    }
  }

  void read(String state, float[] target) {
    if (target.length > 0) {
      home(state).read(state, MemorySegment.ofArray(target));
    }
  }

  private Session home(String state) {
    return state.equals(Programs.STATES) ? gradient : update;
  }

  /** Takes a part of a step; the only one where there are no parts. */
  void add(Batch batch, long done) {
    feed(gradient, batch);
    if (step.random()) {
      random(gradient, done, batch);
    }
    if (update != gradient) {
      gradient.run();
      addCorrect();
    }
  }

  /**
   * Ends a step.
   *
   * @param rate the learning rate
   * @param number the step's, from 1
   */
  void commit(double rate, long number) {
    training.optimizer().scalars(rate, number, update::setDouble);
    update.run();
    if (update == gradient) {
      addCorrect();
    }
  }

  /** {@return the mean loss of the step that was committed} */
  float loss() {
    update.read(Programs.LOSS, scalarSegment);
    return scalar[0];
  }

  /** {@return how many examples, or steps of them, that was the mean of} */
  long weight() {
    update.read(Programs.WEIGHT, scalarSegment);
    return Math.round((double) scalar[0]);
  }

  /** {@return whether the step took place} */
  boolean finite() {
    update.read(Programs.FINITE, scalarSegment);
    return scalar[0] != 0;
  }

  /** {@return the number of right answers since the last call} */
  long takeCorrect() {
    long all = Math.round(correct);
    correct = 0;
    return all;
  }

  private void addCorrect() {
    if (answers) {
      gradient.read(Programs.CORRECT, scalarSegment);
      correct += scalar[0];
    }
  }

  /**
   * {@return what is not finite when a part is computed again, if anything is} The parameters did
   * not change.
   */
  Optional<String> diagnose(Programs.Diagnosis diagnosis, Batch batch, long done) {
    try (Session replay = open(diagnosis.program(), Programs.PARAMETERS)) {
      feed(replay, batch);
      if (diagnosis.random()) {
        random(replay, done, batch);
      }
      replay.run();
      for (int i = 0; i < diagnosis.places().size(); i++) {
        replay.read(Integer.toString(i), scalarSegment);
        if (scalar[0] != 0) {
          return Optional.of(diagnosis.places().get(i));
        }
      }
    }
    return Optional.empty();
  }

  private static void feed(Session session, Batch batch) {
    session.write(Programs.INPUT, batch.segment(0));
    session.write(Programs.TARGET, batch.segment(1));
    session.write(Programs.MASK, batch.maskSegment());
  }

  /** Every part of every step has its own random numbers. */
  private void random(Session session, long done, Batch batch) {
    session.setLong(Programs.SEED, training.seed());
    session.setLong(
        Programs.STEP, done * training.accumulate() + batch.index() % training.accumulate());
  }

  @Override
  public void close() {
    gradient.close();
    if (update != gradient) {
      update.close();
    }
  }
}
