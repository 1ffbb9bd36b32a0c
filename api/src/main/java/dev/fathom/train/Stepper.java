package dev.fathom.train;

import dev.fathom.compile.Program;
import dev.fathom.compile.Session;
import dev.fathom.data.Batch;
import dev.fathom.data.Batches;
import dev.fathom.data.Dataset;
import dev.fathom.data.Feed;
import dev.fathom.model.Weights;
import dev.fathom.nn.Layout;
import dev.fathom.optim.Clipping;
import dev.fathom.optim.Optimizer;
import dev.fathom.optim.ScalarSink;
import dev.fathom.spi.Backend;
import dev.fathom.spi.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The memory of a training, and its steps: for a training loop written by hand. A {@link Trainer}
 * has one, and does the rest: clock, checkpoints, evaluation, events.
 *
 * <pre>{@code
 * try (Stepper stepper = Stepper.open(backend, objective, feed, dataset, 64, seed);
 *     Batches batches = stepper.batches(dataset).shuffled(seed).until(3).open()) {
 *   while (batches.hasNext()) {
 *     stepper.step(batches.next(), 1);
 *     System.out.println(stepper.loss());
 *   }
 *   Weights learned = stepper.parameters("");
 * }
 * }</pre>
 *
 * <p>For one thread. A step allocates no heap.
 */
public final class Stepper implements AutoCloseable {
  private final List<Group> groups;
  private final Feed feed;
  private final TrainingPrograms.Step step;
  private final int batchSize;
  private final int accumulate;
  private final long seed;

  /** Has the networks' states; in one program it is the same as {@link #update}. */
  private final Session gradient;

  /** Has parameters and state of the optimisers. */
  private final Session update;

  private final String[] columns;
  private final List<List<float[]>> observed = new ArrayList<>();
  private final MemorySegment[][] observedSegments;
  private final String[][] observedNames;
  private final ScalarSink[] sinks;
  private final String[] losses;
  private final String weight;
  private final String[] active;
  private final float[] scalar = new float[1];
  private final MemorySegment scalarSegment = MemorySegment.ofArray(scalar);
  private long number;

  /**
   * @param batchSize rows of a part
   * @param accumulate how many parts a step has
   */
  Stepper(
      List<Group> groups,
      Feed feed,
      TrainingPrograms.Step step,
      int batchSize,
      int accumulate,
      long seed) {
    this.groups = groups;
    this.feed = feed;
    this.step = step;
    this.batchSize = batchSize;
    this.accumulate = accumulate;
    this.seed = seed;
    columns =
        feed.entries().stream()
            .map(entry -> TrainingPrograms.columnName(entry.column()))
            .toArray(String[]::new);
    if (step.update().isEmpty()) {
      gradient = step.gradient().open();
      update = gradient;
    } else {
      update = step.update().get().open();
      Map<String, Buffer> sums = new HashMap<>();
      for (Group group : groups) {
        for (String name :
            new String[] {
              TrainingPrograms.PARAMETERS,
              TrainingPrograms.GRADIENTS,
              TrainingPrograms.LOSS_SUM,
              TrainingPrograms.WEIGHT_SUM
            }) {
          sums.put(group.named(name), update.buffer(group.named(name)));
        }
      }
      try {
        gradient = step.gradient().open(sums);
      } catch (RuntimeException | Error e) {
        update.close();
        throw e;
      }
    }
    // Made once: a step allocates nothing.
    observedSegments = new MemorySegment[step.observed().size()][];
    observedNames = new String[observedSegments.length][];
    for (int i = 0; i < observedSegments.length; i++) {
      int metric = i;
      List<float[]> arrays =
          step.observed().get(i).stream()
              .map(shape -> new float[Math.toIntExact(shape.elements())])
              .toList();
      observed.add(arrays);
      observedSegments[i] =
          arrays.stream().map(MemorySegment::ofArray).toArray(MemorySegment[]::new);
      observedNames[i] =
          IntStream.range(0, arrays.size())
              .mapToObj(tensor -> TrainingPrograms.observed(metric, tensor))
              .toArray(String[]::new);
    }
    sinks = groups.stream().map(this::sink).toArray(ScalarSink[]::new);
    losses = named(TrainingPrograms.LOSS);
    active = named(TrainingPrograms.ACTIVE);
    weight = groups.getFirst().named(TrainingPrograms.WEIGHT);
  }

  /**
   * {@return a stepper whose parameters have their first values}
   *
   * @param objective that is minimised
   * @param feed the columns of a batch
   * @param dataset any dataset with the columns of those that will be learned
   * @param batchSize rows of a batch
   * @param seed of initial values and random numbers
   */
  public static Stepper open(
      Backend backend, Objective objective, Feed feed, Dataset dataset, int batchSize, long seed) {
    TrainingPrograms programs =
        new TrainingPrograms(
            backend, objective, feed, Feed.EMPTY, dataset.columns(), batchSize, Clipping.NONE);
    Stepper stepper =
        new Stepper(objective.groups(), feed, programs.step(1, List.of()), batchSize, 1, seed);
    for (Group group : objective.groups()) {
      stepper.write(
          group,
          Weights.initial(group.network().parameters(), seed),
          Weights.initial(group.network().states(), seed));
    }
    return stepper;
  }

  /** {@return a builder of batches of a dataset, as {@link #step} takes them} */
  public Batches.Builder batches(Dataset dataset) {
    return feed.batches(dataset, batchSize);
  }

  /**
   * Takes a step. Nothing changes if a loss or gradient is not finite, see {@link #finite()}.
   *
   * @param batch of {@link #batches}
   * @param schedule factor of the learning rates in this step; 1 without a schedule
   */
  public void step(Batch batch, double schedule) {
    add(batch, number);
    commit(schedule, number + 1);
    if (finite()) {
      number++;
    }
  }

  /** {@return the mean loss of the last step; the sum of the groups' where there are several} */
  public double loss() {
    double sum = 0;
    for (int i = 0; i < losses.length; i++) {
      sum += loss(i);
    }
    return sum;
  }

  /** {@return the mean loss of a group in the last step} */
  public double loss(String group) {
    return loss(groups.indexOf(group(group)));
  }

  private double loss(int group) {
    update.read(losses[group], scalarSegment);
    return scalar[0];
  }

  /** {@return whether the last step took place: all losses and gradients were finite} */
  public boolean finite() {
    update.read(TrainingPrograms.FINITE, scalarSegment);
    return scalar[0] != 0;
  }

  /**
   * {@return the parameters of a group as they are now: its weights, their average if it has one}
   */
  public Weights parameters(String group) {
    Group found = group(group);
    return read(found.weights(), found.network().parameters());
  }

  /** {@return the states of a group's network, such as batch statistics} */
  public Weights states(String group) {
    Group found = group(group);
    return read(found.named(TrainingPrograms.STATES), found.network().states());
  }

  private Group group(String name) {
    for (Group group : groups) {
      if (group.name().equals(name)) {
        return group;
      }
    }
    throw new IllegalArgumentException(
        "[stepper] expected a group of %s but got '%s'"
            .formatted(groups.stream().map(Group::name).toList(), name));
  }

  /** Sets parameters and states of a group, and a moving average to the parameters. */
  public void write(Group group, Weights parameters, Weights states) {
    write(group.named(TrainingPrograms.PARAMETERS), parameters.values());
    write(group.named(TrainingPrograms.STATES), states.values());
    write(group.weights(), parameters.values());
  }

  // ---- for the trainer ----

  /**
   * {@return the session of another program of the same networks}
   *
   * @param average whether it sees the weights that are kept, instead of those that are learned
   */
  Session open(Program program, boolean average) {
    Map<String, Buffer> shared = new HashMap<>();
    for (Group group : groups) {
      shared.put(
          group.named(TrainingPrograms.PARAMETERS),
          update.buffer(average ? group.weights() : group.named(TrainingPrograms.PARAMETERS)));
      if (group.hasStates()) {
        String states = group.named(TrainingPrograms.STATES);
        shared.put(states, gradient.buffer(states));
      }
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

  Weights read(String name, Layout layout) {
    float[] values = new float[Math.toIntExact(layout.elements())];
    read(name, values);
    return new Weights(layout, values);
  }

  private Session home(String state) {
    return groups.stream().anyMatch(group -> group.named(TrainingPrograms.STATES).equals(state))
        ? gradient
        : update;
  }

  private ScalarSink sink(Group group) {
    Map<String, String> names = new HashMap<>();
    return (name, value) -> {
      String own = names.get(name);
      if (own == null) {
        own = group.named(name);
        names.put(name, own);
      }
      update.setDouble(own, value);
    };
  }

  private String[] named(String what) {
    return groups.stream().map(group -> group.named(what)).toArray(String[]::new);
  }

  /** Takes a part of a step; the only one where there are no parts. */
  void add(Batch batch, long done) {
    feed(gradient, batch);
    if (step.random()) {
      random(gradient, done, batch);
    }
    if (update != gradient) {
      gradient.run();
    }
  }

  /**
   * Ends a step.
   *
   * @param schedule factor of the learning rates @param step the step's number, from 1
   */
  void commit(double schedule, long step) {
    for (int i = 0; i < sinks.length; i++) {
      Group group = groups.get(i);
      Optimizer optimizer = group.optimizer();
      long own = (step - 1) / group.every() + 1;
      optimizer.scalars(optimizer.learningRate() * schedule, own, sinks[i]);
      if (group.every() > 1) {
        boolean changes = (step - 1) % group.every() == 0;
        update.setDouble(active[i], changes ? 1 : 0);
      }
    }
    update.run();
  }

  /**
   * {@return how much the examples of the last step count together: their number without weights}
   */
  double weight() {
    update.read(weight, scalarSegment);
    return scalar[0];
  }

  /** {@return whether a step has parts, each of which is observed by itself} */
  boolean hasParts() {
    return update != gradient;
  }

  /** {@return the values that a metric observed of the last part; valid until the next} */
  List<float[]> observed(int metric) {
    MemorySegment[] segments = observedSegments[metric];
    for (int i = 0; i < segments.length; i++) {
      gradient.read(observedNames[metric][i], segments[i]);
    }
    return observed.get(metric);
  }

  /**
   * {@return the first value that is not finite when a part is computed again, if there is one} The
   * parameters did not change.
   */
  Optional<String> diagnose(TrainingPrograms.Diagnosis diagnosis, Batch batch, long done) {
    try (Session replay = open(diagnosis.program(), false)) {
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

  private void feed(Session session, Batch batch) {
    for (int i = 0; i < columns.length; i++) {
      session.write(columns[i], batch.segment(i));
    }
    session.write(TrainingPrograms.MASK, batch.maskSegment());
  }

  /** Every part of every step has its own random numbers. */
  private void random(Session session, long done, Batch batch) {
    session.setLong(TrainingPrograms.SEED, seed);
    session.setLong(TrainingPrograms.STEP, done * accumulate + batch.index() % accumulate);
  }

  @Override
  public void close() {
    try {
      gradient.close();
    } finally {
      if (update != gradient) {
        update.close();
      }
    }
  }
}
