package dev.fathom.spec;

import dev.fathom.data.FixedLength;
import dev.fathom.image.Framing;
import dev.fathom.json.Fields;
import dev.fathom.json.SpecException;
import dev.fathom.spi.Shape;
import dev.fathom.store.Sha256;
import dev.fathom.text.Chat;
import dev.fathom.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where examples are, and how they are read: what a {@code format} of the section {@code data}
 * means. A new format is a record that implements this, and its line in {@link SourceTypes} or, in
 * a jar of its own, in {@link Extension#sources}. Immutable.
 */
public interface Source {
  /** What examples are read for. */
  enum Use {
    /** To learn from them: what is small enough is in memory. */
    TRAINING,
    /**
     * To check a spec against them. Images stay in their files, and are slow to read but in order.
     */
    CHECK
  }

  /** Finds a file by its name. */
  @FunctionalInterface
  interface FileFinder {
    /** {@return where the file is, or the folder} */
    Path find(String name) throws IOException;

    /** {@return the SHA-256 of a file that was found}: that of its content, if not known before */
    default String sha256(String name, Path found) throws IOException {
      return Sha256.of(found);
    }

    /**
     * Is told of files that are read too because one that was found names them; their digest counts
     * as that of one file. By default nothing is done.
     *
     * @param name of the file that was found
     * @param folder of the others
     * @param others paths in it, with {@code /}
     */
    default void named(String name, Path folder, List<String> others) throws IOException {}

    /**
     * {@return the tokenizer of a published model} By default there are no models.
     *
     * @throws SpecException if there is no such model, or it has none
     */
    default Tokenizer tokenizer(TransferSpec.From from) throws IOException {
      throw new SpecException(
          "/from", "expected a data directory with models to begin with '%s'".formatted(from));
    }
  }

  /**
   * {@return the examples}
   *
   * @param spec whose data this is
   * @param name for messages
   * @param files the names of all files of a dataset; empty where they lie beside the spec
   * @param finder of files
   * @param use what the examples are for
   * @throws dev.fathom.json.SpecException if a file is not there, or the spec does not fit
   * @throws dev.fathom.format.FormatException if a file is damaged, naming the place
   * @throws dev.fathom.data.DataException if its values are not what the spec says
   */
  Examples read(Spec spec, String name, List<String> files, FileFinder finder, Use use)
      throws IOException;

  /** {@return the name of the dataset that has the files; empty if they lie beside the spec} */
  Optional<String> dataset();

  /** {@return the column that the network gets by default} */
  String input();

  /** Reads the key {@code target}: the column that is learned. */
  default String target(Fields f) {
    return f.text("target", "label");
  }

  /** {@return the task that these examples leave no doubt of, by name} */
  default Optional<String> task() {
    return Optional.empty();
  }

  /** {@return the factor of raw values by default} */
  default double scale() {
    return 1;
  }

  /** {@return the axis of an example along which means differ by default} */
  default long axis() {
    return 0;
  }

  /** {@return whether examples are numbers of any unit, whose means and deviations may be found} */
  default boolean hasUnits() {
    return false;
  }

  /** {@return whether means and deviations are found unless the spec gives them} */
  default boolean fits() {
    return false;
  }

  /** {@return whether a column may say how much each example counts} */
  default boolean hasWeights() {
    return false;
  }

  /** {@return whether columns may say how rows are held back, and what becomes of dates} */
  default boolean hasColumns() {
    return false;
  }

  /** {@return whether the key {@code test} may be a share of the examples, instead of a file} */
  default boolean hasTestShare() {
    return hasColumns();
  }

  /** {@return whether examples are pictures, which may be augmented} */
  default boolean hasPictures() {
    return false;
  }

  /**
   * {@return whether the target is places in pictures, so that these are augmented only by what
   * moves places along}
   */
  default boolean hasPlaces() {
    return false;
  }

  /** {@return the key of {@code data} that says what is tested on} */
  default String testKey() {
    return "test";
  }

  /** {@return the file that is learned from; empty where names are not known before} */
  default Optional<String> learned() {
    return Optional.empty();
  }

  /** {@return the file that is tested on} */
  default Optional<String> tested() {
    return Optional.empty();
  }

  /**
   * {@return how a picture that a client sends becomes an example; empty if none does}
   *
   * @param raw the shape of one example
   */
  default Optional<Framing> pictures(Shape raw) {
    return Optional.empty();
  }

  /** {@return how messages that a client sends become a text; empty if they do not} */
  default Optional<Chat> chat() {
    return Optional.empty();
  }

  /** {@return how a text that a client sends becomes tokens; empty if none does} */
  default Optional<FixedLength> texts(Spec spec, Tokenizer tokenizer) {
    return Optional.empty();
  }
}
