package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Layers whose inner values are not kept for the backward pass, but computed again there: less
 * memory for about a third more time (Chen et al., "Training Deep Nets with Sublinear Memory Cost",
 * 2016). Output, gradients, dropout and states are those of {@code body}. Best around each of
 * several equal parts of a deep network, such as its transformer blocks; around the whole network
 * it saves nothing.
 *
 * @param body the layers
 */
public record Checkpoint(Sequential body) implements Layer {
  @Override
  public Map<String, Block> children() {
    return graph().children();
  }

  private Graph graph() {
    return Graph.builder(Graph.INPUT).add("layers", body, Graph.INPUT).build();
  }

  @Override
  public Takes takes() {
    return body.takes();
  }

  @Override
  public boolean stepwise() {
    return body.stepwise();
  }

  @Override
  public boolean decodes() {
    return body.decodes();
  }

  @Override
  public long vocabulary() {
    return body.vocabulary();
  }

  @Override
  public OptionalLong paddingToken() {
    return body.paddingToken();
  }

  @Override
  public Shape output(Shape input) {
    return LayerException.in("layers", () -> body.output(input));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    Tensor y = graph().apply(context, List.of(x)).getFirst();
    if (!context.training()) {
      return y;
    }
    List<Tensor> kept = new ArrayList<>(List.of(x));
    kept.addAll(context.remembered());
    return Tensor.checkpoint(kept, List.of(y)).getFirst();
  }
}
