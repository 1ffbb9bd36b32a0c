package dev.fathom.pretrained;

import java.util.List;

/**
 * Where the values of a parameter come from.
 *
 * @param parts tensors of the files; the parameter is their rows one below the other
 * @param form how its values stand there
 */
record Origin(List<Part> parts, Form form) {
  /**
   * A tensor.
   *
   * @param rows how many rows of the parameter it has; 0 for all
   */
  record Part(String name, long rows) {}

  /** How values stand in a file. */
  enum Form {
    /** As in the parameter. */
    PLAIN,
    /** A matrix with rows and columns exchanged, as in GPT-2. */
    TRANSPOSED,
    /** Less by 1, as weights of Gemma's norms. */
    LESS_ONE
  }

  Origin {
    parts = List.copyOf(parts);
  }

  static Origin of(String name) {
    return of(name, Form.PLAIN);
  }

  static Origin of(String name, Form form) {
    return new Origin(List.of(new Part(name, 0)), form);
  }
}
