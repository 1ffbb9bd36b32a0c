package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.json.Fields.Parsed;
import dev.fathom.json.Fields.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The JSON Schema (draft 2020-12) of what a reader takes, written by running it: no second list of
 * keys can fall behind the first.
 *
 * <p>The reader gets a {@link Probe} in place of JSON. Where what it does next may depend on an
 * answer (is a field there, which choice is it), it runs again with each other answer. An answer
 * that changes nothing but its own field is one more value of that field; one that changes others
 * becomes {@code if}, {@code then} and {@code else}. Answers that the reader refuses are left out.
 */
public final class Schema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Function<String, Optional<String>> descriptions;
  private final Map<String, Result<?>> definitions = new TreeMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Map<Place, Result<?>> known = new HashMap<>();

  private Schema(Function<String, Optional<String>> descriptions) {
    this.descriptions = descriptions;
  }

  /**
   * {@return the schema of what a reader takes}
   *
   * @param descriptions a sentence for a key, {@code training.batchSize}; asked first for the key
   *     of one choice, {@code layer.dense.units}, then for that of all, {@code layer.units}
   */
  public static ObjectNode of(
      BiFunction<JsonNode, String, ? extends Parsed<?>> read,
      Function<String, Optional<String>> descriptions) {
    Schema schema = new Schema(descriptions);
    Result<Object> result =
        schema.explore(null, "", (node, at) -> new Parsed<>(read.apply(node, at).value(), null), "");
    ObjectNode json = JSON.objectNode();
    json.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    json.setAll(result.schema());
    ObjectNode definitions = JSON.objectNode();
    schema.definitions.forEach((name, item) -> definitions.set(key(name), item.schema()));
    if (!definitions.isEmpty()) {
      json.set("$defs", definitions);
    }
    return json;
  }

  /**
   * A value inside another.
   *
   * @param outer the one around it; null for none
   * @param answers that were given before it was read: readers that got the same go on the same
   */
  private record Place(Place outer, String name, Map<Decision, Integer> answers) {}

  /** What is asked. */
  enum Kind {
    /** Which of several texts a field is. */
    CHOICE,
    /** Whether a field is true. */
    FLAG,
    /** Whether one of some fields is there. */
    PRESENT,
    /** Whether a field is a text. */
    TEXT,
    /** Whether a field is an object. */
    OBJECT,
    /** Whether a field is one text. */
    IS,
    /** Which of several forms the whole value has. */
    FORM,
    /** Which of some fitting values a field has: never of consequence for others. */
    VALUE
  }

  /**
   * A question of a reader.
   *
   * @param names of the fields that it is about
   * @param text of {@link Kind#IS}
   * @param answers how many there are
   */
  record Decision(Kind kind, List<String> names, String text, int answers) {}

  /**
   * A field of an object.
   *
   * @param byDefault null if there is none, or it follows from other fields
   * @param description null without one
   */
  record Property(ObjectNode type, JsonNode byDefault, String description, boolean required) {
    Property or(Property other) {
      return new Property(
          either(type, other.type),
          isAbsent() || byDefault == null ? other.byDefault : byDefault,
          description == null ? other.description : description,
          required && other.required);
    }

    boolean isChoice() {
      return type.size() == 1 && type.has("enum");
    }

    boolean isAbsent() {
      return type.equals(NULL);
    }

    ObjectNode json() {
      ObjectNode json = JSON.objectNode();
      if (description != null) {
        json.put("description", description);
      }
      JsonNode values = type.path("enum");
      if (type.size() == 1 && values.size() == 2 && values.get(0).isBoolean()) {
        json.put("type", "boolean");
      } else if (type.size() == 1 && values.size() == 1) {
        json.set("const", values.get(0));
      } else {
        json.setAll(type);
      }
      boolean isAllowed = values.isMissingNode() || contains(values, byDefault);
      if (byDefault != null && isAllowed) {
        json.set("default", byDefault);
      }
      return json;
    }
  }

  private static final ObjectNode NULL = JSON.objectNode().put("type", "null");

  /** One reading of a value that is not known. */
  static final class Run {
    private final Schema schema;
    private final Place place;
    private final String context;
    private final Map<Decision, Integer> script;
    private final SequencedMap<Decision, Integer> taken = new LinkedHashMap<>();
    private final List<String> labels = new ArrayList<>();
    private final SequencedMap<String, Property> properties = new LinkedHashMap<>();
    private ObjectNode whole;
    private Object value;

    /** The field that a value without braces stands for. */
    String shorthand;

    /** Whether the reader came to the end of the value. */
    boolean closed;

    private Run(Schema schema, Place place, String context, Map<Decision, Integer> script) {
      this.schema = schema;
      this.place = place;
      this.context = context;
      this.script = script;
    }

    /** {@return what a reader of items takes} */
    <T> Result<T> items(String what, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
      return schema.definition(new Place(place, what, Map.copyOf(taken)), what, read, at);
    }

    /** {@return what a reader of values by name takes} */
    <T> Result<T> values(BiFunction<JsonNode, String, Parsed<T>> read, String at) {
      return schema.explore(new Place(place, "", Map.copyOf(taken)), context, read, at);
    }

    /** {@return what the reader of a field takes} */
    <T> Result<T> field(String name, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
      Place inner = new Place(place, name, Map.copyOf(taken));
      if (!schema.known.containsKey(inner)) {
        schema.known.put(inner, schema.explore(inner, context(name), read, at));
      }
      @SuppressWarnings("unchecked") // The same place has the same reader.
      Result<T> result = (Result<T>) schema.known.get(inner);
      return result;
    }

    private String context(String name) {
      return context.isEmpty() ? name : context + "." + name;
    }

    int decide(Kind kind, String name, int answers) {
      List<String> names = name == null ? List.of() : List.of(name);
      return decide(new Decision(kind, names, null, answers), 0);
    }

    /** {@return the answer of the script, or the usual one} */
    int decide(Decision decision, int usual) {
      return taken.computeIfAbsent(decision, _ -> script.getOrDefault(decision, usual));
    }

    void note(String name, Property property) {
      properties.put(name, property);
    }

    void noteAbsent(String name) {
      properties.putIfAbsent(name, new Property(NULL, null, description(name), false));
    }

    /** The value is no object, but this. */
    void is(ObjectNode type) {
      whole = type;
      closed = true;
    }

    void label(String chosen) {
      labels.add(chosen);
    }

    String description(String name) {
      return labels.stream()
          .map(label -> schema.descriptions.apply(context(label + "." + name)))
          .flatMap(Optional::stream)
          .findFirst()
          .or(() -> schema.descriptions.apply(context(name)))
          .orElse(null);
    }

    /** {@return whether another run read something else, those fields aside} */
    private boolean differs(Run other, List<String> names) {
      Map<String, Property> mine = without(names);
      Map<String, Property> others = other.without(names);
      // One that was refused may have stopped early.
      boolean same =
          value != null && other.value == null
              ? mine.entrySet().containsAll(others.entrySet())
              : mine.equals(others);
      return !(same && Objects.equals(whole, other.whole));
    }

    private Map<String, Property> without(List<String> names) {
      Map<String, Property> rest = new HashMap<>(properties);
      rest.keySet().removeAll(names);
      return rest;
    }
  }

  /**
   * What a reader takes.
   *
   * @param values some that it gave; one at least
   * @param mayBeEmpty whether an empty object or list will do
   */
  record Result<T>(ObjectNode schema, List<T> values, boolean mayBeEmpty) {}

  /** The runs of a reader, by the answers that have consequences. */
  private sealed interface Tree {
    /** Answers of no consequence are merged into the properties. */
    record Leaf(Run run, SequencedMap<String, Property> properties) implements Tree {}

    /** Each branch with the fields that the question is about. */
    record Split(Decision decision, List<Branch> branches) implements Tree {}

    record Branch(Map<String, Property> about, Tree tree) {}
  }

  /** {@return what the items of a list are, defined once, so that lists may be nested} */
  private <T> Result<T> definition(
      Place place, String name, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    String context = name.substring(name.lastIndexOf(' ') + 1);
    if (begun.add(name)) {
      definitions.put(name, explore(place, context, read, at));
    }
    ObjectNode reference = JSON.objectNode().put("$ref", "#/$defs/" + key(name));
    if (definitions.get(name) instanceof Result<?> done) {
      @SuppressWarnings("unchecked") // The same name is the same reader.
      List<T> values = (List<T>) done.values();
      return new Result<>(reference, values, false);
    }
    // A list inside itself: one value will do.
    Explorer<T> explorer = new Explorer<>(place, context, read, at);
    return new Result<>(
        reference, List.of(explorer.value(explorer.complete(Map.of()))), false);
  }

  private static String key(String name) {
    return name.replace(' ', '-');
  }

  /** {@return what a reader takes} */
  private <T> Result<T> explore(
      Place place, String context, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
    Explorer<T> explorer = new Explorer<>(place, context, read, at);
    Tree tree = explorer.tree(Map.of(), Set.of(), Map.of());
    if (tree == null || explorer.some == null) {
      throw new IllegalStateException(
          "[schema] found nothing that a reader of '%s' takes".formatted(context));
    }
    List<T> values =
        leaves(tree).map(leaf -> explorer.value(leaf.run())).filter(Objects::nonNull).toList();
    return new Result<>(
        json(tree), values.isEmpty() ? List.of(explorer.some) : values, mayBeEmpty(tree));
  }

  private static Map<Decision, Integer> with(
      Map<Decision, Integer> script, Decision decision, int answer) {
    Map<Decision, Integer> with = new HashMap<>(script);
    with.put(decision, answer);
    return with;
  }

  /** Runs one reader with all answers. */
  private final class Explorer<T> {
    private final Place place;
    private final String context;
    private final BiFunction<JsonNode, String, Parsed<T>> read;
    private final String at;
    private T some;

    private Explorer(
        Place place, String context, BiFunction<JsonNode, String, Parsed<T>> read, String at) {
      this.place = place;
      this.context = context;
      this.read = read;
      this.at = at;
    }

    @SuppressWarnings("unchecked") // All runs are of one reader.
    private T value(Run run) {
      return (T) run.value;
    }

    private Run run(Map<Decision, Integer> script) {
      Run run = new Run(Schema.this, place, context, script);
      try {
        run.value = read.apply(new Probe(run), at).value();
        run.closed = true;
      } catch (IllegalArgumentException e) {
        // Refused; if all was read before, what was read still holds.
      }
      return run;
    }

    /**
     * {@return a run that came to its end, with one more answer changed if need be; null if there
     * is none}
     */
    private Run complete(Map<Decision, Integer> script) {
      Run first = run(script);
      if (first.value != null) {
        return first;
      }
      Run closed = first.closed ? first : null;
      Set<Decision> asked = new HashSet<>(script.keySet());
      asked.retainAll(first.taken.keySet());
      for (Decision decision : first.taken.reversed().keySet()) {
        // Where all was read, only values are missing that fit together.
        if (script.containsKey(decision) || closed != null && decision.kind() != Kind.VALUE) {
          continue;
        }
        for (int answer = 0; answer < decision.answers(); answer++) {
          if (answer == first.taken.get(decision)) {
            continue;
          }
          Run run = run(with(script, decision, answer));
          if (!run.taken.keySet().containsAll(asked)) {
            continue; // The answers of the script no longer count.
          }
          if (run.value != null) {
            return run;
          }
          closed = closed == null && run.closed ? run : closed;
        }
      }
      return closed;
    }

    /**
     * {@return what is read after some answers; null if the reader refuses them}
     *
     * @param script the answers
     * @param skip decisions that are looked at elsewhere
     * @param settled fields whose values are known already
     */
    private Tree tree(
        Map<Decision, Integer> script, Set<Decision> skip, Map<String, Property> settled) {
      Run base = complete(script);
      if (base == null) {
        return null;
      }
      if (some == null) {
        some = value(base);
      }
      Map<String, Property> known = new HashMap<>(settled);
      for (Decision decision : skip) {
        // What was an answer before may be refused after others.
        boolean isOpen = base.taken.containsKey(decision) && known.keySet().containsAll(decision.names());
        if (decision.kind() == Kind.PRESENT
            && isOpen
            && complete(with(script, decision, 1 - base.taken.get(decision))) == null) {
          known.keySet().removeAll(decision.names());
        }
      }
      Set<Decision> before = new HashSet<>(skip);
      Set<Decision> all = new HashSet<>(skip);
      all.addAll(base.taken.keySet());
      for (Decision decision : base.taken.keySet()) {
        if (script.containsKey(decision)
            || skip.contains(decision)
            || decision.kind() == Kind.VALUE) {
          continue;
        }
        List<Answers> groups = groups(base, decision, all);
        // Where the answer is as it was, so are other forms of the field that were found before.
        groups.getFirst().about.replaceAll(
            (name, property) ->
                known.containsKey(name) ? known.get(name).or(property) : property);
        if (groups.size() > 1) {
          List<Tree.Branch> branches = new ArrayList<>();
          groups.sort(Comparator.comparingInt(Answers::first));
          for (Answers group : groups) {
            Map<String, Property> settledThen = new HashMap<>(known);
            settledThen.putAll(group.about);
            Tree tree = tree(with(script, decision, group.first), before, settledThen);
            if (tree != null) {
              branches.add(new Tree.Branch(group.about, tree));
            }
          }
          return new Tree.Split(decision, branches);
        }
        known.putAll(groups.getFirst().about);
        before.add(decision);
      }
      SequencedMap<String, Property> properties = new LinkedHashMap<>(base.properties);
      properties.replaceAll((name, property) -> known.getOrDefault(name, property));
      return new Tree.Leaf(base, properties);
    }

    /** {@return the answers to a question, those together that change nothing but its fields} */
    private List<Answers> groups(Run base, Decision decision, Set<Decision> all) {
      List<Answers> groups = new ArrayList<>();
      int taken = base.taken.get(decision);
      groups.add(new Answers(taken, base, about(base.properties, decision)));
      Map<Decision, Integer> changed = base.script;
      for (int answer = 0; answer < decision.answers(); answer++) {
        Tree tree = answer == taken ? null : tree(with(changed, decision, answer), all, Map.of());
        if (tree == null) {
          continue;
        }
        Optional<Answers> same =
            tree instanceof Tree.Leaf(Run run, _)
                ? groups.stream()
                    .filter(group -> group.run != null && !group.run.differs(run, decision.names()))
                    .findFirst()
                : Optional.empty();
        if (same.isPresent()) {
          about(((Tree.Leaf) tree).properties(), decision)
              .forEach((name, property) -> same.get().about.merge(name, property, Property::or));
        } else {
          Tree.Leaf leaf = first(tree);
          groups.add(
              new Answers(
                  answer,
                  tree instanceof Tree.Leaf ? leaf.run() : null,
                  about(leaf.properties(), decision)));
        }
      }
      return groups;
    }

    private static Map<String, Property> about(Map<String, Property> properties, Decision decision) {
      Map<String, Property> about = new LinkedHashMap<>();
      for (String name : decision.names()) {
        if (properties.containsKey(name)) {
          about.put(name, properties.get(name));
        }
      }
      return about;
    }
  }

  /**
   * Answers that go together.
   *
   * @param run of the first; null if more questions have consequences then
   * @param about the fields of the question
   */
  private record Answers(int first, Run run, Map<String, Property> about) {}

  private static Tree.Leaf first(Tree tree) {
    return switch (tree) {
      case Tree.Leaf leaf -> leaf;
      case Tree.Split split -> first(split.branches().getFirst().tree());
    };
  }

  private static boolean mayBeEmpty(Tree tree) {
    return switch (tree) {
      case Tree.Leaf(Run run, _) when run.whole != null -> !run.whole.has("minItems");
      case Tree.Leaf leaf -> leaf.properties().values().stream().noneMatch(Property::required);
      case Tree.Split split ->
          split.branches().stream()
              .filter(branch -> branch.about().values().stream().noneMatch(Property::required))
              .anyMatch(branch -> mayBeEmpty(branch.tree()));
    };
  }

  private static ObjectNode json(Tree tree) {
    ObjectNode json = branch(tree);
    String shorthand = first(tree).run().shorthand;
    if (shorthand == null) {
      return json;
    }
    List<ObjectNode> values = new ArrayList<>();
    leaves(tree)
        .filter(leaf -> leaf.run().whole == null)
        .filter(
            leaf ->
                leaf.properties().entrySet().stream()
                    .noneMatch(e -> e.getValue().required() && !e.getKey().equals(shorthand)))
        .forEach(leaf -> values.add(leaf.properties().get(shorthand).type()));
    return values.stream().reduce(Schema::either).map(value -> either(value, json)).orElse(json);
  }

  private static Stream<Tree.Leaf> leaves(Tree tree) {
    return switch (tree) {
      case Tree.Leaf leaf -> Stream.of(leaf);
      case Tree.Split split ->
          split.branches().stream().flatMap(branch -> leaves(branch.tree()));
    };
  }

  private static ObjectNode branch(Tree tree) {
    return switch (tree) {
      case Tree.Leaf(Run run, _) when run.whole != null -> run.whole;
      case Tree.Leaf leaf -> object(leaf.properties());
      case Tree.Split(Decision decision, var branches) when branches.size() == 1 ->
          branch(branches.getFirst().tree());
      case Tree.Split(Decision decision, var branches) ->
          switch (decision.kind()) {
            case FORM ->
                branches.stream().map(b -> json(b.tree())).reduce(Schema::either).orElseThrow();
            case CHOICE -> choice(decision.names().getFirst(), branches);
            default -> {
              ObjectNode json = JSON.objectNode();
              Tree.Branch yes = branches.getFirst();
              json.set("if", condition(decision, yes.about()));
              json.set("then", branch(yes.tree()));
              json.set("else", branch(branches.get(1).tree()));
              yield json;
            }
          };
    };
  }

  /** {@return what holds if the first answer was given} */
  private static ObjectNode condition(Decision decision, Map<String, Property> about) {
    ObjectNode json = JSON.objectNode();
    ObjectNode properties = json.putObject("properties");
    for (String name : decision.names()) {
      switch (decision.kind()) {
        case PRESENT -> properties.set(name, NULL);
        case TEXT -> properties.putObject(name).set("not", JSON.objectNode().put("type", "string"));
        case OBJECT ->
            properties.putObject(name).set("not", JSON.objectNode().put("type", "object"));
        case IS -> properties.putObject(name).putObject("not").put("const", decision.text());
        default -> {
          return is(name, about.get(name));
        }
      }
    }
    return json;
  }

  private static ObjectNode values(Property property) {
    ObjectNode json = JSON.objectNode();
    JsonNode values = property.type().get("enum");
    return values.size() == 1 ? json.set("const", values.get(0)) : json.set("enum", values);
  }

  /**
   * One branch for some values each. A field that may also be something else than a text has one
   * branch for all that is left.
   */
  private static ObjectNode choice(String name, List<Tree.Branch> branches) {
    List<Tree.Branch> some =
        branches.stream().filter(branch -> branch.about().get(name).isChoice()).toList();
    Property all =
        some.stream().map(branch -> branch.about().get(name)).reduce(Property::or).orElseThrow();
    ObjectNode json = JSON.objectNode().put("type", "object");
    if (some.size() == branches.size()) {
      json.putObject("properties").set(name, all.json());
      if (all.required()) {
        json.putArray("required").add(name);
      }
    }
    ArrayNode cases = json.putArray("allOf");
    for (Tree.Branch branch : branches) {
      Property chosen = branch.about().get(name);
      ObjectNode one = cases.addObject();
      one.set("if", is(name, chosen.isChoice() ? chosen : all));
      one.set(chosen.isChoice() ? "then" : "else", branch(branch.tree()));
    }
    return json;
  }

  private static ObjectNode is(String name, Property chosen) {
    ObjectNode json = JSON.objectNode();
    json.putObject("properties").set(name, values(chosen));
    if (chosen.required()) {
      json.putArray("required").add(name);
    }
    return json;
  }

  private static ObjectNode object(SequencedMap<String, Property> properties) {
    ObjectNode json = JSON.objectNode().put("type", "object");
    ObjectNode all = json.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    properties.forEach(
        (name, property) -> {
          all.set(name, property.json());
          if (property.required()) {
            required.add(name);
          }
        });
    if (!required.isEmpty()) {
      json.set("required", required);
    }
    return json.put("additionalProperties", false);
  }

  /** {@return a schema that allows what one of two allows} */
  private static ObjectNode either(ObjectNode one, ObjectNode other) {
    if (one.equals(other)) {
      return one;
    }
    if (one.equals(NULL) || other.equals(NULL)) {
      ObjectNode some = one.equals(NULL) ? other : one;
      if (some.path("type").isTextual()) {
        ObjectNode json = JSON.objectNode();
        json.putArray("type").add(some.get("type")).add("null");
        some.properties().stream()
            .filter(entry -> !entry.getKey().equals("type"))
            .forEach(entry -> json.set(entry.getKey(), entry.getValue()));
        return json;
      }
      if (some.path("enum").isArray() && some.size() == 1) {
        return enumeration(some, JSON.objectNode().set("enum", JSON.arrayNode().add(NullNode.instance)));
      }
    }
    if (one.size() == 1 && one.has("enum") && other.size() == 1 && other.has("enum")) {
      return enumeration(one, other);
    }
    Set<JsonNode> both = new LinkedHashSet<>();
    for (ObjectNode each : List.of(one, other)) {
      if (each.size() == 1 && each.path("anyOf").isArray()) {
        each.get("anyOf").forEach(both::add);
      } else {
        both.add(each);
      }
    }
    ObjectNode json = JSON.objectNode();
    json.putArray("anyOf").addAll(both);
    return json;
  }

  private static ObjectNode enumeration(ObjectNode one, ObjectNode other) {
    Set<JsonNode> values = new LinkedHashSet<>();
    one.get("enum").forEach(values::add);
    other.get("enum").forEach(values::add);
    ObjectNode json = JSON.objectNode();
    json.putArray("enum").addAll(values);
    return json;
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode each : values) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the regular expression of JSON Schema, which looks for a part, that matches all} */
  static String whole(Pattern pattern) {
    return "^(?:" + pattern.regex() + ")$";
  }
}
