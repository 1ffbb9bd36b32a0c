package dev.fathom.template;

import dev.fathom.template.TemplateException.Wrong;
import java.util.List;
import java.util.Map;

/** What a function is called with. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  boolean has(int index, String name) {
    return index < positional.size() || named.containsKey(name);
  }

  Object get(int index, String name) {
    if (!has(index, name)) {
      throw new Wrong("expected an argument '%s'".formatted(name));
    }
    return index < positional.size() ? positional.get(index) : named.get(name);
  }

  Object get(int index, String name, Object byDefault) {
    return has(index, name) ? get(index, name) : byDefault;
  }

  String text(int index, String name) {
    return Values.text(get(index, name));
  }

  String text(int index, String name, String byDefault) {
    return has(index, name) && get(index, name) != null ? text(index, name) : byDefault;
  }

  int integer(int index, String name, int byDefault) {
    return has(index, name) && get(index, name) != null
        ? Math.toIntExact(Values.integer(get(index, name)))
        : byDefault;
  }

  boolean flag(int index, String name) {
    return has(index, name) && Values.isTrue(get(index, name));
  }

  /** {@return the same without the first} */
  Arguments rest() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }
}
