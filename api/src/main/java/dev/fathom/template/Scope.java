package dev.fathom.template;

import java.util.HashMap;
import java.util.Map;

/** The variables that a part of a template sees. For one thread. */
final class Scope {
  /** What all scopes of one rendering share. */
  private static final class Budget {
    private long left = 1_000_000;
    private int depth;
  }

  private static final int DEPTH = 64;

  private final Scope outer;
  private final Budget budget;
  private final Map<String, Object> values = new HashMap<>();

  private Scope(Scope outer, Budget budget) {
    this.outer = outer;
    this.budget = budget;
  }

  static Scope outermost() {
    return new Scope(null, new Budget());
  }

  /** {@return a scope whose variables end with it} */
  Scope inner() {
    return new Scope(this, budget);
  }

  void set(String name, Object value) {
    values.put(name, value);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.values.get(name);
      if (value != null || scope.values.containsKey(name)) {
        return value;
      }
    }
    return new Undefined("'" + name + "'");
  }

  /** Counts work, so that a template ends. */
  void spend(long work) {
    budget.left -= work;
    if (budget.left < 0) {
      throw new TemplateException.Wrong("the template does too much: a loop or a text is too long");
    }
  }

  void enter() {
    if (++budget.depth > DEPTH) {
      throw new TemplateException.Wrong(
          "macros call each other more than %d deep".formatted(DEPTH));
    }
  }

  void leave() {
    budget.depth--;
  }
}
