package dev.fathom.nn;

import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.List;

/**
 * Adds a learned vector for the part of a text that a token belongs to: {@code [batch, time,
 * features]}, and {@code i32 [batch, time]} with types of {@code 0 .. types - 1}, give {@code
 * [batch, time, features]} (BERT, Devlin et al., 2018). Without the second input all tokens have
 * the type 0. Parameter {@code weight [types, features]}.
 *
 * @param types how many there are
 */
public record TokenTypes(long types) implements Layer {
  public TokenTypes {
    Check.that(types >= 1, "tokentypes", "1 type or more", types);
  }

  @Override
  public Takes takes() {
    return Takes.SEQUENCE;
  }

  @Override
  public boolean stepwise() {
    return true;
  }

  @Override
  public long vocabulary(int index) {
    return index == 1 ? types : 0;
  }

  @Override
  public Shape output(Shape input) {
    Check.sequence(label(), input);
    return input;
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Check.that(
        inputs.size() == 1
            || inputs.size() == 2 && inputs.get(1).equals(inputs.getFirst().slice(0, 1)),
        label(),
        "[time, features], and [time] with types or nothing",
        inputs);
    return List.of(output(inputs.getFirst()));
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    return x.add(weight(context, x).slice(0, 0, 1).reshape(x.size(2)));
  }

  @Override
  public List<Tensor> apply(Context context, List<Tensor> inputs) {
    Tensor x = inputs.getFirst();
    if (inputs.size() == 1) {
      return List.of(apply(context, x));
    }
    Tensor rows = weight(context, x).gather(inputs.get(1).reshape(-1));
    return List.of(x.add(rows.reshape(x.shape().toArray())));
  }

  private Tensor weight(Context context, Tensor x) {
    return context.parameter("weight", Shape.of(types, x.size(2)), Initializer.SMALL_NORMAL);
  }
}
