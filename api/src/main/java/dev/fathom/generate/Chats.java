package dev.fathom.generate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.text.Chat;
import dev.fathom.text.TextException;
import dev.fathom.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Chats by a {@link Generator}: from messages to tokens, and where an answer ends. */
public final class Chats {
  private Chats() {}

  /**
   * {@return the tokens that the next message goes on from}
   *
   * @param messages objects with {@code role} and {@code content}
   * @throws dev.fathom.template.TemplateException if the template refuses them
   * @throws TextException if a character of the prompt has no token
   */
  public static int[] prompt(Chat chat, Tokenizer tokenizer, ArrayNode messages) {
    ObjectNode variables = JsonNodeFactory.instance.objectNode();
    variables.set("messages", messages);
    variables.put("add_generation_prompt", true);
    return tokenizer.encodeWithSpecial(chat.prompt(variables));
  }

  /** {@return a sampling that also ends where the model ends an answer, by a token or a text} */
  public static Sampling ending(Chat chat, Tokenizer tokenizer, Sampling sampling) {
    Set<Integer> ends = new HashSet<>(sampling.end());
    List<String> stops = new ArrayList<>(sampling.stop());
    for (String end : chat.end()) {
      try {
        tokenizer.specialToken(end).ifPresentOrElse(ends::add, () -> stops.add(end));
      } catch (TextException noToken) {
        // What the tokenizer cannot write never comes.
      }
    }
    return sampling.withEnd(ends).withStop(stops.toArray(String[]::new));
  }
}
