package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.fathom.json.Question.Kind;
import dev.fathom.json.Schema.Result;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** Notes which fields a reader asks for, and answers with values that let it go on. */
final class RecordedFields extends Fields {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Reading run;
  private final Set<String> computed = new HashSet<>();

  RecordedFields(Probe probe, String pointer, String shorthand) {
    super(JSON.objectNode(), pointer);
    run = probe.run;
    run.shorthand = shorthand;
  }

  @Override
  public void end() {
    run.closed = true;
  }

  @Override
  RuntimeException misfit(IllegalArgumentException e) {
    run.closed = true; // All was read: only the answers do not fit together.
    return e;
  }

  @Override
  public Fields computed(String name) {
    computed.add(name);
    return this;
  }

  @Override
  public boolean has(String name) {
    boolean has = run.decide(Kind.PRESENT, name, 2) == 1;
    if (!has) {
      run.noteAbsent(name);
    }
    return has;
  }

  @Override
  public boolean isText(String name) {
    return run.decide(Kind.TEXT, name, 2) == 1;
  }

  @Override
  public boolean isObject(String name) {
    return run.decide(Kind.OBJECT, name, 2) == 1;
  }

  @Override
  public boolean is(String name, String text) {
    return run.decide(new Question(Kind.IS, List.of(name), text, 2), 0) == 1;
  }

  @Override
  public List<String> given(List<String> names) {
    boolean given = run.decide(new Question(Kind.PRESENT, names, null, 2), 0) == 1;
    if (given) {
      return names;
    }
    names.forEach(run::noteAbsent);
    return List.of();
  }

  @Override
  public void comment(String name) {
    note(name, type("string"), null, false);
  }

  @Override
  public JsonNode raw(String name) {
    return null;
  }

  @Override
  public String text(String name, String byDefault) {
    return text(name, byDefault, null);
  }

  @Override
  public String text(String name, String byDefault, Pattern pattern) {
    ObjectNode type = type("string");
    if (pattern != null) {
      type.put("pattern", Schema.whole(pattern));
    }
    note(name, type, byDefault == null ? null : new TextNode(byDefault), byDefault == null);
    String text = byDefault == null ? Probe.TEXT : byDefault;
    expanded.put(name, text);
    return text;
  }

  @Override
  public <T> Optional<T> optionalText(String name, Pattern pattern, Function<String, T> read) {
    if (has(name)) {
      text(name, null, pattern); // which says nothing to read
    }
    return Optional.empty();
  }

  @Override
  public List<String> texts(String name) {
    ObjectNode type = type("array");
    type.set("items", type("string"));
    note(name, type, JSON.arrayNode(), false);
    return List.of();
  }

  @Override
  public List<String> someTexts(String name, String what) {
    note(name, someTexts(), null, true);
    return List.of(Probe.TEXT);
  }

  @Override
  public List<String> textOrTexts(String name, String what) {
    note(name, either(type("string"), someTexts()), null, true);
    return List.of(Probe.TEXT);
  }

  private static ObjectNode someTexts() {
    ObjectNode list = type("array");
    list.set("items", type("string"));
    return list.put("minItems", 1);
  }

  @Override
  public boolean flag(String name, boolean byDefault) {
    boolean flag = byDefault ^ run.decide(Kind.FLAG, name, 2) == 1;
    ObjectNode type = JSON.objectNode();
    type.putArray("enum").add(flag);
    note(name, type, BooleanNode.valueOf(byDefault), flag != byDefault);
    return flag;
  }

  @Override
  public long integer(String name, Long byDefault, long min) {
    return integer(name, byDefault, min, Long.MAX_VALUE);
  }

  @Override
  public long integer(String name, Long byDefault, long min, long max) {
    note(
        name,
        integerType(min, max),
        byDefault == null ? null : LongNode.valueOf(byDefault),
        byDefault == null);
    long usual = byDefault == null ? Math.max(min, 1) : byDefault;
    return usual + run.decide(Kind.VALUE, name, 2);
  }

  @Override
  public double number(String name, Double byDefault, Range range) {
    note(
        name,
        numberType(range),
        byDefault == null ? null : DoubleNode.valueOf(byDefault),
        byDefault == null);
    double[] fitting =
        DoubleStream.of(byDefault == null ? Double.NaN : byDefault, 0.5, 0.25, 2, 3)
            .filter(range::holds)
            .limit(2)
            .toArray();
    return fitting[run.decide(Kind.VALUE, name, fitting.length)];
  }

  @Override
  public List<Double> numbers(String name, List<Double> byDefault, Range range) {
    ObjectNode list = type("array");
    list.set("items", numberType(range));
    ArrayNode all = JSON.arrayNode();
    byDefault.forEach(all::add);
    note(
        name,
        either(numberType(range), list.put("minItems", 1)),
        all.size() == 1 ? all.get(0) : all,
        false);
    return byDefault;
  }

  @Override
  public long[] pair(String name, long[] byDefault, long min) {
    ObjectNode list = type("array");
    list.set("items", integerType(min, Long.MAX_VALUE));
    ArrayNode both = JSON.arrayNode();
    if (byDefault != null) {
      both.add(byDefault[0]).add(byDefault[1]);
    }
    note(
        name,
        either(integerType(min, Long.MAX_VALUE), list.put("minItems", 2).put("maxItems", 2)),
        byDefault == null ? null : byDefault[0] == byDefault[1] ? both.get(0) : both,
        byDefault == null);
    return byDefault == null ? new long[] {Math.max(min, 1), Math.max(min, 1)} : byDefault;
  }

  @Override
  public long[] integers(String name, long min) {
    ObjectNode list = type("array");
    list.set("items", integerType(min, Long.MAX_VALUE));
    note(name, either(integerType(min, Long.MAX_VALUE), list.put("minItems", 1)), null, true);
    return new long[] {Math.max(min, 1)};
  }

  @Override
  public <T> T choice(String name, String byDefault, Map<String, T> choices) {
    List<String> names = List.copyOf(new TreeSet<>(choices.keySet()));
    Question which = new Question(Kind.CHOICE, List.of(name), null, names.size());
    String chosen = names.get(run.decide(which, byDefault == null ? 0 : names.indexOf(byDefault)));
    ObjectNode type = JSON.objectNode();
    type.putArray("enum").add(chosen);
    note(
        name,
        type,
        byDefault == null ? null : new TextNode(byDefault),
        !chosen.equals(byDefault) && !(computed.contains(name)));
    run.label(chosen);
    expanded.put(name, chosen);
    return choices.get(chosen);
  }

  @Override
  public <T> List<T> choiceOrChoices(String name, String what, Map<String, T> choices) {
    ObjectNode one = JSON.objectNode();
    ArrayNode names = one.putArray("enum");
    new TreeSet<>(choices.keySet()).forEach(names::add);
    ObjectNode list = type("array");
    list.set("items", one);
    note(name, either(one.deepCopy(), list.put("minItems", 1)), null, true);
    return List.of(choices.values().iterator().next());
  }

  @Override
  public <T> Map<String, T> choices(String name, Map<String, T> choices) {
    ObjectNode type = type("object");
    ArrayNode names = type.putObject("additionalProperties").putArray("enum");
    new TreeSet<>(choices.keySet()).forEach(names::add);
    note(name, type, JSON.objectNode(), false);
    return Map.of();
  }

  @Override
  public <T> SequencedMap<String, T> objects(String name, Value<T> read) {
    Result<T> value =
        run.field(name, (node, at) -> read.read(Probe.TEXT, node, at), at(name) + "/" + Probe.TEXT);
    ObjectNode type = type("object");
    type.set("additionalProperties", value.schema());
    note(name, type, JSON.objectNode(), false);
    return new LinkedHashMap<>();
  }

  @Override
  public Map<String, Double> numbersByName(String name, Range range) {
    ObjectNode type = type("object");
    type.set("additionalProperties", numberType(range));
    note(name, type.put("minProperties", 1), null, true);
    return Map.of(Probe.TEXT, 1.0);
  }

  @Override
  public <T> T object(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    return nested(name, read, false);
  }

  @Override
  public <T> T list(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    return nested(name, read, false);
  }

  @Override
  public <T> T required(String name, BiFunction<JsonNode, String, Parsed<T>> read) {
    return nested(name, read, true);
  }

  private <T> T nested(
      String name, BiFunction<JsonNode, String, Parsed<T>> read, boolean required) {
    Result<T> result = run.field(name, read, at(name));
    note(name, result.schema(), null, required || !result.mayBeEmpty());
    return result.values().get(run.decide(Kind.VALUE, name, result.values().size()));
  }

  private void note(String name, ObjectNode type, JsonNode byDefault, boolean required) {
    run.note(
        name,
        new Property(
            type, computed.contains(name) ? null : byDefault, run.description(name), required));
  }

  private static ObjectNode type(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static ObjectNode either(ObjectNode one, ObjectNode other) {
    ObjectNode either = JSON.objectNode();
    either.putArray("anyOf").add(one).add(other);
    return either;
  }

  private static ObjectNode integerType(long min, long max) {
    ObjectNode type = type("integer");
    if (min != Long.MIN_VALUE) {
      type.put("minimum", min);
    }
    if (max != Long.MAX_VALUE) {
      type.put("maximum", max);
    }
    return type;
  }

  private static ObjectNode numberType(Range range) {
    ObjectNode type = type("number");
    if (Double.isFinite(range.low())) {
      type.put(range.lowIn() ? "minimum" : "exclusiveMinimum", range.low());
    }
    if (Double.isFinite(range.high())) {
      type.put(range.highIn() ? "maximum" : "exclusiveMaximum", range.high());
    }
    return type;
  }
}
