package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * {@code activation(body(x) + shortcut(x))}: He et al., "Deep residual learning" (2016).
 *
 * @param body the branch that learns the difference
 * @param shortcut the other branch; an empty one is the identity
 * @param activation applied to the sum
 */
public record Residual(Sequential body, Sequential shortcut, Activation activation)
    implements Layer {
  @Override
  public Takes takes() {
    return body.takes().or(shortcut::takes);
  }

  @Override
  public boolean stepwise() {
    return body.stepwise() && shortcut.stepwise();
  }

  @Override
  public boolean decodes() {
    return body.decodes() && shortcut.decodes();
  }

  @Override
  public Map<String, Block> children() {
    return graph().children();
  }

  /** {@return the same as a graph of its branches, under the same names} */
  private Graph graph() {
    return Graph.builder(Graph.INPUT)
        .add("body", body, Graph.INPUT)
        .add("shortcut", shortcut, Graph.INPUT)
        .add("sum", Join.ADD, "body", "shortcut")
        .add("activation", activation)
        .build();
  }

  @Override
  public Shape output(Shape input) {
    Check.that(
        body.vocabulary() == 0 && shortcut.vocabulary() == 0,
        label(),
        "branches that take numbers",
        "token ids");
    Shape left = LayerException.in("body", () -> body.output(input));
    Shape right = LayerException.in("shortcut", () -> shortcut.output(input));
    Check.that(
        left.equals(right),
        label(),
        "branches of one shape",
        "body " + left + " and shortcut " + right);
    return left;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return graph().apply(context, List.of(x)).getFirst();
  }
}
