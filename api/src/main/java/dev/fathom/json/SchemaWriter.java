package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Writes what was read as JSON Schema. */
final class SchemaWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SchemaWriter() {}

  /** {@return the schema of what a tree says} */
  static ObjectNode json(Tree tree) {
    ObjectNode json = branch(tree);
    String shorthand = tree.first().reading().shorthand;
    if (shorthand == null) {
      return json;
    }
    List<ObjectNode> values = new ArrayList<>();
    tree.leaves()
        .filter(leaf -> leaf.reading().whole == null)
        .filter(
            leaf ->
                leaf.properties().entrySet().stream()
                    .noneMatch(e -> e.getValue().required() && !e.getKey().equals(shorthand)))
        .forEach(leaf -> values.add(leaf.properties().get(shorthand).type()));
    return values.stream()
        .reduce(Types::either)
        .map(value -> Types.either(value, json))
        .orElse(json);
  }

  private static ObjectNode branch(Tree tree) {
    return switch (tree) {
      case Tree.Leaf(Reading reading, _) when reading.whole != null -> reading.whole;
      case Tree.Leaf leaf -> object(leaf.properties());
      case Tree.Split(Question question, var branches) when branches.size() == 1 ->
          branch(branches.getFirst().tree());
      case Tree.Split(Question question, var branches) ->
          switch (question.kind()) {
            case FORM ->
                branches.stream().map(b -> json(b.tree())).reduce(Types::either).orElseThrow();
            case CHOICE -> choice(question.names().getFirst(), branches);
            default -> {
              ObjectNode json = JSON.objectNode();
              Tree.Branch yes = branches.getFirst();
              json.set("if", condition(question, yes.about()));
              json.set("then", branch(yes.tree()));
              json.set("else", branch(branches.get(1).tree()));
              yield json;
            }
          };
    };
  }

  /** {@return what holds if the first answer was given} */
  private static ObjectNode condition(Question question, Map<String, Property> about) {
    ObjectNode json = JSON.objectNode();
    ObjectNode properties = json.putObject("properties");
    for (String name : question.names()) {
      switch (question.kind()) {
        case PRESENT -> properties.set(name, Types.NULL);
        case TEXT -> properties.putObject(name).set("not", JSON.objectNode().put("type", "string"));
        case OBJECT ->
            properties.putObject(name).set("not", JSON.objectNode().put("type", "object"));
        case IS -> properties.putObject(name).putObject("not").put("const", question.text());
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
}
