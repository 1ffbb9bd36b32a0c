package dev.fathom.service.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.generate.Generator;
import dev.fathom.service.Refusal;
import java.io.IOException;

/** Answers one request for texts, at once or in a stream. For one thread. */
interface Replier {
  /**
   * Checks what can be wrong before anything is generated, so that it is told with its status
   * before a stream begins.
   *
   * @throws Refusal 400 if something is
   */
  void check(Generator generator);

  /** {@return all texts in one answer} */
  ObjectNode whole(Generator generator) throws IOException;

  /** Sends each piece as it comes, and in the end {@code [DONE]}. */
  void stream(Generator generator, Reply.Chunks chunks) throws IOException;
}
