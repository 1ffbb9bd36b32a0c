package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The answer for one example, as people and programs read it.
 *
 * @param text one line for people
 * @param json the same for programs
 * @param media a picture or a sound, if the answer is one
 * @param overlay what may be drawn over the picture that was asked about
 */
public record Answer(
    String text, ObjectNode json, Optional<Media> media, Optional<Overlay> overlay) {
  /**
   * A file.
   *
   * @param type its media type, {@code image/png} for example
   * @param bytes its content
   */
  public record Media(String type, byte[] bytes) {}

  /** An answer of which nothing is drawn. */
  public Answer(String text, ObjectNode json, Optional<Media> media) {
    this(text, json, media, Optional.empty());
  }

  /** {@return an answer without media} */
  public static Answer of(String text, ObjectNode json) {
    return new Answer(text, json, Optional.empty());
  }
}
