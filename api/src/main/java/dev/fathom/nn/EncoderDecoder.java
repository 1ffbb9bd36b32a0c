package dev.fathom.nn;

import dev.fathom.spi.DType;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Computes a second sequence from a first one (Vaswani et al., 2017; Sutskever et al., 2014): an
 * example is the steps of the source and behind them those of the target, {@code [source + target,
 * ...] -> decoder's output for [target, ...]}. The {@link TransformerBlock#cross() decoder blocks}
 * of the decoder attend to the encoder's output. Where they take token ids, both take ids of one
 * vocabulary.
 *
 * @param source how many steps the source has, padding included; 1 or more
 * @param encoder {@code [source, ...] -> [source, features]}; an empty one gives the source itself
 * @param decoder for the other steps
 */
public record EncoderDecoder(long source, Sequential encoder, Sequential decoder) implements Layer {
  public EncoderDecoder {
    Check.that(source >= 1, "encoderdecoder", "a source of 1 step or more", source);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public long vocabulary() {
    return decoder.vocabulary();
  }

  @Override
  public OptionalLong paddingToken() {
    return encoder.paddingToken();
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        input.rank() >= 1 && input.size(0) > source,
        label(),
        "more than the " + source + " steps of the source",
        input);
    Check.that(
        encoder.vocabulary() == decoder.vocabulary(),
        label(),
        "one vocabulary of both",
        encoder.vocabulary() + " and " + decoder.vocabulary());
    Shape memory = LayerException.in("encoder", () -> encoder.output(steps(input, source)));
    Check.that(memory.rank() == 2, label(), "an encoder with output [time, features]", memory);
    return LayerException.in("decoder", () -> decoder.output(steps(input, input.size(0) - source)));
  }

  private static Shape steps(Shape input, long count) {
    return Shape.of(count).concat(input.slice(1, input.rank()));
  }

  @Override
  public Map<String, Block> children() {
    Map<String, Block> children = new LinkedHashMap<>();
    children.put("encoder", encoder);
    children.put("decoder", decoder);
    return children;
  }

  /** {@return the encoder's output for source steps, {@code [batch, source, features]}} */
  Tensor encode(Context context, Tensor ids) {
    context.enter(Arrays.asList((Tensor) null));
    return context.within("encoder", () -> encoder.apply(context, ids));
  }

  /**
   * {@return the decoder's output for a step, {@code [batch, 1, ...]}}
   *
   * @param source what was encoded, whose padding is not seen
   */
  Tensor decode(Context context, Tensor ids, Tensor source, Tensor memory) {
    OptionalLong padding = encoder.paddingToken();
    Tensor counts =
        padding.isEmpty() || memory.size(1) != source.size(1)
            ? null
            : source.equal(Tensor.full(padding.getAsLong(), DType.I32)).not();
    context.enter(Arrays.asList((Tensor) null));
    return context.remembering(
        new Memory(memory, counts),
        () -> context.within("decoder", () -> decoder.apply(context, ids)));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Graph branches =
        Graph.builder("source", "target")
            .add("encoder", encoder, "source")
            .add("decoder", decoder, "target", "encoder")
            .build();
    context.enter(Arrays.asList(null, null));
    return branches
        .apply(context, List.of(x.slice(1, 0, source), x.slice(1, source, x.size(1))))
        .getFirst();
  }
}
