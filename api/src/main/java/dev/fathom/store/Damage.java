package dev.fathom.store;

import java.util.Locale;

/**
 * A file that cannot be read, so that what it belongs to is set aside. It stays where it is, until
 * somebody restores it or deletes what it belongs to.
 *
 * @param kind what it belongs to
 * @param name of the model or the dataset, or the training's id; empty for the directory itself
 * @param file its path in the data directory, with {@code /}
 * @param reason one sentence
 */
public record Damage(Kind kind, String name, String file, String reason) {

  /** What a file belongs to. */
  public enum Kind {
    /** The data directory itself. */
    DIRECTORY,
    MODEL,
    DATASET,
    TRAINING;

    /** {@return the name in small letters} */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
