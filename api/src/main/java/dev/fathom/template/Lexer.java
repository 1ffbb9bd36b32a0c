package dev.fathom.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens. White space is dropped as Jinja does it with {@code trim_blocks} and
 * {@code lstrip_blocks}: the line break behind a block, and the spaces of a line in front of one.
 */
final class Lexer {
  /** What a token is. */
  enum Kind {
    /** Text of the template as it is. */
    TEXT,
    /** The beginning of an expression that is printed. */
    PRINT,
    /** The beginning of a statement. */
    BLOCK,
    /** The end of either. */
    END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    /** The end of the template. */
    END_OF_TEMPLATE
  }

  record Token(Kind kind, String text, int line) {
    boolean is(Kind otherKind, String otherText) {
      return kind == otherKind && text.equals(otherText);
    }
  }

  private static final Pattern OPENING = Pattern.compile("\\{[{%#]");
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*([-+]?)%\\}");
  private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern NUMBER =
      Pattern.compile("\\d[\\d_]*(?<fraction>\\.\\d[\\d_]*)?(?<exponent>[eE][+-]?\\d+)?");
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=.:|,()\\[\\]{}]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /** Lines are counted on from here. */
  private int counted;

  private int line = 1;

  private Lexer(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher opening = OPENING.matcher(source);
    while (opening.find(at)) {
      int start = opening.start();
      char kind = source.charAt(start + 1);
      char sign = start + 2 < source.length() ? source.charAt(start + 2) : ' ';
      text(start, kind, sign);
      Matcher raw = RAW.matcher(source).region(start, source.length());
      if (raw.lookingAt()) {
        at = raw.end();
        behind(raw.group(1), '%');
        raw(start);
        continue;
      }
      at = start + (sign == '-' || sign == '+' && kind != '{' ? 3 : 2);
      if (kind == '#') {
        comment(start);
      } else {
        add(kind == '{' ? Kind.PRINT : Kind.BLOCK, "", start);
        inside(start, kind == '{' ? '}' : '%');
      }
    }
    text(source.length(), ' ', ' ');
    add(Kind.END_OF_TEMPLATE, "", source.length());
  }

  /** Adds the text up to what opens there. */
  private void text(int end, char kind, char sign) {
    int last = end;
    if (sign == '-' && kind != ' ') {
      while (last > at && isSpace(source.charAt(last - 1))) {
        last--;
      }
    } else if ((kind == '%' || kind == '#') && sign != '+') {
      int start = end;
      while (start > at && source.charAt(start - 1) != '\n' && isSpace(source.charAt(start - 1))) {
        start--;
      }
      last = start == 0 || source.charAt(start - 1) == '\n' ? start : end;
    }
    if (last > at) {
      add(Kind.TEXT, source.substring(at, last), at);
    }
    at = end;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || c == '\u00a0';
  }

  /** Drops white space behind a closing mark. */
  private void behind(String sign, char kind) {
    if (sign.equals("-")) {
      while (at < source.length() && isSpace(source.charAt(at))) {
        at++;
      }
    } else if (sign.isEmpty() && kind != '}' && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
  }

  private void raw(int start) {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(at)) {
      throw new TemplateException(lineOf(start), "expected 'endraw' behind 'raw'");
    }
    text(end.start(), '%', end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0));
    at = end.end();
    behind(end.group(2), '%');
  }

  private void comment(int start) {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw new TemplateException(lineOf(start), "expected '#}' behind '{#'");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    at = end + 2;
    behind(sign == '-' || sign == '+' ? String.valueOf(sign) : "", '#');
  }

  /** Adds the tokens of an expression or a statement. */
  private void inside(int start, char closing) {
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      while (at < source.length() && isSpace(source.charAt(at))) {
        at++;
      }
      if (at == source.length()) {
        throw new TemplateException(
            lineOf(start),
            "expected '%s}' behind '{%s'".formatted(closing, closing == '}' ? '{' : closing));
      }
      if (open.isEmpty() && isEnd(closing)) {
        return;
      }
      token(open);
    }
  }

  private boolean isEnd(char closing) {
    char c = source.charAt(at);
    String sign = c == '-' || c == '+' && closing == '%' ? String.valueOf(c) : "";
    if (!source.startsWith(sign + closing + "}", at)) {
      return false;
    }
    add(Kind.END, "", at);
    at += sign.length() + 2;
    behind(sign, closing);
    return true;
  }

  private void token(Deque<Character> open) {
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      string(c);
    } else if (!take(WORD, Kind.NAME) && !number() && !take(OPERATOR, Kind.OPERATOR)) {
      throw new TemplateException(lineOf(at), "unexpected character '%s'".formatted(c));
    } else if ("([{".indexOf(c) >= 0) {
      open.push(c);
    } else if (")]}".indexOf(c) >= 0
        && (open.isEmpty() || open.pop() != "([{".charAt(")]}".indexOf(c)))) {
      throw new TemplateException(lineOf(at), "unexpected '%s'".formatted(c));
    }
  }

  private boolean take(Pattern pattern, Kind kind) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    add(kind, matcher.group(), at);
    at = matcher.end();
    return true;
  }

  private boolean number() {
    Matcher number = NUMBER.matcher(source).region(at, source.length());
    if (!number.lookingAt()) {
      return false;
    }
    boolean whole = number.group("fraction") == null && number.group("exponent") == null;
    add(whole ? Kind.INTEGER : Kind.FLOAT, number.group().replace("_", ""), at);
    at = number.end();
    return true;
  }

  private void string(char quote) {
    int start = at++;
    StringBuilder text = new StringBuilder();
    while (at < source.length() && source.charAt(at) != quote) {
      char c = source.charAt(at++);
      if (c == '\\' && at < source.length()) {
        escape(text);
      } else {
        text.append(c);
      }
    }
    if (at >= source.length()) {
      throw new TemplateException(lineOf(start), "expected the end of a string, " + quote);
    }
    at++;
    add(Kind.STRING, text.toString(), start);
  }

  /** As in Python; an unknown one stays as it is. */
  private void escape(StringBuilder text) {
    char c = source.charAt(at++);
    int at0 = "ntrbf\\'\"0".indexOf(c);
    if (at0 >= 0) {
      text.append("\n\t\r\b\f\\'\"\0".charAt(at0));
    } else if (c == 'x' || c == 'u' || c == 'U') {
      int length = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      try {
        text.appendCodePoint(Integer.parseInt(source.substring(at, at + length), 16));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new TemplateException(
            lineOf(at), "expected %d hexadecimal digits behind '\\%s'".formatted(length, c));
      }
      at += length;
    } else if (c != '\n') {
      text.append('\\').append(c);
    }
  }

  private void add(Kind kind, String text, int position) {
    tokens.add(new Token(kind, text, lineOf(position)));
  }

  /** {@return the line of a position that is not in front of the last one asked for} */
  private int lineOf(int position) {
    if (position < counted) {
      return (int) source.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
    }
    for (; counted < position; counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }
}
