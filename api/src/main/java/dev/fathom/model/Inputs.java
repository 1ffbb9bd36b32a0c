package dev.fathom.model;

import dev.fathom.text.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * How what people have becomes the numbers of an example.
 *
 * @param features the columns of a table, in their order; empty where examples do not come from one
 * @param tokenizer what cuts texts to tokens; empty where examples are no texts
 */
public record Inputs(List<String> features, Optional<Tokenizer> tokenizer) {
  /** Examples are numbers as they are. */
  public static final Inputs NUMBERS = new Inputs(List.of(), Optional.empty());

  public Inputs {
    features = List.copyOf(features);
  }

  /** {@return those of texts} */
  public static Inputs texts(Tokenizer tokenizer) {
    return new Inputs(List.of(), Optional.of(tokenizer));
  }

  /** {@return those of a table} */
  public static Inputs table(List<String> features) {
    return new Inputs(features, Optional.empty());
  }
}
