package dev.fathom.template;

import dev.fathom.json.Nearest;
import dev.fathom.template.Lexer.Kind;
import dev.fathom.template.Lexer.Token;
import dev.fathom.template.TemplateException.Wrong;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads expressions, by the precedence of Jinja's operators. */
final class Expressions {
  private static final int DEPTH = 200;

  /** What no argument of a test without parentheses begins with. */
  private static final Set<String> NO_ARGUMENT =
      Set.of("else", "or", "and", "is", "in", "not", "if");

  private final TokenCursor tokens;
  private int depth;

  Expressions(TokenCursor tokens) {
    this.tokens = tokens;
  }

  /** {@return an expression, or several between commas, which are a list} */
  Expression tuple() {
    Expression first = expression();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",") && !isEnd()) {
      all.add(expression());
    }
    return list(all);
  }

  private boolean isEnd() {
    return tokens.peek().kind() == Kind.END || tokens.isOperator(")");
  }

  private static Expression list(List<Expression> all) {
    return scope -> {
      List<Object> values = new ArrayList<>();
      all.forEach(each -> values.add(each.in(scope)));
      return values;
    };
  }

  /** {@return {@code a if b else c}} */
  Expression expression() {
    if (++depth > DEPTH) {
      throw tokens.wrong("expressions are nested more than %d deep".formatted(DEPTH));
    }
    Expression value = withoutCondition();
    while (tokens.takeName("if")) {
      Expression then = value;
      Expression test = withoutCondition();
      Expression otherwise =
          tokens.takeName("else") ? expression() : _ -> new Undefined("a value without 'else'");
      value = scope -> Values.isTrue(test.in(scope)) ? then.in(scope) : otherwise.in(scope);
    }
    depth--;
    return value;
  }

  /** {@return an expression whose {@code if} belongs to something else} */
  Expression withoutCondition() {
    Expression value = and();
    while (tokens.takeName("or")) {
      Expression left = value;
      Expression right = and();
      value =
          scope -> {
            Object first = left.in(scope);
            return Values.isTrue(first) ? first : right.in(scope);
          };
    }
    return value;
  }

  private Expression and() {
    Expression value = not();
    while (tokens.takeName("and")) {
      Expression left = value;
      Expression right = not();
      value =
          scope -> {
            Object first = left.in(scope);
            return Values.isTrue(first) ? right.in(scope) : first;
          };
    }
    return value;
  }

  private Expression not() {
    if (tokens.takeName("not")) {
      Expression value = nested(this::not);
      return scope -> !Values.isTrue(value.in(scope));
    }
    return comparison();
  }

  private Expression nested(java.util.function.Supplier<Expression> inner) {
    if (++depth > DEPTH) {
      throw tokens.wrong("expressions are nested more than %d deep".formatted(DEPTH));
    }
    Expression value = inner.get();
    depth--;
    return value;
  }

  private static final Map<String, BiFunction<Object, Object, Object>> COMPARISONS =
      Map.of(
          "==", Values::same,
          "!=", (a, b) -> !Values.same(a, b),
          "<", (a, b) -> Values.compare(a, b) < 0,
          "<=", (a, b) -> Values.compare(a, b) <= 0,
          ">", (a, b) -> Values.compare(a, b) > 0,
          ">=", (a, b) -> Values.compare(a, b) >= 0,
          "in", (a, b) -> Values.contains(b, a),
          "not in", (a, b) -> !Values.contains(b, a));

  /** {@code a < b < c} is {@code a < b and b < c}, as in Python. */
  private Expression comparison() {
    Expression first = sum();
    List<BiFunction<Object, Object, Object>> operators = new ArrayList<>();
    List<Expression> values = new ArrayList<>(List.of(first));
    int line = tokens.peek().line();
    while (true) {
      Token token = tokens.peek();
      String name = token.text();
      if (token.is(Kind.NAME, "not") && tokens.peek(1).is(Kind.NAME, "in")) {
        tokens.next();
        name = "not in";
      } else if (!(token.kind() == Kind.OPERATOR && COMPARISONS.containsKey(name))
          && !token.is(Kind.NAME, "in")) {
        break;
      }
      tokens.next();
      operators.add(COMPARISONS.get(name));
      values.add(sum());
    }
    if (operators.isEmpty()) {
      return first;
    }
    Expression compared =
        scope -> {
          Object left = first.in(scope);
          for (int i = 0; i < operators.size(); i++) {
            Object right = values.get(i + 1).in(scope);
            if (!Values.isTrue(operators.get(i).apply(left, right))) {
              return false;
            }
            left = right;
          }
          return true;
        };
    return compared.at(line);
  }

  private interface Operator {
    Object of(Scope scope, Object left, Object right);
  }

  private static final Map<String, Operator> SUMS =
      Map.of("+", (_, a, b) -> Values.add(a, b), "-", (_, a, b) -> Values.subtract(a, b));

  private static final Map<String, Operator> JOINED =
      Map.of("~", (_, a, b) -> Values.print(a) + Values.print(b));

  private static final Map<String, Operator> PRODUCTS =
      Map.of(
          "*", Values::multiply,
          "/", (_, a, b) -> Values.divide(a, b),
          "//", (_, a, b) -> Values.floorDivide(a, b),
          "%", (_, a, b) -> Values.modulo(a, b));

  private static final Map<String, Operator> POWERS = Map.of("**", (_, a, b) -> Values.power(a, b));

  private Expression sum() {
    return binary(SUMS, this::joined);
  }

  private Expression joined() {
    return binary(JOINED, this::product);
  }

  private Expression product() {
    return binary(PRODUCTS, this::power);
  }

  private Expression power() {
    return binary(POWERS, () -> unary(true));
  }

  private Expression binary(
      Map<String, Operator> operators, java.util.function.Supplier<Expression> operand) {
    Expression value = operand.get();
    while (tokens.peek().kind() == Kind.OPERATOR && operators.containsKey(tokens.peek().text())) {
      Token token = tokens.next();
      Operator operator = operators.get(token.text());
      Expression left = value;
      Expression right = operand.get();
      Expression both =
          scope -> {
            Object result = operator.of(scope, left.in(scope), right.in(scope));
            scope.spend(result instanceof String text ? text.length() / 16 + 1L : 1);
            return result;
          };
      value = both.at(token.line());
    }
    return value;
  }

  private Expression unary(boolean withFilters) {
    int line = tokens.peek().line();
    Expression value;
    if (tokens.takeOperator("-")) {
      Expression positive = nested(() -> unary(false));
      value = ((Expression) scope -> Values.negate(positive.in(scope))).at(line);
    } else if (tokens.takeOperator("+")) {
      value = nested(() -> unary(false));
    } else {
      value = postfix(primary());
    }
    return withFilters ? filtersAndTests(value) : value;
  }

  // ---- the smallest ----

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> named(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        String whole = text.toString();
        yield _ -> whole;
      }
      case INTEGER -> constant(token, Long::valueOf);
      case FLOAT -> constant(token, Double::valueOf);
      case OPERATOR -> enclosed(token);
      default ->
          throw new TemplateException(
              token.line(),
              "expected a value but the %s ends"
                  .formatted(token.kind() == Kind.END ? "block" : "template"));
    };
  }

  private static Expression constant(
      Token token, java.util.function.Function<String, Object> read) {
    try {
      Object value = read.apply(token.text());
      return _ -> value;
    } catch (NumberFormatException e) {
      throw new TemplateException(
          token.line(), "expected a number below 2^63 but got " + token.text());
    }
  }

  private static Expression named(Token token) {
    return switch (token.text()) {
      case "true", "True" -> _ -> true;
      case "false", "False" -> _ -> false;
      case "none", "None" -> _ -> null;
      default -> scope -> scope.get(token.text());
    };
  }

  private Expression enclosed(Token token) {
    return switch (token.text()) {
      case "(" -> {
        if (tokens.takeOperator(")")) {
          yield _ -> List.of();
        }
        Expression value = tuple();
        tokens.expectOperator(")");
        yield value;
      }
      case "[" -> list(until("]", this::expression));
      case "{" -> mapping();
      default ->
          throw new TemplateException(
              token.line(), "expected a value but got '%s'".formatted(token.text()));
    };
  }

  private <T> List<T> until(String end, java.util.function.Supplier<T> item) {
    List<T> items = new ArrayList<>();
    while (!tokens.takeOperator(end)) {
      items.add(item.get());
      if (!tokens.isOperator(end)) {
        tokens.expectOperator(",");
      }
    }
    return items;
  }

  private Expression mapping() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    until(
        "}",
        () -> {
          Expression key = expression();
          tokens.expectOperator(":");
          return entries.put(key, expression());
        });
    return scope -> {
      Map<String, Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> map.put(Values.text(key.in(scope)), value.in(scope)));
      return map;
    };
  }

  // ---- behind a value ----

  private Expression postfix(Expression begun) {
    Expression value = begun;
    while (true) {
      int line = tokens.peek().line();
      Expression of = value;
      if (tokens.takeOperator(".")) {
        Token name = tokens.next();
        if (name.kind() == Kind.INTEGER) {
          long index = Long.parseLong(name.text());
          value = ((Expression) scope -> Values.item(of.in(scope), index)).at(line);
        } else if (name.kind() == Kind.NAME) {
          value = ((Expression) scope -> Values.attribute(of.in(scope), name.text())).at(line);
        } else {
          throw new TemplateException(line, "expected a name behind '.'");
        }
      } else if (tokens.takeOperator("[")) {
        value = subscript(of, line);
      } else if (tokens.isOperator("(")) {
        value = call(of, line);
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of, int line) {
    Expression from = tokens.isOperator(":") ? null : expression();
    if (!tokens.isOperator(":")) {
      tokens.expectOperator("]");
      return ((Expression) scope -> Values.item(of.in(scope), from.in(scope))).at(line);
    }
    tokens.next();
    Expression to = tokens.isOperator(":") || tokens.isOperator("]") ? null : expression();
    Expression step = tokens.takeOperator(":") && !tokens.isOperator("]") ? expression() : null;
    tokens.expectOperator("]");
    Expression slice =
        scope ->
            Values.slice(
                of.in(scope), optional(from, scope), optional(to, scope), optional(step, scope));
    return slice.at(line);
  }

  private static Object optional(Expression expression, Scope scope) {
    return expression == null ? null : expression.in(scope);
  }

  private Expression call(Expression function, int line) {
    ArgumentList arguments = arguments();
    Expression called =
        scope -> {
          Object value = function.in(scope);
          if (!(value instanceof Callable callable)) {
            throw new Wrong("expected a function to call but got " + Values.kind(value));
          }
          scope.spend(1);
          return callable.call(scope, arguments.in(scope, List.of()));
        };
    return called.at(line);
  }

  /** What stands between the parentheses of a call. */
  private record ArgumentList(List<Expression> positional, Map<String, Expression> named) {
    static final ArgumentList NONE = new ArgumentList(List.of(), Map.of());

    Arguments in(Scope scope, List<Object> first) {
      List<Object> values = new ArrayList<>(first);
      positional.forEach(each -> values.add(each.in(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, each) -> byName.put(name, each.in(scope)));
      return new Arguments(values, byName);
    }

    Arguments of(Scope scope, Object value) {
      List<Object> first = new ArrayList<>();
      first.add(value);
      return in(scope, first);
    }
  }

  private ArgumentList arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    until(
        ")",
        () -> {
          if (tokens.peek().kind() == Kind.NAME && tokens.peek(1).is(Kind.OPERATOR, "=")) {
            String name = tokens.name();
            tokens.expectOperator("=");
            named.put(name, expression());
          } else if (named.isEmpty()) {
            positional.add(expression());
          } else {
            throw tokens.wrong("expected arguments by name behind one by name");
          }
          return true;
        });
    return new ArgumentList(positional, named);
  }

  private Expression filtersAndTests(Expression begun) {
    Expression value = begun;
    while (true) {
      if (tokens.isOperator("|")) {
        value = filters(value);
      } else if (tokens.takeName("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
  }

  /** {@return a value through the filters that stand behind it} */
  Expression filters(Expression begun) {
    Expression value = begun;
    while (tokens.takeOperator("|")) {
      value = filter(value);
    }
    return value;
  }

  /** {@return a value through the filter whose name is next} */
  Expression filter(Expression of) {
    Token name = tokens.expect(Kind.NAME, null);
    Callable filter = Filters.of(name.text());
    if (filter == null) {
      throw none("filter", name, Filters.names());
    }
    ArgumentList arguments = tokens.isOperator("(") ? arguments() : ArgumentList.NONE;
    Expression filtered = scope -> filter.call(scope, arguments.of(scope, of.in(scope)));
    return filtered.at(name.line());
  }

  private Expression test(Expression of) {
    boolean negated = tokens.takeName("not");
    Token name = tokens.expect(Kind.NAME, null);
    Checks.Check check = Checks.of(name.text());
    if (check == null) {
      throw none("test", name, Checks.names());
    }
    ArgumentList arguments;
    if (tokens.isOperator("(")) {
      arguments = arguments();
    } else if (isArgument(tokens.peek())) {
      arguments = new ArgumentList(List.of(postfix(primary())), Map.of());
    } else {
      arguments = ArgumentList.NONE;
    }
    Expression tested =
        scope -> check.holds(of.in(scope), arguments.in(scope, List.of())) != negated;
    return tested.at(name.line());
  }

  private static boolean isArgument(Token token) {
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !NO_ARGUMENT.contains(token.text());
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }

  private static TemplateException none(String what, Token name, Collection<String> known) {
    return new TemplateException(
        name.line(),
        "there is no %s '%s'%s"
            .formatted(
                what,
                name.text(),
                Nearest.to(name.text(), Set.copyOf(known))
                    .map(near -> ", did you mean '%s'?".formatted(near))
                    .orElse("")));
  }
}
