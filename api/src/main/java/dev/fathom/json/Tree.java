package dev.fathom.json;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** The runs of a reader, by the answers that have consequences. */
sealed interface Tree {
  /** Answers of no consequence are merged into the properties. */
  record Leaf(Reading reading, SequencedMap<String, Property> properties) implements Tree {}

  /** Each branch with the fields that the question is about. */
  record Split(Question question, List<Branch> branches) implements Tree {}

  record Branch(Map<String, Property> about, Tree tree) {}

  /** {@return the leaves, in order; one at least} */
  default Stream<Leaf> leaves() {
    return switch (this) {
      case Leaf leaf -> Stream.of(leaf);
      case Split split -> split.branches().stream().flatMap(branch -> branch.tree().leaves());
    };
  }

  /** {@return the first leaf} */
  default Leaf first() {
    return leaves().findFirst().orElseThrow();
  }

  /** {@return whether an empty object or list will do} */
  default boolean mayBeEmpty() {
    return switch (this) {
      case Leaf leaf when leaf.reading().whole != null -> !leaf.reading().whole.has("minItems");
      case Leaf leaf -> leaf.properties().values().stream().noneMatch(Property::required);
      case Split split ->
          split.branches().stream()
              .filter(branch -> branch.about().values().stream().noneMatch(Property::required))
              .anyMatch(branch -> branch.tree().mayBeEmpty());
    };
  }
}
