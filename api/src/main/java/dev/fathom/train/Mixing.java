package dev.fathom.train;

import dev.fathom.json.SpecException;
import dev.fathom.nn.Network;
import dev.fathom.spi.DType;
import dev.fathom.task.Step;
import dev.fathom.task.Term;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * Mixes each example of a batch with the one before it, while the network learns. By mixup (Zhang
 * et al., 2017) pixels are {@code lambda} of one and the rest of the other; by CutMix (Yun et al.,
 * 2019) a rectangle of the other takes the place of {@code 1 - lambda} of the picture. The loss is
 * that of both targets in the same shares. {@code lambda} is of Beta(alpha, alpha), another for
 * each example; where both are asked for, each is taken half of the time. An example whose
 * neighbour is padding is left as it is.
 *
 * @param objective of examples as they are
 * @param input the column of the pictures, {@code [batch, ..., height, width]}
 * @param target the column of the classes
 * @param mixup alpha of it
 * @param cutmix alpha of it
 */
record Mixing(
    Objective objective, String input, String target, OptionalDouble mixup, OptionalDouble cutmix)
    implements Objective {
  private static final int QUANTILES = 1024;

  @Override
  public List<Group> groups() {
    return objective.groups();
  }

  @Override
  public SequencedMap<String, Term> terms(Step step) {
    if (!step.training() || step.batch() < 2) {
      return objective.terms(step);
    }
    Tensor pictures = step.column(input);
    Tensor others = before(pictures);
    Tensor share = share(step, pictures);
    Tensor mixed = pictures.add(others.sub(pictures).mul(share));
    long pixels = share.shape().elements() / step.batch();
    Tensor weight = share.reshape(step.batch(), pixels).mean(1);
    Traced own = new Traced(step, mixed, step.column(target), new LinkedHashMap<>());
    SequencedMap<String, Term> terms = objective.terms(own);
    SequencedMap<String, Term> ofOthers = objective.terms(own.with(before(step.column(target))));
    SequencedMap<String, Term> both = new LinkedHashMap<>();
    terms.forEach(
        (group, term) -> {
          Tensor other = ofOthers.get(group).rows();
          Tensor rows = term.rows().add(other.sub(term.rows()).mul(weight));
          both.put(group, new Term(rows, term.weights(), term.observation()));
        });
    return both;
  }

  /** {@return the rows of a batch, each in the place of the next} */
  private static Tensor before(Tensor rows) {
    long last = rows.size(0) - 1;
    return Tensor.concat(0, rows.slice(0, last, last + 1), rows.slice(0, 0, last));
  }

  /** {@return how much of each pixel is the other's, {@code [batch, 1..., height, width]}} */
  private Tensor share(Step step, Tensor pictures) {
    int rank = pictures.shape().rank();
    long[] one = new long[rank];
    Arrays.fill(one, 1);
    one[0] = step.batch();
    long[] plane = one.clone();
    plane[rank - 2] = pictures.size(rank - 2);
    plane[rank - 1] = pictures.size(rank - 1);
    Tensor share = null;
    if (mixup.isPresent()) {
      Tensor lambda = beta(step, mixup.getAsDouble()).reshape(one);
      share = Tensor.zeros(DType.F32, plane).add(1).sub(lambda);
    }
    if (cutmix.isPresent()) {
      Tensor side = beta(step, cutmix.getAsDouble()).neg().add(1).sqrt().reshape(one);
      Tensor cut = inside(step, side, plane, rank - 2).mul(inside(step, side, plane, rank - 1));
      share =
          share == null
              ? cut
              : step.uniform(one).less(Tensor.full(0.5, DType.F32, one)).select(share, cut);
    }
    return share.mul(before(step.mask()).reshape(one));
  }

  /** {@return 1 where a pixel is in an interval whose middle is anywhere, else 0} */
  private static Tensor inside(Step step, Tensor side, long[] plane, int axis) {
    long length = plane[axis];
    long[] one = side.shape().toArray();
    Tensor middle = step.uniform(one).mul(length).floor();
    Tensor half = side.mul(length / 2.0);
    Tensor at = Tensor.iota(DType.I32, axis, plane).cast(DType.F32);
    Tensor from = middle.sub(half).round();
    Tensor to = middle.add(half).round();
    return at.less(from).not().and(at.less(to)).cast(DType.F32);
  }

  /** {@return {@code [batch]} numbers of Beta(alpha, alpha), from a table of its quantiles} */
  private static Tensor beta(Step step, double alpha) {
    Tensor at = step.uniform(step.batch()).mul(QUANTILES);
    Tensor below = at.floor().minimum(Tensor.full(QUANTILES - 1, DType.F32, step.batch()));
    Tensor table = Tensor.of(quantiles(alpha), QUANTILES + 1);
    Tensor index = below.cast(DType.I32);
    Tensor low = table.gather(index);
    Tensor high = table.gather(index.add(1));
    return low.add(high.sub(low).mul(at.sub(below)));
  }

  /** {@return the numbers below which 0, 1/1024 ... 1 of Beta(alpha, alpha) is} */
  static float[] quantiles(double alpha) {
    // Of the lower half, in t = x^alpha, in which the density has no pole.
    int steps = 1 << 14;
    double end = Math.pow(0.5, alpha);
    double[] sums = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      double x = Math.pow((i + 0.5) / steps * end, 1 / alpha);
      sums[i + 1] = sums[i] + Math.pow(1 - x, alpha - 1);
    }
    float[] quantiles = new float[QUANTILES + 1];
    int at = 0;
    for (int i = 0; i <= QUANTILES / 2; i++) {
      double wanted = 2.0 * i / QUANTILES * sums[steps];
      while (at < steps - 1 && sums[at + 1] < wanted) {
        at++;
      }
      double part = (wanted - sums[at]) / (sums[at + 1] - sums[at]);
      double t = Math.min((at + part) / steps, 1) * end;
      quantiles[i] = (float) Math.pow(t, 1 / alpha);
      quantiles[QUANTILES - i] = 1 - quantiles[i];
    }
    return quantiles;
  }

  /** Checks that a spec's training can mix its examples. */
  static void check(boolean isClass, int inputs, int rank, OptionalDouble mixup) {
    if (!isClass || inputs != 1 || rank < 2) {
      throw new SpecException(
          "/training/" + (mixup.isPresent() ? "mixup" : "cutmix"),
          "expected pictures, and a class for each");
    }
  }

  /** A batch whose pictures are mixed. The network is traced once, for both targets. */
  private final class Traced implements Step {
    private final Step step;
    private final Tensor mixed;
    private final Tensor targets;
    private final SequencedMap<String, Network.Trace> traces;

    Traced(Step step, Tensor mixed, Tensor targets, SequencedMap<String, Network.Trace> traces) {
      this.step = step;
      this.mixed = mixed;
      this.targets = targets;
      this.traces = traces;
    }

    Traced with(Tensor others) {
      return new Traced(step, mixed, others, traces);
    }

    @Override
    public Tensor column(String name) {
      return name.equals(input) ? mixed : name.equals(target) ? targets : step.column(name);
    }

    @Override
    public Tensor mask() {
      return step.mask();
    }

    @Override
    public long batch() {
      return step.batch();
    }

    @Override
    public boolean training() {
      return step.training();
    }

    @Override
    public Network.Trace trace(String group, List<Tensor> inputs) {
      return traces.computeIfAbsent(group, name -> step.trace(name, inputs));
    }

    @Override
    public Tensor normal(long... shape) {
      return step.normal(shape);
    }

    @Override
    public Tensor uniform(long... shape) {
      return step.uniform(shape);
    }
  }
}
