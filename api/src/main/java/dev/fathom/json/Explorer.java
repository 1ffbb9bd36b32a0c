package dev.fathom.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.json.Fields.Parsed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;

/** Runs one reader with all answers. */
final class Explorer<T> {
  private final Schema schema;
  private final Schema.Place place;
  private final String context;
  private final BiFunction<JsonNode, String, Parsed<T>> read;
  private final String at;
  private T some;

  Explorer(
      Schema schema,
      Schema.Place place,
      String context,
      BiFunction<JsonNode, String, Parsed<T>> read,
      String at) {
    this.schema = schema;
    this.place = place;
    this.context = context;
    this.read = read;
    this.at = at;
  }

  @SuppressWarnings("unchecked") // All runs are of one reader.
  T value(Reading run) {
    return (T) run.value;
  }

  private Reading run(Map<Question, Integer> script) {
    Reading run = new Reading(schema, place, context, script);
    try {
      run.value = read.apply(new Probe(run), at).value();
      run.closed = true;
    } catch (IllegalArgumentException e) {
      // Refused; if all was read before, what was read still holds.
    }
    return run;
  }

  /**
   * {@return a run that came to its end, with one more answer changed if need be; null if there is
   * none}
   */
  Reading complete(Map<Question, Integer> script) {
    Reading first = run(script);
    if (first.value != null) {
      return first;
    }
    Reading closed = first.closed ? first : null;
    Set<Question> asked = new HashSet<>(script.keySet());
    asked.retainAll(first.taken.keySet());
    for (Question question : first.taken.reversed().keySet()) {
      // Where all was read, only values are missing that fit together.
      if (script.containsKey(question)
          || closed != null && question.kind() != Question.Kind.VALUE) {
        continue;
      }
      for (int answer = 0; answer < question.answers(); answer++) {
        if (answer == first.taken.get(question)) {
          continue;
        }
        Reading run = run(with(script, question, answer));
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

  /** {@return what the reader takes} */
  Tree tree() {
    Tree tree = tree(Map.of(), Set.of(), Map.of());
    if (tree == null || some == null) {
      throw new IllegalStateException(
          "[schema] found nothing that a reader of '%s' takes".formatted(context));
    }
    return tree;
  }

  /** {@return some values that the reader gave for a tree; one at least} */
  List<T> values(Tree tree) {
    List<T> values =
        tree.leaves().map(leaf -> value(leaf.reading())).filter(Objects::nonNull).toList();
    return values.isEmpty() ? List.of(some) : values;
  }

  /**
   * {@return what is read after some answers; null if the reader refuses them}
   *
   * @param script the answers
   * @param skip questions that are looked at elsewhere
   * @param settled fields whose values are known already
   */
  private Tree tree(
      Map<Question, Integer> script, Set<Question> skip, Map<String, Property> settled) {
    Reading base = complete(script);
    if (base == null) {
      return null;
    }
    if (some == null) {
      some = value(base);
    }
    Map<String, Property> known = new HashMap<>(settled);
    for (Question question : skip) {
      // What was an answer before may be refused after others.
      boolean isOpen =
          base.taken.containsKey(question) && known.keySet().containsAll(question.names());
      if (question.kind() == Question.Kind.PRESENT
          && isOpen
          && complete(with(script, question, 1 - base.taken.get(question))) == null) {
        known.keySet().removeAll(question.names());
      }
    }
    Set<Question> before = new HashSet<>(skip);
    Set<Question> all = new HashSet<>(skip);
    all.addAll(base.taken.keySet());
    for (Question question : base.taken.keySet()) {
      if (script.containsKey(question)
          || skip.contains(question)
          || question.kind() == Question.Kind.VALUE) {
        continue;
      }
      List<Answers> groups = groups(base, question, all);
      // Where the answer is as it was, so are other forms of the field that were found before.
      groups
          .getFirst()
          .about
          .replaceAll(
              (name, property) ->
                  known.containsKey(name) ? known.get(name).or(property) : property);
      if (groups.size() > 1) {
        List<Tree.Branch> branches = new ArrayList<>();
        groups.sort(Comparator.comparingInt(Answers::first));
        for (Answers group : groups) {
          Map<String, Property> settledThen = new HashMap<>(known);
          settledThen.putAll(group.about);
          Tree tree = tree(with(script, question, group.first), before, settledThen);
          if (tree != null) {
            branches.add(new Tree.Branch(group.about, tree));
          }
        }
        return new Tree.Split(question, branches);
      }
      known.putAll(groups.getFirst().about);
      before.add(question);
    }
    SequencedMap<String, Property> properties = new LinkedHashMap<>(base.properties);
    properties.replaceAll((name, property) -> known.getOrDefault(name, property));
    return new Tree.Leaf(base, properties);
  }

  /** {@return the answers to a question, those together that change nothing but its fields} */
  private List<Answers> groups(Reading base, Question question, Set<Question> all) {
    List<Answers> groups = new ArrayList<>();
    int taken = base.taken.get(question);
    groups.add(new Answers(taken, base, about(base.properties, question)));
    Map<Question, Integer> changed = base.script;
    for (int answer = 0; answer < question.answers(); answer++) {
      Tree tree = answer == taken ? null : tree(with(changed, question, answer), all, Map.of());
      if (tree == null) {
        continue;
      }
      Optional<Answers> same =
          tree instanceof Tree.Leaf(Reading reading, _)
              ? groups.stream()
                  .filter(
                      group ->
                          group.reading != null
                              && !group.reading.differs(reading, question.names()))
                  .findFirst()
              : Optional.empty();
      if (same.isPresent()) {
        about(((Tree.Leaf) tree).properties(), question)
            .forEach((name, property) -> same.get().about.merge(name, property, Property::or));
      } else {
        Tree.Leaf leaf = tree.first();
        groups.add(
            new Answers(
                answer,
                tree instanceof Tree.Leaf ? leaf.reading() : null,
                about(leaf.properties(), question)));
      }
    }
    return groups;
  }

  private static Map<String, Property> about(Map<String, Property> properties, Question question) {
    Map<String, Property> about = new LinkedHashMap<>();
    for (String name : question.names()) {
      if (properties.containsKey(name)) {
        about.put(name, properties.get(name));
      }
    }
    return about;
  }

  private static Map<Question, Integer> with(
      Map<Question, Integer> script, Question question, int answer) {
    Map<Question, Integer> with = new HashMap<>(script);
    with.put(question, answer);
    return with;
  }

  /**
   * Answers that go together.
   *
   * @param reading of the first; null if more questions have consequences then
   * @param about the fields of the question
   */
  private record Answers(int first, Reading reading, Map<String, Property> about) {}
}
