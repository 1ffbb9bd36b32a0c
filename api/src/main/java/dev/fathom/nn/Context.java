package dev.fathom.nn;

import dev.fathom.graph.Type;
import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.DropMask;
import dev.fathom.tensor.Positions;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gives blocks what they need while a network is traced: parameters and states by name, random
 * numbers, and masks of examples and steps. For one thread, for one trace.
 *
 * <p>A layer can be tried by itself: {@code layer.apply(Context.of(Parameters.ofInputs()), x)}.
 */
public final class Context {
  private static final Tensor ZERO = Tensor.full(0, DType.I64);
  private static final Tensor ONE = Tensor.full(1, DType.I64);

  private final Parameters parameters;
  private final Training training;
  private final Draws draws;
  private final List<Decoding> lanes;
  private Decoding decoding;
  private String lane = "";
  private final SequencedMap<String, Cache> caches = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
  private String scope = "";
  private String lastBlock = "";
  private List<Tensor> inputMasks = List.of();
  private Tensor stepMask;
  private Memory memory;

  /**
   * The values that a trace for training needs beside its input.
   *
   * @param mask {@code [batch]}, f32: 1 for an example, 0 for padding
   * @param seed i64 scalar of the whole run
   * @param step i64 scalar, different in each step
   */
  public record Training(Tensor mask, Tensor seed, Tensor step) {}

  /**
   * Where random numbers come from in an evaluation, for blocks that draw there too.
   *
   * @param seed i64 scalar of the whole run
   * @param step i64 scalar, different in each batch
   */
  public record Draws(Tensor seed, Tensor step) {}

  /**
   * The values that a trace needs beside its input to compute a sequence in pieces, with caches of
   * the steps before. The input is either the prompt, two or more steps, of which those behind the
   * last that counts are ignored; or a decode step, the one step behind those in the caches; or a
   * piece of two or more steps behind those in the caches.
   *
   * @param start i64 scalar: how many steps stand before a piece; null if the input is none
   * @param position i64 scalar: the place of the last step that counts, from 0; in a piece from its
   *     own first step
   * @param length i64 scalar: {@code position + 1}; of a piece {@code start} and all its steps,
   *     which {@code capacity} has room for
   * @param capacity the longest sequence
   * @param rows {@code [batch]}, i32: the sequence whose cache each sequence goes on from, as a
   *     beam search asks for; null where each has its own
   */
  public record Decoding(Tensor start, Tensor position, Tensor length, long capacity, Tensor rows) {

    /** {@return the place of the first step of an input that goes on with those in the caches} */
    private Tensor first() {
      return start == null ? position : start;
    }
  }

  /**
   * The values that a layer keeps of the steps of a sequence.
   *
   * @param before an input of the program: the cache before these steps
   * @param after the cache with these steps
   */
  public record Cache(Tensor before, Tensor after) {}

  private Context(Parameters parameters, Training training, Draws draws, List<Decoding> lanes) {
    this.parameters = parameters;
    this.training = training;
    this.draws = draws;
    this.lanes = lanes;
    this.decoding = lanes.size() == 1 ? lanes.getFirst() : null;
  }

  /** {@return a context of inference} */
  public static Context of(Parameters parameters) {
    return new Context(parameters, null, null, List.of());
  }

  /** {@return a context of training} */
  public static Context of(Parameters parameters, Training training) {
    Draws draws = new Draws(training.seed(), training.step());
    return new Context(parameters, training, draws, List.of());
  }

  /** {@return a context of an evaluation} */
  public static Context of(Parameters parameters, Draws draws) {
    return new Context(parameters, null, draws, List.of());
  }

  /** {@return a context of a sequence that is computed in pieces} */
  static Context of(Parameters parameters, Decoding decoding) {
    return new Context(parameters, null, null, List.of(decoding));
  }

  /**
   * {@return a context of decode steps of several sequences} The input is {@code [1, lanes]}: its
   * steps belong to a sequence each, and see no other.
   */
  static Context of(Parameters parameters, List<Decoding> lanes) {
    return new Context(parameters, null, null, lanes);
  }

  /** {@return whether the trace is for training} */
  public boolean training() {
    return training != null;
  }

  /** {@return whether {@link #normal} gives numbers: in a training and in its evaluations} */
  public boolean draws() {
    return draws != null;
  }

  /** {@return {@code [batch]}: 1 for an example, 0 for padding; only while training} */
  public Tensor mask() {
    return training.mask();
  }

  /**
   * {@return the parameter of this block with this name} The first trace makes it; each later one
   * finds it.
   */
  public Tensor parameter(String name, Shape shape, Initializer initializer) {
    return parameters.parameter(scope + name, shape, initializer);
  }

  /** {@return whether the parameter of this block with this name is not learned} */
  public boolean isFrozen(String name) {
    return parameters.isFrozen(scope + name);
  }

  /** {@return the state of this block with this name, as it was before this trace} */
  public Tensor state(String name, Shape shape, Initializer initializer) {
    return parameters.state(scope + name, shape, initializer);
  }

  /** Sets what a state becomes at the end of the step. */
  public void update(String name, Tensor value) {
    parameters.update(scope + name, value);
  }

  /**
   * {@return the parameter of another block, by its full name}
   *
   * @throws LayerException if no block before this one has it, with this shape
   */
  public Tensor shared(String name, Shape shape) {
    return parameters
        .known(name)
        .filter(tensor -> tensor.shape().equals(shape))
        .orElseThrow(
            () ->
                new LayerException(
                    block(),
                    "expected a layer before it with a parameter '%s' of shape %s"
                        .formatted(name, shape)));
  }

  /**
   * {@return {@code [batch, time]}, bool: the steps of this block's first input that are not
   * padding; null if all count}
   */
  public Tensor stepMask() {
    return stepMask;
  }

  /** {@return the mask for a value that the block gives; null if it does not have these steps} */
  Tensor stepMaskOf(Tensor value) {
    boolean isSequence = stepMask != null && value.shape().rank() >= 3;
    boolean hasSteps =
        isSequence && (value.size(1) == stepMask.size(1) || decodesStep(value.size(1)));
    return hasSteps ? stepMask : null;
  }

  /** {@return the same of the block's input {@code index}} */
  Tensor stepMask(int index) {
    if (index == 0) {
      return stepMask;
    }
    return index < inputMasks.size() ? inputMasks.get(index) : null;
  }

  /** Sets which steps of this block's output, {@code [batch, time]}, count, for those behind it. */
  public void stepMask(Tensor mask) {
    stepMask = cache("steps", mask, 1);
  }

  /** Enters a block whose inputs have these masks, null where all steps count. */
  void enter(List<Tensor> masks) {
    inputMasks = masks;
    stepMask = masks.getFirst();
  }

  /**
   * {@return the output of the encoder that this block sees}
   *
   * @throws LayerException if it sees none
   */
  public Memory memory() {
    if (memory == null) {
      throw new LayerException(
          block(),
          "expected the output of an encoder as its second input, or to be in the decoder of a layer"
              + " 'encoderdecoder'");
    }
    return memory;
  }

  /** {@return the values of the encoder that this block sees; none if it sees none} */
  List<Tensor> remembered() {
    return memory == null ? List.of() : List.of(memory.values());
  }

  /** {@return the output of {@code body}, which sees {@code encoded}} */
  Tensor remembering(Memory encoded, Supplier<Tensor> body) {
    Memory outer = memory;
    memory = encoded;
    try {
      return body.get();
    } finally {
      memory = outer;
    }
  }

  /** {@return the places of the steps of an input of that length, {@code [length]}, i32} */
  public Tensor positions(long length) {
    if (lanes.size() > 1) {
      return joined(0, each -> each.position().cast(DType.I32).reshape(1));
    }
    if (!goesOn(length)) {
      return Positions.first(length);
    }
    Tensor first = decoding.first().cast(DType.I32).reshape(1);
    return length == 1 ? first : Positions.first(length).add(first);
  }

  /** {@return the rows of {@code table} at the {@link #positions} of an input of that length} */
  public Tensor rows(Tensor table, long length) {
    if (lanes.size() > 1) {
      return joined(0, each -> rows(table, 1, each.position()));
    }
    return goesOn(length) ? rows(table, length, decoding.first()) : table.slice(0, 0, length);
  }

  private static Tensor rows(Tensor table, long count, Tensor first) {
    return table.dynamicSlice(Shape.of(count).concat(table.shape().slice(1, 2)), first, ZERO);
  }

  private Tensor joined(int axis, Function<Decoding, Tensor> part) {
    return Tensor.concat(axis, lanes.stream().map(part).toArray(Tensor[]::new));
  }

  /**
   * {@return what a block that looks at other steps makes of its steps} That is {@code body} of
   * them all, unless each belongs to a sequence of its own: then it is asked for each alone, with
   * the caches of that sequence, and what it gives is put side by side again.
   *
   * @param axis of the steps, of all and of the result
   * @param body may use {@link #cache} and {@link #cachedSteps}
   */
  public Tensor eachSequence(int axis, List<Tensor> steps, Function<List<Tensor>, Tensor> body) {
    if (lanes.size() <= 1) {
      return body.apply(steps);
    }
    Tensor[] results = new Tensor[lanes.size()];
    for (int i = 0; i < results.length; i++) {
      int at = i;
      decoding = lanes.get(i);
      lane = lane(i);
      results[i] = body.apply(steps.stream().map(all -> all.slice(axis, at, at + 1)).toList());
    }
    decoding = null;
    lane = "";
    return Tensor.concat(axis, results);
  }

  /** {@return what the names of a sequence's caches end in} */
  static String lane(int index) {
    return "#" + index;
  }

  /**
   * {@return the steps of {@code x} with those before them} That is {@code x} itself, unless the
   * trace computes a sequence in pieces: then its steps join those before in a cache, {@link
   * Decoding#capacity} long, of which the first {@link Decoding#length} count.
   *
   * @param name of the cache, unique in the block
   * @param axis of the steps
   */
  public Tensor cache(String name, Tensor x, int axis) {
    if (decoding == null) {
      return x;
    }
    long[] sizes = x.shape().toArray();
    sizes[axis] = decoding.capacity();
    String full = scope + name + lane;
    Tensor before = Tensor.input(full, Type.of(x.dtype(), sizes));
    boolean goesOn = goesOn(x.size(axis));
    Tensor[] starts = new Tensor[sizes.length];
    Arrays.fill(starts, ZERO);
    starts[axis] = goesOn ? decoding.first() : ZERO;
    Tensor chosen = decoding.rows() == null ? before : before.gather(decoding.rows());
    Tensor after = chosen.dynamicSliceUpdate(x, starts);
    caches.put(full, new Cache(before, after));
    return goesOn ? after : x;
  }

  /**
   * {@return how many of the steps that {@link #cache} gives for an input of that length count, an
   * i64 scalar; null for all}
   */
  public Tensor cachedSteps(long length) {
    return goesOn(length) ? decoding.length() : null;
  }

  /**
   * {@return the value that the steps before left with {@link #carry}, of the same size however
   * many they were} Zeros before the first step, and where the trace has the whole sequence.
   *
   * @param name of the value, unique in the block
   * @param length of this block's input
   * @param sizes of the value, {@code [batch, ...]}
   */
  public Tensor carried(String name, long length, DType dtype, long... sizes) {
    Tensor zeros = Tensor.zeros(dtype, sizes);
    if (decoding == null) {
      return zeros;
    }
    String full = scope + name + lane;
    Tensor before = Tensor.input(full, Type.of(dtype, sizes));
    caches.put(full, new Cache(before, before));
    if (!decodesStep(length)) {
      return zeros;
    }
    Tensor chosen = decoding.rows() == null ? before : before.gather(decoding.rows());
    Tensor isFirst = decoding.position().equal(ZERO);
    return isFirst.select(zeros, chosen);
  }

  /** Leaves a value that was {@link #carried} to the steps behind these. */
  public void carry(String name, Tensor value) {
    if (decoding != null) {
      String full = scope + name + lane;
      caches.put(full, new Cache(caches.get(full).before(), value));
    }
  }

  /**
   * {@return the steps of {@code x}, {@code [batch, time, features]}, behind the {@code count}
   * steps before them} Those are zeros before the first step.
   *
   * @param name of the steps, unique in the block
   */
  public Tensor withStepsBefore(String name, Tensor x, long count) {
    if (count == 0) {
      return x;
    }
    Tensor before = carried(name, x.size(1), x.dtype(), x.size(0), count, x.size(2));
    Tensor all = Tensor.concat(1, before, x);
    if (decoding != null) {
      Tensor from = decodesStep(x.size(1)) ? ONE : decoding.length();
      carry(name, all.dynamicSlice(Shape.of(x.size(0), count, x.size(2)), ZERO, from, ZERO));
    }
    return all;
  }

  /**
   * {@return which steps of this block's input, of that length, count: {@code [batch, length]} or,
   * the same of each sequence, {@code [1, length]}, bool; null if all do} Padding does not, nor
   * what stands behind the last step of a prompt.
   */
  public Tensor countedSteps(long length) {
    Tensor own = stepMask;
    if (own != null && decodesStep(length)) {
      own = own.dynamicSlice(Shape.of(own.size(0), 1), ZERO, decoding.position());
    }
    if (decoding == null || decodesStep(length)) {
      return own;
    }
    Tensor place = Tensor.iota(DType.I64, 1, 1, length);
    Tensor begun = place.lessEqual(decoding.position());
    return own == null ? begun : own.and(begun);
  }

  /**
   * {@return the steps of {@code x} that are needed once this block looks at no other step any
   * more} Those are all, {@code [batch, time, features]}, unless first steps are decoded and this
   * is the last block that looks at other steps: then it is the last step that counts.
   */
  public Tensor neededSteps(Tensor x) {
    return decoding != null && scope.equals(lastBlock) ? lastStep(x) : x;
  }

  /** Sets the last block that looks at other steps, by its name in the network. */
  void lastBlock(String name) {
    lastBlock = name + ".";
  }

  /** {@return the step of {@code x} that counts last, {@code [batch, 1, features]}} */
  Tensor lastStep(Tensor x) {
    return x.size(1) == 1
        ? x
        : x.dynamicSlice(Shape.of(x.size(0), 1, x.size(2)), ZERO, decoding.position(), ZERO);
  }

  /** Whether an input of that length goes on with the steps in the caches. */
  private boolean goesOn(long length) {
    return decodesStep(length) || decoding != null && decoding.start() != null;
  }

  /** Whether an input of that length is the step behind those in the caches. */
  private boolean decodesStep(long length) {
    return decoding != null && length == 1;
  }

  /**
   * {@return the mask of dropout; null if all values are kept} The n-th call for a network has
   * stream n, so the numbers depend on the network and not on the process.
   */
  public DropMask dropMask(double rate) {
    return training == null || rate == 0
        ? null
        : new DropMask(rate, training.seed(), training.step(), parameters.nextStream());
  }

  /** {@return {@code x} after dropout while training, otherwise {@code x}} */
  public Tensor dropout(Tensor x, double rate) {
    DropMask mask = dropMask(rate);
    return mask == null ? x : mask.apply(x);
  }

  /**
   * {@return {@code x [batch, ...]} with all values of some examples zero, and the others times
   * {@code 1 / (1 - rate)}, while training; otherwise {@code x}}
   */
  public Tensor dropExamples(Tensor x, double rate) {
    DropMask mask = dropMask(rate);
    if (mask == null) {
      return x;
    }
    long[] sizes = new long[x.shape().rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = x.size(0);
    return x.mul(mask.apply(Tensor.full(1, x.dtype(), sizes)));
  }

  /**
   * {@return f32 standard normal numbers, others in each step; only where it {@link #draws}}
   *
   * @param shape with the batch axis
   */
  public Tensor normal(long... shape) {
    return Tensor.normal(draws.seed(), draws.step(), parameters.nextStream(), shape);
  }

  /** {@return the result of {@code body}, in which names of parameters begin with {@code name}} */
  public <T> T within(String name, Supplier<T> body) {
    String outer = scope;
    scope = outer + name + ".";
    try {
      return body.get();
    } finally {
      scope = outer;
    }
  }

  /** Notes the output of the block whose scope this is. */
  void passed(Tensor output) {
    outputs.put(block(), output);
  }

  private String block() {
    return scope.isEmpty() ? "network" : scope.substring(0, scope.length() - 1);
  }

  SequencedMap<String, Cache> caches() {
    return caches;
  }

  SequencedMap<String, Tensor> outputs() {
    return outputs;
  }
}
