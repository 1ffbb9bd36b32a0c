package dev.fathom.generate;

import dev.fathom.compile.Prepared;
import dev.fathom.compile.Program;
import dev.fathom.compile.Specialised;
import dev.fathom.graph.Op;
import dev.fathom.graph.Type;
import dev.fathom.model.DeviceWeights;
import dev.fathom.nn.Network;
import dev.fathom.spi.Backend;
import dev.fathom.spi.DType;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of a model: one that goes on by a token, and of each bucket one for prompts, one for
 * prompts that are scored, and one that goes on by several tokens.
 */
final class DecodePrograms {
  static final String IDS = "ids";
  static final String START = "start";
  static final String POSITION = "position";
  static final String LENGTH = "length";
  static final String LOGITS = "logits";

  /** The least difference between the lengths of two programs for prompts. */
  private static final int LEAST = 16;

  /** The network's way to go on with a sequence. */
  private interface Decoder {
    Network.Decoded decode(Tensor ids, Tensor parameters, Tensor position, Tensor length);
  }

  private static final Specialised.Limits LIMITS = new Specialised.Limits(32, 1L << 30);

  private final Backend backend;
  private final Network network;
  private final DeviceWeights weights;
  private final int context;
  private final List<String> caches;
  private final Prepared step;

  /** Programs for prompts, by the number of tokens that they take. */
  private final Specialised<Integer, Prepared> prefills =
      new Specialised<>(LIMITS, Prepared::bytes, _ -> {});

  /** The same behind tokens that are in the caches. */
  private final Specialised<Integer, Prepared> pieces =
      new Specialised<>(LIMITS, Prepared::bytes, _ -> {});

  /** Programs of a step of several texts, by their number. */
  private final Map<Integer, Prepared> lanes = new HashMap<>();

  /** The same with the logits behind each token, which take much memory. */
  private final Specialised<Integer, Prepared> scoring =
      new Specialised<>(LIMITS, Prepared::bytes, _ -> {});

  /**
   * @throws IllegalArgumentException if the network cannot go on step by step, with the reason
   */
  DecodePrograms(DeviceWeights weights) {
    this.backend = weights.backend();
    this.network = weights.model().network();
    this.weights = weights;
    this.context = Math.toIntExact(network.input().size(0));
    this.caches =
        decode(Program.builder(backend), 1, network::decode).caches().stream()
            .map(cache -> ((Op.Input) cache.before().value().node().op()).name())
            .toList();
    this.step = compile(1);
  }

  Backend backend() {
    return backend;
  }

  /** {@return the most tokens of a text} */
  int context() {
    return context;
  }

  /** {@return the number of logits of a step} */
  int vocabulary() {
    return Math.toIntExact(network.output().size(1));
  }

  /** {@return the names of the inputs that hold what is known} */
  List<String> caches() {
    return caches;
  }

  Prepared step() {
    return step;
  }

  /** {@return whether {@link #lanes} and {@link #piece} are to be had} */
  boolean joins() {
    return network.paddingToken().isEmpty();
  }

  /** {@return the program of a step of that many texts, compiled when it is first needed} */
  synchronized Prepared lanes(int count) {
    return lanes.computeIfAbsent(count, this::compileLanes);
  }

  /** {@return the name that the cache of a text has in {@link #lanes}} */
  static String cache(String name, int lane) {
    return Network.laneCache(name, lane);
  }

  private Prepared compileLanes(int count) {
    Program.Builder builder = Program.builder(backend);
    Tensor ids = Tensor.input(IDS, Type.of(DType.I32, 1, count));
    builder.feed(ids);
    List<Tensor> positions = new ArrayList<>();
    List<Tensor> lengths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      positions.add(scalar(POSITION + i));
      lengths.add(scalar(LENGTH + i));
      builder.scalar(positions.get(i)).scalar(lengths.get(i));
    }
    Network.Decoded decoded =
        network.decodeLanes(ids, weights.freeze(builder).parameters(), positions, lengths);
    decoded.caches().forEach(c -> builder.state(c.before(), c.after()));
    return builder.result(LOGITS, decoded.logits()).compile().prepare(weights.buffers(), step);
  }

  /** {@return the program for a prompt of that many tokens, compiled when it is first needed} */
  Specialised<Integer, Prepared>.Lease prefill(int tokens) {
    return prefills.lease(bucket(tokens), this::compile);
  }

  /** {@return the same with the logits behind each token, {@code [1, bucket, vocabulary]}} */
  Specialised<Integer, Prepared>.Lease scoring(int tokens) {
    return scoring.lease(bucket(tokens), this::compileScoring);
  }

  /** {@return the program that goes on by that many tokens, compiled when it is first needed} */
  Specialised<Integer, Prepared>.Lease piece(int tokens) {
    return pieces.lease(bucket(tokens), this::compilePiece);
  }

  /**
   * {@return how many tokens the program for a prompt takes} There are eight lengths between a
   * power of two and the next, so that at most an eighth of the work is spent on padding.
   */
  int bucket(int tokens) {
    int step = Math.max(LEAST, Integer.highestOneBit(Math.max(1, tokens - 1)) / 8);
    return Math.min((tokens + step - 1) / step * step, context);
  }

  private Prepared compile(int length) {
    return compile(length, network::decode);
  }

  private Prepared compileScoring(int length) {
    return compile(length, network::decodeEach);
  }

  private Prepared compilePiece(int length) {
    Program.Builder builder = Program.builder(backend);
    Tensor start = scalar(START);
    builder.scalar(start);
    return compile(
        builder,
        decode(
            builder,
            length,
            (ids, parameters, position, known) ->
                network.decodePiece(ids, parameters, start, position, known)));
  }

  private Prepared compile(int length, Decoder decoder) {
    Program.Builder builder = Program.builder(backend);
    return compile(builder, decode(builder, length, decoder));
  }

  private Prepared compile(Program.Builder builder, Network.Decoded decoded) {
    decoded.caches().forEach(c -> builder.state(c.before(), c.after()));
    Program program = builder.result(LOGITS, decoded.logits()).compile();
    // Packed weights are the same whatever the length.
    return step == null
        ? program.prepare(weights.buffers())
        : program.prepare(weights.buffers(), step);
  }

  private Network.Decoded decode(Program.Builder builder, int length, Decoder decoder) {
    Tensor ids = Tensor.input(IDS, Type.of(DType.I32, 1, length));
    Tensor position = scalar(POSITION);
    Tensor known = scalar(LENGTH);
    builder.feed(ids).scalar(position).scalar(known);
    return decoder.decode(ids, weights.freeze(builder).parameters(), position, known);
  }

  private static Tensor scalar(String name) {
    return Tensor.scalar(name, DType.I64);
  }
}
