package dev.fathom.spi.conformance;

import static dev.fathom.spi.conformance.Strided.append;
import static dev.fathom.spi.conformance.Strided.forEach;
import static dev.fathom.spi.conformance.Strided.join;

import dev.fathom.spi.Attention;
import dev.fathom.spi.AttentionGradient;
import dev.fathom.spi.Contract;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.CrossEntropy;
import dev.fathom.spi.CrossEntropyGradient;
import dev.fathom.spi.Cumulate;
import dev.fathom.spi.DType;
import dev.fathom.spi.DynamicSlice;
import dev.fathom.spi.DynamicSliceUpdate;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Fused;
import dev.fathom.spi.Gather;
import dev.fathom.spi.KernelSpec;
import dev.fathom.spi.MaxPool;
import dev.fathom.spi.MaxPoolGradient;
import dev.fathom.spi.MaxPoolValues;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.NormaliseGradient;
import dev.fathom.spi.Pack;
import dev.fathom.spi.Random;
import dev.fathom.spi.Recurrent;
import dev.fathom.spi.RecurrentGradient;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Scatter;
import dev.fathom.spi.SelectiveScan;
import dev.fathom.spi.SelectiveScanGradient;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.Sort;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The executable meaning of every {@link KernelSpec}: plain loops over views. Floating values are
 * computed in f64 and rounded when they are stored, integers exactly, wrapping around in their
 * type. Slow, and meant to be read.
 */
public final class Oracle {

  /**
   * Where an operand lies, as {@link dev.fathom.spi.Binding} on a device.
   *
   * @param array its memory
   * @param offset the element of the view's index 0
   */
  public record Operand(HostArray array, long offset) {}

  private final List<Strided> in = new ArrayList<>();
  private final List<Strided> out = new ArrayList<>();
  private final long[] scalars;

  private Oracle(KernelSpec spec, List<Operand> operands, long[] scalars) {
    List<View> inputs = spec.inputs();
    List<View> outputs = spec.outputs();
    for (int i = 0; i < inputs.size() + outputs.size(); i++) {
      Operand operand = operands.get(i);
      if (i < inputs.size()) {
        in.add(new Strided(inputs.get(i), operand.array(), operand.offset()));
      } else {
        View view = outputs.get(i - inputs.size());
        out.add(new Strided(view, operand.array(), operand.offset()));
      }
    }
    this.scalars = scalars;
  }

  /**
   * Executes a spec.
   *
   * @param operands the spec's inputs, then its outputs
   * @param scalars raw bits, as {@link dev.fathom.spi.Queue#launch} takes them
   * @throws IllegalArgumentException for a {@link Pack}, which only its backend understands
   */
  public static void run(KernelSpec spec, List<Operand> operands, long[] scalars) {
    Oracle oracle = new Oracle(spec, operands, scalars);
    switch (spec) {
      case Fused fused -> oracle.fused(fused);
      case Reduce reduce -> oracle.reduce(reduce);
      case Contract contract -> oracle.contract(contract);
      case Convolve convolve -> oracle.convolve(convolve);
      case MaxPool pool -> oracle.maxPool(pool.windows(), pool.values().shape());
      case MaxPoolValues pool -> oracle.maxPool(pool.windows(), pool.values().shape());
      case MaxPoolGradient gradient -> oracle.maxPoolGradient(gradient);
      case Gather gather -> oracle.gather(gather);
      case Scatter scatter -> oracle.scatter(scatter);
      case DynamicSlice slice -> oracle.dynamicSlice(slice);
      case DynamicSliceUpdate update -> oracle.dynamicSliceUpdate(update);
      case Sort sort -> oracle.sort(sort);
      case Cumulate cumulate -> oracle.cumulate(cumulate);
      case Random random -> oracle.random(random);
      case Softmax softmax -> oracle.softmax(softmax);
      case CrossEntropy _ -> oracle.crossEntropy();
      case CrossEntropyGradient _ -> oracle.crossEntropyGradient();
      case Recurrent recurrent -> oracle.recurrent(recurrent);
      case RecurrentGradient gradient -> oracle.recurrentGradient(gradient);
      case SelectiveScan scan -> oracle.selectiveScan(scan);
      case SelectiveScanGradient gradient -> oracle.selectiveScanGradient(gradient);
      case Normalise normalise -> oracle.normalise(normalise);
      case NormaliseGradient gradient -> oracle.normaliseGradient(gradient);
      case Attention attention -> oracle.attention(attention);
      case AttentionGradient gradient -> oracle.attentionGradient(gradient);
      case Pack _ -> throw new IllegalArgumentException("[pack] is known to its backend alone");
    }
  }

  private void fused(Fused spec) {
    Evaluator map = new Evaluator(spec.map(), scalars);
    forEach(
        spec.shape(),
        index -> {
          map.at(index, words(in, index));
          for (int i = 0; i < out.size(); i++) {
            out.get(i).setWord(map.result(i), index);
          }
        });
  }

  private static long[] words(List<Strided> operands, long[] index) {
    long[] words = new long[operands.size()];
    Arrays.setAll(words, i -> operands.get(i).word(index));
    return words;
  }

  /** An operand behind its prologue: reads words. */
  private final class Prologue {
    private final List<Strided> views;
    private final boolean plain;
    private final Evaluator map;

    Prologue(Source source, int firstInput) {
      views = in.subList(firstInput, firstInput + source.views().size());
      plain = source.isPlain();
      map = new Evaluator(source.map(), scalars);
    }

    long word(long[] index) {
      return plain ? views.getFirst().word(index) : map.at(index, words(views, index)).result(0);
    }
  }

  /** Stores a result, given in the accumulator type, through an epilogue. */
  private final class Store {
    private final List<Strided> extras;
    private final Evaluator map;

    Store(Epilogue epilogue) {
      extras = in.subList(in.size() - epilogue.extras().size(), in.size());
      map = new Evaluator(epilogue.map(), scalars);
    }

    void word(long result, long[] index) {
      map.at(index, join(new long[] {result}, words(extras, index)));
      for (int i = 0; i < out.size(); i++) {
        out.get(i).setWord(map.result(i), index);
      }
    }
  }

  private void reduce(Reduce spec) {
    Shape shape = spec.input().shape();
    int kept = shape.rank() - spec.reducedAxes();
    Shape reduced = shape.slice(kept, shape.rank());
    DType type = spec.input().type();
    Prologue input = new Prologue(spec.input(), 0);
    forEach(
        shape.slice(0, kept),
        outer -> {
          if (spec.op().isPosition()) {
            long[] best = {0, 0};
            long[] position = {0};
            forEach(
                reduced,
                inner -> {
                  long word = input.word(join(outer, inner));
                  if (position[0] == 0 || beats(spec.op(), word, best[1], type)) {
                    best[0] = position[0];
                    best[1] = word;
                  }
                  position[0]++;
                });
            out.getFirst().setWord(best[0], outer);
          } else {
            long[] total = {start(spec.op(), type)};
            forEach(
                reduced,
                inner ->
                    total[0] = combine(spec.op(), total[0], input.word(join(outer, inner)), type));
            out.getFirst().setWord(total[0], outer);
          }
        });
  }

  private static boolean beats(ReduceOp op, long word, long best, DType type) {
    if (type.isFloating()) {
      double x = HostArray.real(word);
      double y = HostArray.real(best);
      return !Double.isNaN(y) && (Double.isNaN(x) || (op == ReduceOp.ARG_MAX ? x > y : x < y));
    }
    return op == ReduceOp.ARG_MAX ? word > best : word < best;
  }

  private static long start(ReduceOp op, DType type) {
    if (type.isFloating()) {
      return HostArray.real(
          switch (op) {
            case SUM -> 0.0;
            case PRODUCT -> 1.0;
            case MAX -> Double.NEGATIVE_INFINITY;
            default -> Double.POSITIVE_INFINITY;
          });
    }
    return switch (op) {
      case SUM -> 0;
      case PRODUCT -> 1;
      case MAX -> type == DType.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
      default -> type == DType.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
    };
  }

  private static long combine(ReduceOp op, long a, long b, DType type) {
    if (type.isFloating()) {
      double x = HostArray.real(a);
      double y = HostArray.real(b);
      return HostArray.real(
          switch (op) {
            case SUM -> x + y;
            case PRODUCT -> x * y;
            case MAX -> Math.max(x, y);
            default -> Math.min(x, y);
          });
    }
    return switch (op) {
      case SUM -> Evaluator.wrap(a + b, type);
      case PRODUCT -> Evaluator.wrap(a * b, type);
      case MAX -> Math.max(a, b);
      default -> Math.min(a, b);
    };
  }

  private void contract(Contract spec) {
    int batch = spec.batchAxes();
    int m = spec.mAxes();
    Shape left = spec.a().shape();
    Shape inner = left.slice(left.rank() - spec.kAxes(), left.rank());
    Prologue a = new Prologue(spec.a(), 0);
    Prologue b = new Prologue(spec.b(), spec.a().views().size());
    Store store = new Store(spec.epilogue());
    forEach(
        spec.epilogue().shape(),
        index -> {
          long[] aAt = Arrays.copyOf(index, batch + m + inner.rank());
          long[] bOuter =
              join(Arrays.copyOf(index, batch), Arrays.copyOfRange(index, batch + m, index.length));
          long[] bAt = Arrays.copyOf(bOuter, bOuter.length + inner.rank());
          double[] real = {0};
          long[] whole = {0};
          forEach(
              inner,
              k -> {
                System.arraycopy(k, 0, aAt, batch + m, k.length);
                System.arraycopy(k, 0, bAt, bOuter.length, k.length);
                long x = a.word(aAt);
                long y = b.word(bAt);
                if (spec.accumulator().isFloating()) {
                  real[0] += HostArray.real(x) * HostArray.real(y);
                } else {
                  whole[0] = Evaluator.wrap(whole[0] + x * y, spec.accumulator());
                }
              });
          store.word(spec.accumulator().isFloating() ? HostArray.real(real[0]) : whole[0], index);
        });
  }

  /** Sums the trilinear form into the argument that is the result. */
  private void convolve(Convolve spec) {
    Shape result = spec.epilogue().shape();
    Strided sums = sums(result);
    Strided x = spec.role() == Convolve.Role.INPUT ? sums : in.get(0);
    Strided w = spec.role() == Convolve.Role.WEIGHT ? sums : in.get(1);
    Strided y =
        switch (spec.role()) {
          case OUTPUT -> sums;
          case INPUT -> in.get(0);
          case WEIGHT -> in.get(1);
        };
    int rank = result.rank();
    Shape output = y.view().shape().slice(2, rank);
    Shape taps = taps(spec.windows());
    long channels = w.view().size(1);
    long outputsPerGroup = w.view().size(0) / spec.groups();
    forEach(
        Shape.of(x.view().size(0), w.view().size(0), channels),
        outer -> {
          long n = outer[0];
          long o = outer[1];
          long c = outer[2];
          long[] xAt = Arrays.copyOf(new long[] {n, o / outputsPerGroup * channels + c}, rank);
          long[] wAt = Arrays.copyOf(new long[] {o, c}, rank);
          long[] yAt = Arrays.copyOf(new long[] {n, o}, rank);
          forEach(
              output,
              position ->
                  forEach(
                      taps,
                      tap -> {
                        for (int i = 0; i < tap.length; i++) {
                          xAt[2 + i] = source(spec.windows().get(i), position[i], tap[i]);
                          wAt[2 + i] = tap[i];
                          yAt[2 + i] = position[i];
                        }
                        if (!inside(xAt, x.view().shape())) {
                          return;
                        }
                        switch (spec.role()) {
                          case OUTPUT -> y.setReal(y.real(yAt) + x.real(xAt) * w.real(wAt), yAt);
                          case INPUT -> x.setReal(x.real(xAt) + y.real(yAt) * w.real(wAt), xAt);
                          case WEIGHT -> w.setReal(w.real(wAt) + x.real(xAt) * y.real(yAt), wAt);
                        }
                      }));
        });
    Store store = new Store(spec.epilogue());
    forEach(result, index -> store.word(sums.word(index), index));
  }

  private static Shape taps(List<Window> windows) {
    return Shape.of(windows.stream().mapToLong(Window::size).toArray());
  }

  /** {@return the input position that a window's tap reads, perhaps in the padding} */
  private static long source(Window window, long position, long tap) {
    return position * window.stride() - window.padLow() + tap * window.dilation();
  }

  /** {@return [n, c] of {@code index}, then the input position that a window's tap reads} */
  private static long[] source(List<Window> windows, long[] index, long[] tap) {
    long[] source = index.clone();
    for (int axis = 0; axis < tap.length; axis++) {
      source[2 + axis] = source(windows.get(axis), index[2 + axis], tap[axis]);
    }
    return source;
  }

  private static boolean inside(long[] index, Shape shape) {
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.size(axis)) {
        return false;
      }
    }
    return true;
  }

  /** The maxima, and where they are if that is asked for. */
  private void maxPool(List<Window> windows, Shape result) {
    Strided x = in.getFirst();
    forEach(
        result,
        index -> {
          double[] best = {Double.NEGATIVE_INFINITY};
          long[] bestTap = {0};
          long[] flatTap = {0};
          forEach(
              taps(windows),
              tap -> {
                long[] source = source(windows, index, tap);
                double value =
                    inside(source, x.view().shape()) ? x.real(source) : Double.NEGATIVE_INFINITY;
                if (!Double.isNaN(best[0]) && (Double.isNaN(value) || value > best[0])) {
                  best[0] = value;
                  bestTap[0] = flatTap[0];
                }
                flatTap[0]++;
              });
          out.get(0).setReal(best[0], index);
          if (out.size() > 1) {
            out.get(1).setWord(bestTap[0], index);
          }
        });
  }

  private void maxPoolGradient(MaxPoolGradient spec) {
    Strided dy = in.get(0);
    Strided indices = in.get(1);
    Shape shape = spec.dx().shape();
    Strided sums = sums(shape);
    long[] tapStrides = taps(spec.windows()).rowMajorStrides();
    forEach(
        spec.dy().shape(),
        index -> {
          long[] tap = new long[tapStrides.length];
          long flat = indices.word(index);
          for (int axis = 0; axis < tap.length; axis++) {
            tap[axis] = flat / tapStrides[axis] % spec.windows().get(axis).size();
          }
          long[] source = source(spec.windows(), index, tap);
          if (inside(source, shape)) {
            sums.setReal(sums.real(source) + dy.real(index), source);
          }
        });
    forEach(shape, index -> out.getFirst().setWord(sums.word(index), index));
  }

  private void gather(Gather spec) {
    Strided table = in.get(0);
    Strided indices = in.get(1);
    long rows = table.view().size(0);
    forEach(
        spec.out().shape(),
        index -> {
          long[] source = index.clone();
          source[0] = indices.word(index[0]);
          boolean known = source[0] >= 0 && source[0] < rows;
          out.getFirst().setWord(known ? table.word(source) : 0, index);
        });
  }

  private void scatter(Scatter spec) {
    Strided indices = in.get(0);
    Strided updates = in.get(1);
    Strided target = out.getFirst();
    DType type = target.view().dtype().valueType();
    forEach(
        updates.view().shape(),
        index -> {
          long[] row = index.clone();
          row[0] = indices.word(index[0]);
          if (row[0] >= 0 && row[0] < target.view().size(0)) {
            long update = updates.word(index);
            target.setWord(
                spec.mode() == Scatter.Mode.SET
                    ? update
                    : combine(ReduceOp.SUM, target.word(row), update, type),
                row);
          }
        });
  }

  private void dynamicSlice(DynamicSlice spec) {
    Strided x = in.getFirst();
    long[] start = clampedStart(spec.x().shape(), spec.out().shape());
    forEach(spec.out().shape(), index -> out.getFirst().setWord(x.word(add(start, index)), index));
  }

  private void dynamicSliceUpdate(DynamicSliceUpdate spec) {
    Strided update = in.getFirst();
    long[] start = clampedStart(spec.target().shape(), spec.update().shape());
    forEach(
        spec.update().shape(),
        index -> out.getFirst().setWord(update.word(index), add(start, index)));
  }

  private long[] clampedStart(Shape whole, Shape block) {
    long[] start = new long[whole.rank()];
    for (int axis = 0; axis < start.length; axis++) {
      start[axis] = Math.clamp(scalars[axis], 0, whole.size(axis) - block.size(axis));
    }
    return start;
  }

  private static long[] add(long[] a, long[] b) {
    long[] sum = a.clone();
    Arrays.setAll(sum, axis -> a[axis] + b[axis]);
    return sum;
  }

  private void sort(Sort spec) {
    Strided x = in.getFirst();
    Shape shape = spec.x().shape();
    int last = shape.rank() - 1;
    boolean floating = spec.x().dtype().isFloating();
    forEach(
        shape.slice(0, last),
        outer -> {
          Comparator<Long> numbers =
              Comparator.comparingDouble(i -> 0.0 + x.real(append(outer, i)));
          Comparator<Long> order =
              floating ? numbers : Comparator.comparingLong(i -> x.word(append(outer, i)));
          if (spec.descending()) {
            order = order.reversed();
          }
          if (floating) {
            Comparator<Long> nanLast =
                Comparator.comparing(i -> Double.isNaN(x.real(append(outer, i))));
            order = nanLast.thenComparing(order);
          }
          List<Long> positions = new ArrayList<>();
          for (long i = 0; i < shape.size(last); i++) {
            positions.add(i);
          }
          positions.sort(order);
          for (int i = 0; i < positions.size(); i++) {
            long position = positions.get(i);
            out.get(0).setWord(x.word(append(outer, position)), append(outer, i));
            out.get(1).setWord(position, append(outer, i));
          }
        });
  }

  private void cumulate(Cumulate spec) {
    Shape shape = spec.x().shape();
    int last = shape.rank() - 1;
    DType type = spec.x().dtype().valueType();
    forEach(
        shape.slice(0, last),
        outer -> {
          long total = start(spec.op(), type);
          for (long i = 0; i < shape.size(last); i++) {
            long[] at = append(outer, i);
            total = combine(spec.op(), total, in.getFirst().word(at), type);
            out.getFirst().setWord(total, at);
          }
        });
  }

  private void random(Random spec) {
    long seed = scalars[0];
    long step = scalars[1];
    long key = Threefry.block((int) seed, (int) (seed >>> 32), spec.stream(), (int) step);
    int key0 = Threefry.word0(key);
    int key1 = Threefry.word1(key);
    long n = spec.out().shape().elements();
    long[] position = {0};
    forEach(
        spec.out().shape(),
        index -> {
          long i = position[0]++;
          switch (spec.distribution()) {
            case NORMAL -> {
              long block = Threefry.block(key0, key1, (int) i, 0);
              double u = ((Threefry.word0(block) >>> 8) + 1) * 0x1p-24;
              double v = (Threefry.word1(block) >>> 8) * 0x1p-24;
              double normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
              out.getFirst().setReal(normal, index);
            }
            case BITS -> out.getFirst().setWord(bits(key, i, n), index);
            case UNIFORM -> out.getFirst().setReal(uniform(key, i, n), index);
          }
        });
  }

  /** {@return the 32 bits of element {@code i} of n, see {@link Random}} */
  private static int bits(long key, long i, long n) {
    long half = (n + 1) / 2;
    long counter = i < half ? i : i - half;
    long block = Threefry.block(Threefry.word0(key), Threefry.word1(key), (int) counter, 0);
    return i < half ? Threefry.word0(block) : Threefry.word1(block);
  }

  private static double uniform(long key, long i, long n) {
    return (bits(key, i, n) >>> 8) * 0x1p-24;
  }

  private void softmax(Softmax spec) {
    Shape shape = spec.x().shape();
    int last = shape.rank() - 1;
    long n = shape.size(last);
    forEach(
        shape.slice(0, last),
        outer -> {
          double max = max(in.getFirst(), outer, n);
          double logSum = Math.log(sumExp(in.getFirst(), outer, n, max));
          for (long i = 0; i < n; i++) {
            double log = in.getFirst().real(append(outer, i)) - max - logSum;
            out.getFirst().setReal(spec.log() ? log : Math.exp(log), append(outer, i));
          }
        });
  }

  private static double max(Strided x, long[] row, long n) {
    double max = Double.NEGATIVE_INFINITY;
    for (long i = 0; i < n; i++) {
      max = Math.max(max, x.real(append(row, i)));
    }
    return max;
  }

  private static double sumExp(Strided x, long[] row, long n, double max) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
      sum += Math.exp(x.real(append(row, i)) - max);
    }
    return sum;
  }

  private void crossEntropy() {
    Strided logits = in.get(0);
    Strided labels = in.get(1);
    long classes = logits.view().size(1);
    forEach(
        labels.view().shape(),
        row -> {
          double max = max(logits, row, classes);
          double logSum = max + Math.log(sumExp(logits, row, classes, max));
          long label = labels.word(row);
          boolean known = label >= 0 && label < classes;
          out.get(0).setReal(known ? logSum - logits.real(append(row, label)) : logSum, row);
          out.get(1).setReal(logSum, row);
        });
  }

  private void crossEntropyGradient() {
    Strided logits = in.get(0);
    forEach(
        logits.view().shape(),
        index -> {
          long row = index[0];
          double probability = Math.exp(logits.real(index) - in.get(2).real(row));
          double target = in.get(1).word(row) == index[1] ? 1 : 0;
          out.getFirst().setReal(in.get(3).real(row) * (probability - target), index);
        });
  }

  /** Operands in the order of a recurrent spec, one after the other. */
  private record State(Strided hidden, Strided cell) {
    static State of(Recurrent.Cell cell, Iterator<Strided> operands) {
      return new State(operands.next(), cell.hasCell() ? operands.next() : null);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static boolean counts(Strided mask, long b, long t) {
    return mask == null || mask.word(b, t) != 0;
  }

  /** {@return where step {@code i} of {@code time} is, if the first is computed first or last} */
  private static long step(boolean reverse, long time, long i) {
    return reverse ? time - 1 - i : i;
  }

  private void recurrent(Recurrent spec) {
    Recurrent.Cell cell = spec.cell();
    Iterator<Strided> operands = in.iterator();
    Strided x = operands.next();
    Strided hidden = operands.next();
    Strided bias = operands.next();
    State initial = State.of(cell, operands);
    Strided mask = spec.mask().isPresent() ? operands.next() : null;
    Iterator<Strided> results = out.iterator();
    State states = State.of(cell, results);
    Strided saved = spec.saved().isPresent() ? results.next() : null;
    int units = (int) spec.bias().size(1);
    long time = spec.x().size(1);
    for (long b = 0; b < spec.x().size(0); b++) {
      double[] h = new double[units];
      double[] c = new double[units];
      for (int u = 0; u < units; u++) {
        h[u] = initial.hidden.real(b, u);
        c[u] = cell.hasCell() ? initial.cell.real(b, u) : 0;
      }
      for (long i = 0; i < time; i++) {
        long t = step(spec.reverse(), time, i);
        double[] before = h.clone();
        for (int u = 0; u < units; u++) {
          double[] own = new double[cell.gates()];
          double[] product = new double[cell.gates()];
          for (int g = 0; g < own.length; g++) {
            own[g] = x.real(b, t, g, u);
            product[g] = bias.real(g, u);
            for (int v = 0; v < units; v++) {
              product[g] += hidden.real(g, u, v) * before[v];
            }
          }
          double[] gates = new double[cell.saved()];
          double state = 0;
          double memory = 0;
          switch (cell) {
            case RNN -> state = Math.tanh(own[0] + product[0]);
            case LSTM -> {
              for (int g = 0; g < gates.length; g++) {
                double sum = own[g] + product[g];
                gates[g] = g == 2 ? Math.tanh(sum) : sigmoid(sum);
              }
              memory = gates[1] * c[u] + gates[0] * gates[2];
              state = gates[3] * Math.tanh(memory);
            }
            case GRU -> {
              gates[0] = sigmoid(own[0] + product[0]);
              gates[1] = sigmoid(own[1] + product[1]);
              gates[2] = Math.tanh(own[2] + gates[0] * product[2]);
              gates[3] = product[2];
              state = (1 - gates[1]) * gates[2] + gates[1] * before[u];
            }
          }
          for (int g = 0; g < gates.length; g++) {
            saved.setReal(gates[g], b, t, g, u);
          }
          if (counts(mask, b, t)) {
            h[u] = state;
            c[u] = memory;
          }
          states.hidden.setReal(h[u], b, t, u);
          if (cell.hasCell()) {
            states.cell.setReal(c[u], b, t, u);
          }
        }
      }
    }
  }

  private void recurrentGradient(RecurrentGradient spec) {
    Recurrent.Cell cell = spec.cell();
    Iterator<Strided> operands = in.iterator();
    Strided hidden = operands.next();
    State initial = State.of(cell, operands);
    Strided mask = spec.mask().isPresent() ? operands.next() : null;
    State states = State.of(cell, operands);
    Strided saved = spec.saved().isPresent() ? operands.next() : null;
    State dStates = State.of(cell, operands);
    Iterator<Strided> results = out.iterator();
    Strided dX = results.next();
    State dInitial = State.of(cell, results);
    int units = (int) spec.hidden().size(1);
    long time = spec.dX().size(1);
    for (long b = 0; b < spec.dX().size(0); b++) {
      double[] dh = new double[units];
      double[] dc = new double[units];
      for (long i = time - 1; i >= 0; i--) {
        long t = step(spec.reverse(), time, i);
        long previous = step(spec.reverse(), time, i - 1);
        double[] carry = new double[units];
        for (int u = 0; u < units; u++) {
          dh[u] += dStates.hidden.real(b, t, u);
          dc[u] += cell.hasCell() ? dStates.cell.real(b, t, u) : 0;
          double[] dx = new double[cell.gates()]; // gradient of the input's share of the gates
          double[] da = dx; // gradient of the previous state's share
          if (!counts(mask, b, t)) {
            carry[u] += dh[u];
          } else {
            double[] gates = new double[cell.saved()];
            for (int g = 0; g < gates.length; g++) {
              gates[g] = saved.real(b, t, g, u);
            }
            switch (cell) {
              case RNN -> dx[0] = dh[u] * slopeOfTanh(states.hidden.real(b, t, u));
              case LSTM -> {
                double before = i == 0 ? initial.cell.real(b, u) : states.cell.real(b, previous, u);
                double tanh = Math.tanh(states.cell.real(b, t, u));
                dc[u] += dh[u] * gates[3] * slopeOfTanh(tanh);
                dx[0] = dc[u] * gates[2] * slopeOfSigmoid(gates[0]);
                dx[1] = dc[u] * before * slopeOfSigmoid(gates[1]);
                dx[2] = dc[u] * gates[0] * slopeOfTanh(gates[2]);
                dx[3] = dh[u] * tanh * slopeOfSigmoid(gates[3]);
                dc[u] *= gates[1];
              }
              case GRU -> {
                double before =
                    i == 0 ? initial.hidden.real(b, u) : states.hidden.real(b, previous, u);
                dx[2] = dh[u] * (1 - gates[1]) * slopeOfTanh(gates[2]);
                dx[1] = dh[u] * (before - gates[2]) * slopeOfSigmoid(gates[1]);
                dx[0] = dx[2] * gates[3] * slopeOfSigmoid(gates[0]);
                da = new double[] {dx[0], dx[1], dx[2] * gates[0]};
                carry[u] += dh[u] * gates[1];
              }
            }
            for (int g = 0; g < da.length; g++) {
              for (int v = 0; v < units; v++) {
                carry[v] += da[g] * hidden.real(g, u, v);
              }
            }
          }
          for (int g = 0; g < dx.length; g++) {
            dX.setReal(dx[g], b, t, g, u);
          }
        }
        dh = carry;
      }
      for (int u = 0; u < units; u++) {
        dInitial.hidden.setReal(dh[u], b, u);
        if (cell.hasCell()) {
          dInitial.cell.setReal(dc[u], b, u);
        }
      }
    }
  }

  private static double slopeOfTanh(double y) {
    return 1 - y * y;
  }

  private static double slopeOfSigmoid(double y) {
    return y * (1 - y);
  }

  /** The values of one step of a scan, for one row of the batch, channel and number of a state. */
  private static final class ScanStep {
    final double x;
    final double delta;
    final double a;
    final double b;
    final double c;
    final double decay;

    ScanStep(List<Strided> in, long row, long t, long channel, long n) {
      x = in.get(0).real(row, t, channel);
      delta = in.get(1).real(row, t, channel);
      a = in.get(2).real(channel, n);
      b = in.get(3).real(row, t, n);
      c = in.get(4).real(row, t, n);
      decay = Math.exp(delta * a);
    }

    double after(double state) {
      return decay * state + delta * x * b;
    }
  }

  private void selectiveScan(SelectiveScan spec) {
    long time = spec.x().size(1);
    forEach(
        Shape.of(spec.x().size(0), spec.x().size(2)),
        index -> {
          long row = index[0];
          long channel = index[1];
          double[] y = new double[(int) time];
          for (long n = 0; n < spec.a().size(1); n++) {
            double state = in.get(5).real(row, channel, n);
            for (long t = 0; t < time; t++) {
              if (t % spec.interval() == 0) {
                out.get(2).setReal(state, row, t / spec.interval(), channel, n);
              }
              ScanStep step = new ScanStep(in, row, t, channel, n);
              state = step.after(state);
              y[(int) t] += step.c * state;
            }
            out.get(1).setReal(state, row, channel, n);
          }
          for (long t = 0; t < time; t++) {
            out.get(0).setReal(y[(int) t], row, t, channel);
          }
        });
  }

  private void selectiveScanGradient(SelectiveScanGradient spec) {
    int time = (int) spec.x().size(1);
    int channels = (int) spec.x().size(2);
    int size = (int) spec.a().size(1);
    double[][] dA = new double[channels][size];
    for (long row = 0; row < spec.x().size(0); row++) {
      double[][] dX = new double[time][channels];
      double[][] dDelta = new double[time][channels];
      double[][] dB = new double[time][size];
      double[][] dC = new double[time][size];
      for (int channel = 0; channel < channels; channel++) {
        for (int n = 0; n < size; n++) {
          double[] states = states(spec, row, channel, n);
          double g = in.get(7).real(row, channel, n);
          for (int t = time - 1; t >= 0; t--) {
            ScanStep step = new ScanStep(in, row, t, channel, n);
            double dY = in.get(6).real(row, t, channel);
            g += dY * step.c;
            dC[t][n] += dY * step.after(states[t]);
            dB[t][n] += g * step.delta * step.x;
            dX[t][channel] += g * step.delta * step.b;
            double exponent = g * step.decay * states[t];
            dDelta[t][channel] += exponent * step.a + g * step.b * step.x;
            dA[channel][n] += exponent * step.delta;
            g *= step.decay;
          }
          out.get(5).setReal(g, row, channel, n);
        }
      }
      for (int t = 0; t < time; t++) {
        for (int channel = 0; channel < channels; channel++) {
          out.get(0).setReal(dX[t][channel], row, t, channel);
          out.get(1).setReal(dDelta[t][channel], row, t, channel);
        }
        for (int n = 0; n < size; n++) {
          out.get(3).setReal(dB[t][n], row, t, n);
          out.get(4).setReal(dC[t][n], row, t, n);
        }
      }
    }
    forEach(
        spec.a().shape(),
        index -> out.get(2).setReal(dA[(int) index[0]][(int) index[1]], index[0], index[1]));
  }

  /** {@return the state before each step, from the one that was kept before it} */
  private double[] states(SelectiveScanGradient spec, long row, long channel, long n) {
    double[] states = new double[(int) spec.x().size(1)];
    for (int t = 0; t < states.length; t++) {
      states[t] =
          t % spec.interval() == 0
              ? in.get(5).real(row, t / spec.interval(), channel, n)
              : new ScanStep(in, row, t - 1, channel, n).after(states[t - 1]);
    }
    return states;
  }

  private void normalise(Normalise spec) {
    Strided x = in.get(0);
    int last = spec.x().rank() - 1;
    long n = spec.x().size(last);
    forEach(
        spec.x().shape().slice(0, last),
        row -> {
          double sum = 0;
          for (long i = 0; i < n; i++) {
            sum += x.real(append(row, i));
          }
          double mean = spec.mean().isPresent() ? sum / n : 0;
          double squares = 0;
          for (long i = 0; i < n; i++) {
            double centred = x.real(append(row, i)) - mean;
            squares += centred * centred;
          }
          double rstd = 1 / Math.sqrt(squares / n + spec.epsilon());
          for (long i = 0; i < n; i++) {
            double bias = spec.bias().isPresent() ? in.get(2).real(i) : 0;
            double unit = (x.real(append(row, i)) - mean) * rstd;
            out.get(0).setReal(unit * in.get(1).real(i) + bias, append(row, i));
          }
          out.get(1).setReal(rstd, row);
          if (spec.mean().isPresent()) {
            out.get(2).setReal(mean, row);
          }
        });
  }

  private void normaliseGradient(NormaliseGradient spec) {
    Strided dy = in.get(3);
    int last = spec.x().rank() - 1;
    int n = Math.toIntExact(spec.x().size(last));
    double[] dWeight = new double[n];
    double[] dBias = new double[n];
    forEach(
        spec.x().shape().slice(0, last),
        row -> {
          double mean = spec.mean().isPresent() ? in.get(4).real(row) : 0;
          double rstd = in.get(2).real(row);
          double[] unit = new double[n];
          double[] g = new double[n];
          double sum = 0;
          double product = 0;
          for (int i = 0; i < n; i++) {
            unit[i] = (in.get(0).real(append(row, i)) - mean) * rstd;
            g[i] = dy.real(append(row, i)) * in.get(1).real(i);
            sum += g[i];
            product += g[i] * unit[i];
            dWeight[i] += dy.real(append(row, i)) * unit[i];
            dBias[i] += dy.real(append(row, i));
          }
          double shift = spec.mean().isPresent() ? sum / n : 0;
          for (int i = 0; i < n; i++) {
            out.get(0).setReal(rstd * (g[i] - shift - unit[i] * product / n), append(row, i));
          }
        });
    for (int i = 0; i < n; i++) {
      out.get(1).setReal(dWeight[i], i);
      if (spec.dBias().isPresent()) {
        out.get(2).setReal(dBias[i], i);
      }
    }
  }

  /** Attention from the side of one query; {@code mask} is null where all keys may be seen. */
  private final class Scores {
    private final boolean causal;
    private final double scale;
    private final Optional<Attention.Dropout> dropout;
    private final Strided queries = in.get(0);
    private final Strided keys = in.get(1);
    private final Strided mask;
    private final long group;
    private final int count;
    private final long valid;
    private final long key;

    Scores(
        boolean causal,
        double scale,
        boolean bounded,
        Optional<Attention.Dropout> dropout,
        Strided mask) {
      this.causal = causal;
      this.scale = scale;
      this.dropout = dropout;
      this.mask = mask;
      group = queries.view().size(1) / keys.view().size(1);
      count = Math.toIntExact(keys.view().size(2));
      valid = bounded ? Math.clamp(scalars[0], 0, count) : count;
      int first = bounded ? 1 : 0;
      key =
          dropout.isEmpty()
              ? 0
              : Threefry.block(
                  (int) scalars[first],
                  (int) (scalars[first] >>> 32),
                  dropout.get().stream(),
                  (int) scalars[first + 1]);
    }

    /** {@return the index of a key or value for the query at {@code at}} */
    long[] key(long[] at, long key, long element) {
      return new long[] {at[0], at[1] / group, key, element};
    }

    /** {@return for each key, the scaled product; empty for one that is not seen} */
    Double[] of(long[] at) {
      Double[] scores = new Double[count];
      long length = queries.view().size(2);
      for (int k = 0; k < count; k++) {
        boolean seen =
            k < valid
                && (!causal || k <= at[2] + valid - length)
                && (mask == null || mask.word(at[0], k) != 0);
        if (seen) {
          double sum = 0;
          for (long i = 0; i < queries.view().size(3); i++) {
            sum += queries.real(append(at, i)) * keys.real(key(at, k, i));
          }
          scores[k] = scale * sum;
        }
      }
      return scores;
    }

    /** {@return the factor of dropout for the weight of a key} */
    double factor(long[] at, int k) {
      if (dropout.isEmpty()) {
        return 1;
      }
      Shape shape = queries.view().shape();
      long n = shape.slice(0, 3).elements() * count;
      long i = ((at[0] * shape.size(1) + at[1]) * shape.size(2) + at[2]) * count + k;
      double rate = dropout.get().rate();
      return uniform(key, i, n) < (float) rate ? 0 : 1 / (1 - rate);
    }
  }

  private void attention(Attention spec) {
    Scores scores =
        new Scores(
            spec.causal(),
            spec.scale(),
            spec.bounded(),
            spec.dropout(),
            spec.mask().isPresent() ? in.get(3) : null);
    forEach(
        spec.logSumExp().shape(),
        at -> {
          Double[] s = scores.of(at);
          double max = Double.NEGATIVE_INFINITY;
          for (Double score : s) {
            max = score == null ? max : Math.max(max, score);
          }
          double sum = 0;
          for (Double score : s) {
            sum += score == null ? 0 : Math.exp(score - max);
          }
          double logSumExp = max == Double.NEGATIVE_INFINITY ? 0 : max + Math.log(sum);
          out.get(1).setReal(logSumExp, at);
          for (long e = 0; e < spec.values().size(3); e++) {
            double total = 0;
            for (int k = 0; k < s.length; k++) {
              if (s[k] != null) {
                double weight = Math.exp(s[k] - max) / sum * scores.factor(at, k);
                total += weight * in.get(2).real(scores.key(at, k, e));
              }
            }
            out.get(0).setReal(total, append(at, e));
          }
        });
  }

  private void attentionGradient(AttentionGradient spec) {
    Scores scores =
        new Scores(
            spec.causal(),
            spec.scale(),
            spec.bounded(),
            spec.dropout(),
            spec.mask().isPresent() ? in.get(6) : null);
    List<Strided> sums = out.stream().map(operand -> sums(operand.view().shape())).toList();
    forEach(
        spec.logSumExp().shape(),
        at -> {
          Double[] s = scores.of(at);
          double product = 0;
          for (long e = 0; e < spec.values().size(3); e++) {
            product += in.get(5).real(append(at, e)) * in.get(3).real(append(at, e));
          }
          for (int k = 0; k < s.length; k++) {
            if (s[k] == null) {
              continue;
            }
            double p = Math.exp(s[k] - in.get(4).real(at));
            double factor = scores.factor(at, k);
            double dWeight = 0;
            for (long e = 0; e < spec.values().size(3); e++) {
              double dOut = in.get(5).real(append(at, e));
              dWeight += dOut * in.get(2).real(scores.key(at, k, e));
              addTo(sums.get(2), p * factor * dOut, scores.key(at, k, e));
            }
            double ds = spec.scale() * p * (factor * dWeight - product);
            for (long i = 0; i < spec.queries().size(3); i++) {
              addTo(sums.get(0), ds * in.get(1).real(scores.key(at, k, i)), append(at, i));
              addTo(sums.get(1), ds * in.get(0).real(append(at, i)), scores.key(at, k, i));
            }
          }
        });
    for (int i = 0; i < sums.size(); i++) {
      Strided from = sums.get(i);
      Strided to = out.get(i);
      forEach(to.view().shape(), index -> to.setReal(from.real(index), index));
    }
  }

  /** {@return zeros in f64, to which terms are added} */
  private static Strided sums(Shape shape) {
    return new Strided(
        View.contiguous(DType.F64, shape), new HostArray(DType.F64, shape.elements()), 0);
  }

  private static void addTo(Strided sums, double value, long... index) {
    sums.setReal(sums.real(index) + value, index);
  }
}
