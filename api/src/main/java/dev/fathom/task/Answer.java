package dev.fathom.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The answer for one example, as people and programs read it.
 *
 * @param text one line for people
 * @param json the same for programs
 * @param media a picture or a sound, if the answer is one
 */
public record Answer(String text, ObjectNode json, Optional<Media> media) {
  /**
   * A file.
   *
   * @param type its media type, {@code image/png} for example
   * @param bytes its content
   */
  public record Media(String type, byte[] bytes) {}

  /** {@return an answer without media} */
  public static Answer of(String text, ObjectNode json) {
    return new Answer(text, json, Optional.empty());
  }
}
