package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import dev.fathom.template.JinjaTemplate;
import dev.fathom.template.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a model chats: the template that makes a prompt of messages, and what ends an answer. In a
 * spec it is
 *
 * <pre>{@code
 * "chat": "chatml"
 * "chat": {"template": "{% for message in messages %}...", "bos": "<s>", "eos": "</s>", "end": ["<|im_end|>"]}
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param template in Jinja, see {@link JinjaTemplate}
 * @param bos the template's {@code bos_token}, the beginning of a text; may be empty
 * @param eos the template's {@code eos_token}, the end of a text; may be empty
 * @param end what ends an answer, each a special token or a text; {@code eos} too, if it is not
 *     empty
 */
public record Chat(String template, String bos, String eos, List<String> end) {
  /** The templates that have names. */
  private static final Map<String, Chat> NAMED =
      Map.of(
          "chatml",
          new Chat(
              "{% for message in messages %}"
                  + "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
                  + "{% endfor %}"
                  + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
              "", "", List.of("<|im_end|>")));

  private static final Fields.Pattern TEMPLATE =
      new Fields.Pattern(
          "%s|[\\s\\S]*\\{[\\s\\S]*".formatted(String.join("|", NAMED.keySet())),
          "a template in Jinja or " + String.join(", ", NAMED.keySet()));

  /**
   * @throws TemplateException if the template is not valid, with the line
   */
  public Chat {
    JinjaTemplate.parse(template);
    Set<String> ends = new LinkedHashSet<>(end);
    if (!eos.isEmpty()) {
      ends.add(eos);
    }
    end = List.copyOf(ends);
  }

  /** {@return the same with another template} */
  public Chat withTemplate(String other) {
    return new Chat(other, bos, eos, end);
  }

  /**
   * {@return the prompt for the next message}
   *
   * @param variables of the template: {@code messages}, {@code add_generation_prompt}, {@code
   *     tools} and others
   * @throws TemplateException if the template cannot be filled in with them, or raises an error
   */
  public String prompt(ObjectNode variables) {
    ObjectNode all = JsonNodeFactory.instance.objectNode().put("bos_token", bos);
    all.put("eos_token", eos).setAll(variables);
    return JinjaTemplate.parse(template).render(all);
  }

  /**
   * A part of a dialogue's text.
   *
   * @param answer whether the assistant says it
   */
  public record Part(String text, boolean answer) {}

  /**
   * {@return the text of a dialogue up to the end of its last answer, cut into what is asked and
   * what is answered} An answer is what the template adds to the prompt for it.
   *
   * @param dialogue {@code messages}, and other variables of the template
   * @throws TemplateException if the template cannot be filled in with them
   * @throws IllegalArgumentException if it does not write an answer behind the prompt for it
   */
  public List<Part> parts(ObjectNode dialogue) {
    List<Part> parts = new ArrayList<>();
    JsonNode messages = dialogue.path("messages");
    String done = "";
    for (int i = 0; i < messages.size(); i++) {
      if (!messages.get(i).path("role").asText().equals("assistant")) {
        continue;
      }
      String asked = prompt(first(dialogue, i, true));
      String answered = prompt(first(dialogue, i + 1, false));
      if (!asked.startsWith(done) || !answered.startsWith(asked)) {
        throw new IllegalArgumentException(
            "[chat] expected a template that writes message %d behind the prompt for it"
                .formatted(i));
      }
      parts.add(new Part(asked.substring(done.length()), false));
      parts.add(new Part(answered.substring(asked.length()), true));
      done = answered;
    }
    return parts;
  }

  private static ObjectNode first(ObjectNode dialogue, int count, boolean prompt) {
    ObjectNode some = dialogue.deepCopy();
    ArrayNode messages = some.putArray("messages");
    for (int i = 0; i < count; i++) {
      messages.add(dialogue.path("messages").get(i));
    }
    return some.put("add_generation_prompt", prompt);
  }

  /** Reads {@code "chat"} of a spec, or what {@link #toJson} wrote. */
  public static Parsed<Chat> read(JsonNode json, String pointer) {
    Fields f = Fields.of(json, pointer, "template");
    String template = f.text("template", null, TEMPLATE);
    Chat named = NAMED.get(template);
    String bos = f.text("bos", "");
    String eos = f.text("eos", "");
    List<String> end = new ArrayList<>(named == null ? List.of() : named.end);
    for (String each : f.texts("end")) {
      if (each.isEmpty()) {
        throw new SpecException(f.at("end"), "expected texts that are not empty");
      }
      end.add(each);
    }
    f.end();
    try {
      Chat chat = new Chat(named == null ? template : named.template, bos, eos, end);
      return new Parsed<>(chat, f.expanded());
    } catch (TemplateException e) {
      throw new SpecException(f.at("template"), e.getMessage());
    }
  }

  /** {@return the JSON that {@link #read} takes} */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("template", template);
    json.put("bos", bos).put("eos", eos);
    end.forEach(json.putArray("end")::add);
    return json;
  }

  /**
   * {@return what Hugging Face's {@code tokenizer_config.json} says} Of several templates it is the
   * one named {@code default}.
   *
   * @param config its content
   * @return empty if there is no {@code chat_template}
   * @throws TemplateException if the template is not valid, with the line
   */
  public static Optional<Chat> ofHuggingFace(JsonNode config) {
    JsonNode template = config.path("chat_template");
    if (template.isArray()) {
      for (JsonNode each : config.path("chat_template")) {
        if (each.path("name").asText().equals("default")) {
          template = each.path("template");
        }
      }
    }
    return template.isTextual()
        ? Optional.of(
            new Chat(
                template.textValue(),
                token(config, "bos_token"),
                token(config, "eos_token"),
                List.of()))
        : Optional.empty();
  }

  /** A token is its text, or an object with it. */
  private static String token(JsonNode config, String name) {
    JsonNode token = config.path(name);
    return token.isObject() ? token.path("content").asText("") : token.asText("");
  }
}
