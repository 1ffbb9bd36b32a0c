package dev.fathom.spec;

import dev.fathom.json.Fields;

/**
 * Reads a part of a spec from the fields of its JSON object.
 *
 * @param <T> the part
 */
@FunctionalInterface
public interface Reader<T> {
  /**
   * {@return the part} Fields that nobody reads are errors, so it reads all that the part has.
   *
   * @throws dev.fathom.json.SpecException if a field is wrong, with its JSON pointer
   * @throws IllegalArgumentException if the fields do not fit together, in one sentence
   */
  T read(Fields fields);
}
