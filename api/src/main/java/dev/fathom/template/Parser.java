package dev.fathom.template;

import dev.fathom.json.Nearest;
import dev.fathom.template.Lexer.Kind;
import dev.fathom.template.Lexer.Token;
import dev.fathom.template.Statement.Flow;
import dev.fathom.template.TemplateException.Wrong;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads statements. */
final class Parser {
  private static final int DEPTH = 100;
  private static final Set<String> NAMES =
      Set.of("for", "if", "set", "macro", "filter", "generation", "break", "continue", "raw");

  private final TokenCursor tokens;
  private final Expressions expressions;
  private int depth;

  Parser(List<Token> tokens) {
    this.tokens = new TokenCursor(tokens);
    this.expressions = new Expressions(this.tokens);
  }

  Statement template() {
    Statement all = until(Set.of());
    if (tokens.peek().kind() != Kind.END_OF_TEMPLATE) {
      throw tokens.unexpected();
    }
    return all;
  }

  /** {@return the statements in front of a block of one of these names; its name is next} */
  private Statement until(Set<String> ends) {
    if (++depth > DEPTH) {
      throw tokens.wrong("blocks are nested more than %d deep".formatted(DEPTH));
    }
    int line = tokens.peek().line();
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.END_OF_TEMPLATE) {
        if (!ends.isEmpty()) {
          throw new TemplateException(
              line, "expected '%s' behind this but the template ends".formatted(last(ends)));
        }
        break;
      }
      if (token.kind() == Kind.BLOCK && ends.contains(tokens.peek(1).text())) {
        tokens.next();
        break;
      }
      statements.add(statement(tokens.next()));
    }
    depth--;
    return Statement.all(statements);
  }

  private static String last(Set<String> ends) {
    return ends.stream().filter(end -> end.startsWith("end")).findFirst().orElseThrow();
  }

  /** {@return what stands in front of a block of this name, which is read} */
  private Statement body(String end) {
    tokens.expect(Kind.END, "");
    Statement body = until(Set.of(end));
    end(end);
    return body;
  }

  private void end(String name) {
    tokens.expect(Kind.NAME, name);
    // A macro's end may have its name again.
    if (name.equals("endmacro") && tokens.peek().kind() == Kind.NAME) {
      tokens.next();
    }
    tokens.expect(Kind.END, "");
  }

  private Statement statement(Token token) {
    return switch (token.kind()) {
      case TEXT ->
          (_, out) -> {
            out.append(token.text());
            return Flow.NEXT;
          };
      case PRINT -> {
        Expression value = expressions.tuple();
        tokens.expect(Kind.END, "");
        yield print(value, token.line());
      }
      case BLOCK -> block(tokens.expect(Kind.NAME, null));
      default -> throw tokens.unexpected();
    };
  }

  private static Statement print(Expression value, int line) {
    Expression text =
        scope -> {
          String printed = Values.print(value.in(scope));
          scope.spend(printed.length() / 16 + 1L);
          return printed;
        };
    Expression checked = text.at(line);
    return (scope, out) -> {
      out.append(checked.in(scope));
      return Flow.NEXT;
    };
  }

  private Statement block(Token name) {
    return switch (name.text()) {
      case "for" -> loop(name.line());
      case "if" -> condition();
      case "set" -> set(name.line());
      case "macro" -> macro(name.line());
      case "filter" -> filtered(name.line());
      case "generation" -> body("endgeneration");
      case "break" -> flow(Flow.BREAK);
      case "continue" -> flow(Flow.CONTINUE);
      default ->
          throw new TemplateException(
              name.line(),
              "there is no block '%s' here%s"
                  .formatted(
                      name.text(),
                      Nearest.to(name.text(), NAMES)
                          .map(near -> ", did you mean '%s'?".formatted(near))
                          .orElse("")));
    };
  }

  private Statement flow(Flow flow) {
    tokens.expect(Kind.END, "");
    return (_, _) -> flow;
  }

  private Statement condition() {
    Expression test = expressions.tuple();
    tokens.expect(Kind.END, "");
    Statement then = until(Set.of("elif", "else", "endif"));
    Statement otherwise;
    if (tokens.takeName("elif")) {
      otherwise = condition();
    } else if (tokens.takeName("else")) {
      otherwise = body("endif");
    } else {
      end("endif");
      otherwise = (_, _) -> Flow.NEXT;
    }
    return (scope, out) ->
        Values.isTrue(test.in(scope)) ? then.run(scope, out) : otherwise.run(scope, out);
  }

  private Statement loop(int line) {
    List<String> names = names();
    tokens.expect(Kind.NAME, "in");
    Expression all = expressions.withoutCondition();
    Expression wanted = tokens.takeName("if") ? expressions.expression() : _ -> true;
    tokens.expect(Kind.END, "");
    Statement body = until(Set.of("else", "endfor"));
    Statement none = tokens.takeName("else") ? body("endfor") : null;
    if (none == null) {
      end("endfor");
    }
    Expression items = ((Expression) scope -> wanted(scope, all, names, wanted)).at(line);
    return (scope, out) -> {
      List<?> each = (List<?>) items.in(scope);
      Loop loop = new Loop(each);
      for (int i = 0; i < each.size(); i++) {
        Scope inner = scope.inner();
        loop.at(i);
        inner.set("loop", loop);
        assign(inner, names, each.get(i));
        if (body.run(inner, out) == Flow.BREAK) {
          break;
        }
      }
      return each.isEmpty() && none != null ? none.run(scope, out) : Flow.NEXT;
    };
  }

  private static List<?> wanted(
      Scope scope, Expression all, List<String> names, Expression wanted) {
    List<?> items = Values.list(all.in(scope));
    scope.spend(items.size());
    List<Object> kept = new ArrayList<>();
    for (Object item : items) {
      Scope inner = scope.inner();
      assign(inner, names, item);
      if (Values.isTrue(wanted.in(inner))) {
        kept.add(item);
      }
    }
    return kept;
  }

  /** {@return one name, or several of a tuple} */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    boolean enclosed = tokens.takeOperator("(");
    do {
      names.add(tokens.name());
    } while (tokens.takeOperator(","));
    if (enclosed) {
      tokens.expectOperator(")");
    }
    return names;
  }

  private static void assign(Scope scope, List<String> names, Object value) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), value);
      return;
    }
    List<?> parts = Values.list(value);
    if (parts.size() != names.size()) {
      throw new Wrong(
          "expected %d values for %s but got %d".formatted(names.size(), names, parts.size()));
    }
    for (int i = 0; i < parts.size(); i++) {
      scope.set(names.get(i), parts.get(i));
    }
  }

  private Statement set(int line) {
    if (tokens.peek(1).is(Kind.OPERATOR, ".")) {
      String name = tokens.name();
      tokens.expectOperator(".");
      String key = tokens.name();
      tokens.expectOperator("=");
      Expression value = expressions.tuple();
      tokens.expect(Kind.END, "");
      return effect(scope -> setIn(scope.get(name), name, key, value.in(scope)), line);
    }
    List<String> names = names();
    if (tokens.takeOperator("=")) {
      Expression value = expressions.tuple();
      tokens.expect(Kind.END, "");
      return effect(
          scope -> {
            assign(scope, names, value.in(scope));
            return null;
          },
          line);
    }
    Expression[] text = {null};
    Expression filtered = expressions.filters(scope -> text[0].in(scope));
    Statement body = body("endset");
    text[0] = scope -> body.text(scope.inner());
    return effect(
        scope -> {
          assign(scope, names, filtered.in(scope));
          return null;
        },
        line);
  }

  private static Object setIn(Object namespace, String name, String key, Object value) {
    if (!(namespace instanceof Namespace values)) {
      throw new Wrong(
          "expected a namespace as '%s' but got %s".formatted(name, Values.kind(namespace)));
    }
    return values.put(key, value);
  }

  private static Statement effect(Expression effect, int line) {
    Expression checked = effect.at(line);
    return (scope, _) -> {
      checked.in(scope);
      return Flow.NEXT;
    };
  }

  private Statement filtered(int line) {
    Expression[] text = {null};
    Expression value = expressions.filter(scope -> text[0].in(scope));
    value = expressions.filters(value);
    Statement body = body("endfilter");
    text[0] = scope -> body.text(scope.inner());
    return print(value, line);
  }

  private Statement macro(int line) {
    String name = tokens.name();
    tokens.expectOperator("(");
    Map<String, Expression> parameters = new LinkedHashMap<>();
    while (!tokens.takeOperator(")")) {
      String parameter = tokens.name();
      Expression byDefault = _ -> new Undefined("'" + parameter + "'");
      parameters.put(parameter, tokens.takeOperator("=") ? expressions.expression() : byDefault);
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    Statement body = body("endmacro");
    List<String> known = List.copyOf(parameters.keySet());
    return effect(
        outer -> {
          Callable macro =
              (_, arguments) -> {
                requireKnown(name, known, arguments);
                Scope scope = outer.inner();
                int index = 0;
                for (Map.Entry<String, Expression> each : parameters.entrySet()) {
                  scope.set(
                      each.getKey(),
                      arguments.has(index, each.getKey())
                          ? arguments.get(index, each.getKey())
                          : each.getValue().in(scope));
                  index++;
                }
                scope.enter();
                try {
                  return body.text(scope);
                } finally {
                  scope.leave();
                }
              };
          outer.set(name, macro);
          return null;
        },
        line);
  }

  private static void requireKnown(String macro, List<String> known, Arguments arguments) {
    if (arguments.positional().size() > known.size()
        || !known.containsAll(arguments.named().keySet())) {
      throw new Wrong("expected at most the arguments %s of '%s'".formatted(known, macro));
    }
  }
}
