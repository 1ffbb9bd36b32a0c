package dev.fathom.spec;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Range;
import java.util.Map;
import java.util.Optional;

/** How much the examples of a class count while they are learned. */
public sealed interface ClassWeights {
  /**
   * All classes count the same together: an example of a class counts {@code n / (classes *
   * count)}, where {@code n} is the number of examples that are learned, {@code count} those of its
   * class, and {@code classes} the number of classes that have some (King and Zeng, "Logistic
   * Regression in Rare Events Data", 2001; so in scikit-learn).
   */
  record Balanced() implements ClassWeights {}

  /**
   * Weights by the names of classes.
   *
   * @param weights above 0; those of other classes are 1
   */
  record Given(Map<String, Double> weights) implements ClassWeights {
    public Given {
      weights = Map.copyOf(weights);
    }
  }

  /** Reads the field {@code "classWeights"}. */
  static Optional<ClassWeights> read(Fields f) {
    String name = "classWeights";
    if (!f.has(name)) {
      f.expand(name, NullNode.instance);
      return Optional.empty();
    }
    return Optional.of(
        f.isText(name)
            ? f.choice(name, null, Map.of("balanced", new Balanced()))
            : new Given(f.numbersByName(name, Range.POSITIVE)));
  }
}
