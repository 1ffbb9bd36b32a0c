package dev.fathom.spec;

import dev.fathom.data.Dataset;
import dev.fathom.encode.Encoding;
import dev.fathom.text.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link Source} reads.
 *
 * @param train examples to learn from
 * @param validation examples that were held back already; if empty, the trainer holds back the
 *     share that the spec names
 * @param test examples that the result is measured on
 * @param features the columns of a table that the input is made of, in order; empty where examples
 *     do not come from one
 * @param tokenizer of texts; empty where examples are none
 * @param notes what a user should know of how the files were read, each a sentence
 * @param encodings how columns of a table become each of the inputs; empty where examples do not
 *     come from one
 */
public record Examples(
    Dataset train,
    Optional<Dataset> validation,
    Optional<Dataset> test,
    List<String> features,
    Optional<Tokenizer> tokenizer,
    List<String> notes,
    List<Encoding> encodings) {
  public Examples {
    features = List.copyOf(features);
    notes = List.copyOf(notes);
    encodings = List.copyOf(encodings);
  }

  /** Examples with nothing held back. */
  public Examples(Dataset train, Optional<Dataset> test, List<String> notes) {
    this(train, Optional.empty(), test, List.of(), Optional.empty(), notes, List.of());
  }
}
