package dev.fathom.template;

import java.util.List;

/** A part of a template that writes text or sets variables. */
@FunctionalInterface
interface Statement {
  /** How it goes on. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow run(Scope scope, StringBuilder out);

  static Statement all(List<Statement> statements) {
    List<Statement> each = List.copyOf(statements);
    return (scope, out) -> {
      for (Statement statement : each) {
        Flow flow = statement.run(scope, out);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    };
  }

  /** {@return the text that it writes} */
  default String text(Scope scope) {
    StringBuilder out = new StringBuilder();
    run(scope, out);
    return out.toString();
  }
}
