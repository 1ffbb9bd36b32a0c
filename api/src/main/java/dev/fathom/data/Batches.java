package dev.fathom.data;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;

/**
 * The batches of one or more epochs, prepared by a second thread in a small ring of reused buffers.
 *
 * <pre>{@code
 * try (Batches batches =
 *     Batches.of(train, 64)
 *         .floats("image", Normalisation.scaled(1 / 255.0))
 *         .ints("label")
 *         .shuffled(seed)
 *         .from(epoch, batch)
 *         .open()) {
 *   while (batches.hasNext()) {
 *     Batch next = batches.next(); // next.floats(0), next.ints(1), next.mask()
 *   }
 * }
 * }</pre>
 *
 * <p>The batches depend on dataset, batch size, seed, epoch and position alone, so a run resumes
 * with these numbers. For one thread at a time. An error of the second thread is thrown by {@link
 * #next()}, naming epoch, batch, column and example.
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {
  private static final int RING = 3;

  private final Dataset dataset;
  private final List<Input> inputs;
  private final int batchSize;
  private final Long seed;
  private final long toEpoch;

  private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(RING);
  private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(RING + 1);
  private final Batch failed = new Batch(new Object[0], 0);
  private final Thread worker;
  private volatile Throwable failure;
  private volatile boolean closed;

  private long epoch;
  private int index;
  private Batch lent;
  private long stallNanos;

  /**
   * {@code transform}: null for none. {@code changed}: where an example of integers is transformed;
   * null without. {@code exact}: where a batch of f64 is normalised; null for other types. {@code
   * least} and {@code tokens}: the range of integers, its end exclusive.
   */
  private record Input(
      int column,
      String name,
      Shape shape,
      Normalisation normalisation,
      Transform transform,
      float[] changed,
      double[] exact,
      long least,
      long tokens) {
    boolean isFloat() {
      return normalisation != null;
    }

    int width() {
      return Math.toIntExact(shape.elements());
    }

    Object allocate(int rows) {
      int length = Math.multiplyExact(rows, width());
      return isFloat() ? new float[length] : new int[length];
    }
  }

  private Batches(Builder builder) {
    dataset = builder.dataset;
    inputs = List.copyOf(builder.inputs);
    batchSize = builder.batchSize;
    seed = builder.seed;
    toEpoch = builder.toEpoch;
    epoch = builder.epoch;
    index = builder.index;
    for (int i = 0; i < RING; i++) {
      free.add(new Batch(inputs.stream().map(in -> in.allocate(batchSize)).toArray(), batchSize));
    }
    long firstEpoch = epoch;
    int firstIndex = index;
    worker =
        Thread.ofPlatform()
            .daemon()
            .name("fathom-batches-" + dataset.name())
            .start(() -> prepare(firstEpoch, firstIndex));
  }

  /**
   * {@return a builder of batches of {@code batchSize} rows}
   *
   * @throws DataException if the batch size is not positive
   */
  public static Builder of(Dataset dataset, int batchSize) {
    return new Builder(dataset, batchSize);
  }

  /** {@return how many batches make an epoch, the partial one included} */
  public int perEpoch() {
    return Math.ceilDiv(dataset.size(), batchSize);
  }

  @Override
  public boolean hasNext() {
    return epoch < toEpoch && perEpoch() > 0;
  }

  /**
   * {@return the next batch, waiting for it if need be}
   *
   * @throws DataException if it could not be prepared; every later call throws the same
   * @throws CancellationException if the thread is interrupted; the flag stays set
   * @throws IllegalStateException after {@link #close()}
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("[batches] closed");
    }
    if (!hasNext()) {
      throw new NoSuchElementException("[batches] no epoch left");
    }
    if (failure != null && ready.isEmpty()) {
      throw failure();
    }
    if (lent != null) {
      free.add(lent);
      lent = null;
    }
    Batch batch;
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      batch = ready.poll();
      if (batch == null) {
        long began = System.nanoTime();
        batch = ready.take();
        stallNanos += System.nanoTime() - began;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("[batches] interrupted while waiting for a batch");
    }
    if (batch == failed) {
      throw failure();
    }
    lent = batch;
    index++;
    if (index == perEpoch()) {
      index = 0;
      epoch++;
    }
    return batch;
  }

  /** {@return how long {@link #next()} has waited for batches that were not ready, all together} */
  public long stallNanos() {
    return stallNanos;
  }

  /** {@return the epoch of the next batch} */
  public long epoch() {
    return epoch;
  }

  /** {@return the number in its epoch of the next batch} */
  public int index() {
    return index;
  }

  /** Ends the second thread. Batches are not valid any more. */
  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void prepare(long firstEpoch, int firstIndex) {
    try {
      int[] order = new int[dataset.size()];
      Arrays.setAll(order, i -> i);
      int first = firstIndex;
      for (long e = firstEpoch; e < toEpoch && order.length > 0; e++) {
        if (seed != null) {
          Shuffle.fill(order, seed, e);
        }
        for (int b = first; b < perEpoch(); b++) {
          Batch batch = free.take();
          if (closed) {
            return;
          }
          fill(batch, order, e, b);
          ready.put(batch);
        }
        first = 0;
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, and then nobody waits for a batch.
    } catch (Throwable e) {
      // Whatever it is, whoever waits for a batch is told; nothing is made here, since memory may
      // be
      // used up.
      failure = e;
      ready.add(failed);
    }
  }

  private RuntimeException failure() {
    if (failure instanceof RuntimeException known) {
      return known;
    }
    var error =
        new DataException(
            "[batches] of dataset '%s': %s".formatted(dataset.name(), failure), failure);
    failure = error;
    return error;
  }

  private void fill(Batch batch, int[] order, long e, int b) {
    int from = b * batchSize;
    int count = Math.min(batchSize, order.length - from);
    batch.place(e, b, count, b == perEpoch() - 1);
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      int width = input.width();
      int row = 0;
      try {
        if (input.isFloat()) {
          float[] target = batch.floats(i);
          double[] exact = input.exact();
          for (; row < count; row++) {
            if (exact == null) {
              dataset.read(input.column(), order[from + row], target, row * width);
              if (input.transform() != null) {
                input.transform().apply(target, row * width, e, order[from + row]);
              }
            } else {
              dataset.read(input.column(), order[from + row], exact, row * width);
            }
          }
          if (exact == null) {
            input.normalisation().apply(target, count, input.shape());
          } else {
            input.normalisation().apply(exact, count, input.shape(), target);
          }
          Arrays.fill(target, count * width, target.length, 0);
        } else {
          int[] target = batch.ints(i);
          for (; row < count; row++) {
            dataset.read(input.column(), order[from + row], target, row * width);
            if (input.transform() != null) {
              change(input, target, row * width, e, order[from + row]);
            }
            check(input, target, row * width);
          }
          Arrays.fill(target, count * width, target.length, 0);
        }
      } catch (RuntimeException cause) {
        throw new DataException(
            "[batches] epoch %d, batch %d, column '%s', example %d of dataset '%s': %s"
                .formatted(
                    e,
                    b,
                    input.name(),
                    order[from + Math.min(row, count - 1)],
                    dataset.name(),
                    cause.getMessage()),
            cause);
      }
    }
  }

  private static void change(Input input, int[] target, int offset, long e, int row) {
    float[] changed = input.changed();
    for (int i = 0; i < changed.length; i++) {
      changed[i] = target[offset + i];
    }
    input.transform().apply(changed, 0, e, row);
    for (int i = 0; i < changed.length; i++) {
      target[offset + i] = (int) changed[i];
    }
  }

  private static void check(Input input, int[] ids, int offset) {
    for (int i = 0; i < input.width(); i++) {
      if (ids[offset + i] < input.least() || ids[offset + i] >= input.tokens()) {
        throw new DataException(
            "expected ids of %d to %d but got %d at position %d"
                .formatted(input.least(), input.tokens() - 1, ids[offset + i], i));
      }
    }
  }

  /** Describes the content and the order of batches. */
  public static final class Builder {
    private final Dataset dataset;
    private final int batchSize;
    private final List<Input> inputs = new ArrayList<>();
    private Long seed;
    private long epoch;
    private int index;
    private long toEpoch = Long.MAX_VALUE;

    private Builder(Dataset dataset, int batchSize) {
      if (batchSize < 1) {
        throw new DataException("[batches] expected a positive batch size but got " + batchSize);
      }
      this.dataset = dataset;
      this.batchSize = batchSize;
    }

    /** Adds a column as floats, normalised. */
    public Builder floats(String column, Normalisation normalisation) {
      return add(column, normalisation, 0, 0);
    }

    /**
     * Changes each example of a column, before it is normalised.
     *
     * @throws DataException if there is no such column, or it is of f64
     */
    public Builder transformed(String column, Transform transform) {
      for (int i = 0; i < inputs.size(); i++) {
        Input input = inputs.get(i);
        if (input.name().equals(column) && input.exact() == null) {
          inputs.set(
              i,
              new Input(
                  input.column(),
                  input.name(),
                  input.shape(),
                  input.normalisation(),
                  transform,
                  input.isFloat() ? null : new float[input.width()],
                  null,
                  input.least(),
                  input.tokens()));
          return this;
        }
      }
      throw new DataException(
          "[batches] expected a column of f32 or integers to transform but '%s' is none"
              .formatted(column));
    }

    /** Adds a column as integers. */
    public Builder ints(String column) {
      return add(column, null, Integer.MIN_VALUE, 1L << 31);
    }

    /**
     * Adds a column of token ids; one that is out of range is an error.
     *
     * @param least the first id: 0, or -1 if that marks steps that do not count
     * @param tokens the end of the range, exclusive
     */
    public Builder ids(String column, int least, long tokens) {
      return add(column, null, least, tokens);
    }

    /** Each epoch in its own order, by {@link Shuffle}; without this call, in the dataset's. */
    public Builder shuffled(long seed) {
      this.seed = seed;
      return this;
    }

    /** Starts at batch {@code index} of {@code epoch}; default 0, 0. */
    public Builder from(long epoch, int index) {
      if (epoch < 0 || index < 0 || index > 0 && index >= Math.ceilDiv(dataset.size(), batchSize)) {
        throw new DataException(
            "[batches] expected a start within an epoch of %d batches but got epoch %d, batch %d"
                .formatted(Math.ceilDiv(dataset.size(), batchSize), epoch, index));
      }
      this.epoch = epoch;
      this.index = index;
      return this;
    }

    /** Ends before {@code epoch}; default never. */
    public Builder until(long epoch) {
      this.toEpoch = epoch;
      return this;
    }

    /** Starts to prepare batches. */
    public Batches open() {
      return new Batches(this);
    }

    private Builder add(String name, Normalisation normalisation, long least, long tokens) {
      int column = dataset.column(name);
      Column from = dataset.columns().get(column);
      boolean exact = normalisation != null && from.dtype() == DType.F64;
      int values = Math.toIntExact(Math.multiplyExact(batchSize, from.shape().elements()));
      inputs.add(
          new Input(
              column,
              name,
              from.shape(),
              normalisation,
              null,
              null,
              exact ? new double[values] : null,
              least,
              tokens));
      return this;
    }
  }
}
