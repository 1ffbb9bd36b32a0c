package dev.fathom.template;

import dev.fathom.template.Lexer.Kind;
import dev.fathom.template.Lexer.Token;
import java.util.List;

/** The tokens of a template as a parser reads them. */
final class TokenCursor {
  private final List<Token> all;
  private int at;

  TokenCursor(List<Token> all) {
    this.all = all;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return all.get(Math.min(at + ahead, all.size() - 1));
  }

  Token next() {
    Token token = peek();
    at++;
    return token;
  }

  boolean isName(String text) {
    return peek().is(Kind.NAME, text);
  }

  boolean isOperator(String text) {
    return peek().is(Kind.OPERATOR, text);
  }

  boolean take(Kind kind, String text) {
    boolean found = peek().is(kind, text);
    at += found ? 1 : 0;
    return found;
  }

  boolean takeName(String text) {
    return take(Kind.NAME, text);
  }

  boolean takeOperator(String text) {
    return take(Kind.OPERATOR, text);
  }

  /**
   * {@return the next token}
   *
   * @param text null for any
   */
  Token expect(Kind kind, String text) {
    Token token = peek();
    if (token.kind() != kind || text != null && !token.text().equals(text)) {
      throw wrong(
          "expected %s but got %s"
              .formatted(
                  text == null ? described(kind) : described(kind, text),
                  described(token.kind(), token.text())));
    }
    return next();
  }

  void expectOperator(String text) {
    expect(Kind.OPERATOR, text);
  }

  String name() {
    return expect(Kind.NAME, null).text();
  }

  TemplateException unexpected() {
    return wrong("unexpected " + described(peek().kind(), peek().text()));
  }

  TemplateException wrong(String detail) {
    return new TemplateException(peek().line(), detail);
  }

  private static String described(Kind kind) {
    return switch (kind) {
      case NAME -> "a name";
      case STRING -> "a string";
      case OPERATOR -> "an operator";
      default -> described(kind, "");
    };
  }

  private static String described(Kind kind, String text) {
    return switch (kind) {
      case END -> "the end of the block";
      case END_OF_TEMPLATE -> "the end of the template";
      case TEXT -> "text";
      case PRINT -> "'{{'";
      case BLOCK -> "'{%'";
      case STRING -> "a string";
      default -> "'" + text + "'";
    };
  }
}
