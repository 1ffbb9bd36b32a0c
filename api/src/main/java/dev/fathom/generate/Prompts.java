package dev.fathom.generate;

import dev.fathom.model.Model;
import dev.fathom.text.Tokenizer;

/** Checks of the tokens that a caller brings. */
final class Prompts {
  private Prompts() {}

  /**
   * @throws IllegalArgumentException unless there are {@code least} to {@code most} tokens, all in
   *     the vocabulary
   */
  static void check(
      String operation, int[] tokens, int least, int most, Tokenizer tokenizer, Model model) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException(
          "[%s] expected a text of 1 token or more but it is empty".formatted(operation));
    }
    if (tokens.length < least || tokens.length > most) {
      throw new IllegalArgumentException(
          "[%s] expected a text of %s%d tokens, the context of '%s', but it has %d"
              .formatted(
                  operation, least < most ? "at most " : "", most, model.name(), tokens.length));
    }
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= tokenizer.size()) {
        throw new IllegalArgumentException(
            "[%s] expected tokens of 0 to %d but got %d at position %d"
                .formatted(operation, tokenizer.size() - 1, tokens[i], i));
      }
    }
  }
}
