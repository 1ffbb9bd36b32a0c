package dev.fathom.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.SpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The special tokens around one text or two: what all post-processors of {@code tokenizer.json}
 * come to.
 */
record Template(List<Slot> single, List<Slot> pair) {
  /** Two texts, one behind the other. */
  static final Template NONE =
      new Template(List.of(new Text(0, 0)), List.of(new Text(0, 0), new Text(1, 1)));

  /** How each is read, by its name; empty where it changes no tokens. */
  private static final Map<String, Function<Fields, Optional<Template>>> TYPES =
      Map.of(
          "ByteLevel", Template::offsets,
          "TemplateProcessing", Template::template,
          "BertProcessing", f -> Optional.of(bert(f, 1)),
          "RobertaProcessing", Template::roberta,
          "Sequence", Template::sequence);

  /** A part of the result. */
  sealed interface Slot {
    int segment();
  }

  /** The first or the second text. */
  record Text(int number, int segment) implements Slot {}

  /** Special tokens. */
  record Special(List<Integer> ids, int segment) implements Slot {}

  /** {@return the texts in their places} */
  Enclosed apply(int[]... texts) {
    IntStream.Builder tokens = IntStream.builder();
    IntStream.Builder segments = IntStream.builder();
    for (Slot slot : texts.length == 1 ? single : pair) {
      int[] ids =
          switch (slot) {
            case Text text -> texts[text.number];
            case Special special -> special.ids.stream().mapToInt(id -> id).toArray();
          };
      Arrays.stream(ids)
          .forEach(
              id -> {
                tokens.add(id);
                segments.add(slot.segment());
              });
    }
    return new Enclosed(tokens.build().toArray(), segments.build().toArray());
  }

  /** {@return the highest number of a special token} */
  int highest() {
    return IntStream.concat(ids(single), ids(pair)).max().orElse(-1);
  }

  private static IntStream ids(List<Slot> slots) {
    return slots.stream()
        .flatMap(slot -> slot instanceof Special s ? s.ids.stream() : Stream.empty())
        .mapToInt(id -> id);
  }

  static Parsed<Optional<Template>> read(JsonNode json, String pointer) {
    return Fields.read(json, pointer, null, f -> f.choice("type", null, TYPES).apply(f));
  }

  private static Optional<Template> offsets(Fields f) {
    for (String name : List.of("add_prefix_space", "trim_offsets", "use_regex")) {
      f.flag(name, true);
    }
    return Optional.empty();
  }

  private static Optional<Template> sequence(Fields f) {
    List<Template> all =
        f
            .required(
                "processors",
                (json, at) ->
                    Fields.items(
                        json,
                        at,
                        "post-processor",
                        0,
                        null,
                        each -> each.choice("type", null, TYPES).apply(each)))
            .stream()
            .flatMap(Optional::stream)
            .toList();
    if (all.size() > 1) {
      throw new SpecException(
          f.at("processors"), "expected one that adds tokens, several are not supported");
    }
    return all.stream().findFirst();
  }

  // ---- BERT and RoBERTa ----

  private static Template bert(Fields f, int second) {
    Special first = new Special(List.of(token(f, "cls")), 0);
    int end = token(f, "sep");
    Special last = new Special(List.of(end), 0);
    return new Template(
        List.of(first, new Text(0, 0), last),
        List.of(
            first, new Text(0, 0), last, new Text(1, second), new Special(List.of(end), second)));
  }

  private static Optional<Template> roberta(Fields f) {
    f.flag("trim_offsets", true);
    f.flag("add_prefix_space", true);
    Template bert = bert(f, 0);
    List<Slot> pair = new ArrayList<>(bert.pair);
    pair.add(2, pair.get(2));
    return Optional.of(new Template(bert.single, pair));
  }

  private static int token(Fields f, String name) {
    return f.required(
        name,
        (json, at) -> {
          if (json.size() != 2 || !json.path(1).isInt() || json.get(1).intValue() < 0) {
            throw Fields.wrong(at, "a token and its number", json);
          }
          return new Parsed<>(json.get(1).intValue(), json);
        });
  }

  // ---- templates ----

  private static Optional<Template> template(Fields f) {
    Map<String, List<Integer>> special =
        f.objects("special_tokens", (_, json, at) -> Fields.read(json, at, null, Template::tokens));
    BiFunction<JsonNode, String, Parsed<List<Slot>>> slots =
        (json, at) -> Fields.items(json, at, "part", 0, null, part -> slot(part, special));
    return Optional.of(new Template(f.required("single", slots), f.required("pair", slots)));
  }

  private static List<Integer> tokens(Fields f) {
    f.text("id", null);
    f.texts("tokens");
    return Arrays.stream(f.integers("ids", 0))
        .mapToObj(id -> (int) Math.min(id, Integer.MAX_VALUE))
        .toList();
  }

  private static Slot slot(Fields f, Map<String, List<Integer>> special) {
    if (f.has("Sequence")) {
      return f.object(
          "Sequence",
          (json, at) ->
              Fields.read(
                  json,
                  at,
                  null,
                  text ->
                      new Text(text.choice("id", null, Map.of("A", 0, "B", 1)), segment(text))));
    }
    return f.required(
        "SpecialToken",
        (json, at) ->
            Fields.read(
                json, at, null, t -> new Special(t.choice("id", null, special), segment(t))));
  }

  private static int segment(Fields f) {
    return (int) f.integer("type_id", 0L, 0, Integer.MAX_VALUE);
  }
}
