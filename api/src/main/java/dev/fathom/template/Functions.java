package dev.fathom.template;

import dev.fathom.template.TemplateException.Wrong;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template has. */
final class Functions {
  private Functions() {}

  static void addTo(Scope scope, Clock clock) {
    scope.set("range", (Callable) Functions::range);
    scope.set("namespace", (Callable) Functions::namespace);
    scope.set("dict", (Callable) Functions::namespace);
    scope.set(
        "raise_exception",
        (Callable)
            (_, arguments) -> {
              throw new Wrong(Values.print(arguments.get(0, "message")));
            });
    scope.set(
        "strftime_now",
        (Callable)
            (_, arguments) -> formatted(LocalDateTime.now(clock), arguments.text(0, "format")));
  }

  private static Object range(Scope scope, Arguments arguments) {
    boolean one = arguments.positional().size() < 2;
    long from = one ? 0 : Values.integer(arguments.get(0, "start"));
    long to = Values.integer(arguments.get(one ? 0 : 1, "stop"));
    long step = Values.integer(arguments.get(2, "step", 1L));
    if (step == 0) {
      throw new Wrong("expected a step of a range that is not 0");
    }
    List<Object> range = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      scope.spend(1);
      range.add(i);
    }
    return range;
  }

  private static Object namespace(Scope scope, Arguments arguments) {
    Namespace values = new Namespace();
    if (!arguments.positional().isEmpty()
        && arguments.positional().getFirst() instanceof Map<?, ?> first) {
      first.forEach((key, value) -> values.put(Values.text(key), value));
    }
    values.putAll(arguments.named());
    return values;
  }

  /** {@return a time as C's {@code strftime} writes it in English} */
  private static String formatted(LocalDateTime time, String format) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        text.append(c);
        continue;
      }
      char directive = format.charAt(++i);
      boolean bare = directive == '-' && i + 1 < format.length();
      String part = part(time, bare ? format.charAt(++i) : directive);
      text.append(bare && part.startsWith("0") && part.length() > 1 ? part.substring(1) : part);
    }
    return text.toString();
  }

  private static String part(LocalDateTime time, char directive) {
    int hour = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    return switch (directive) {
      case 'Y' -> "%04d".formatted(time.getYear());
      case 'y' -> "%02d".formatted(time.getYear() % 100);
      case 'm' -> "%02d".formatted(time.getMonthValue());
      case 'd' -> "%02d".formatted(time.getDayOfMonth());
      case 'e' -> "%2d".formatted(time.getDayOfMonth());
      case 'H' -> "%02d".formatted(time.getHour());
      case 'I' -> "%02d".formatted(hour);
      case 'M' -> "%02d".formatted(time.getMinute());
      case 'S' -> "%02d".formatted(time.getSecond());
      case 'j' -> "%03d".formatted(time.getDayOfYear());
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'F' -> part(time, 'Y') + "-" + part(time, 'm') + "-" + part(time, 'd');
      case 'T' -> part(time, 'H') + ":" + part(time, 'M') + ":" + part(time, 'S');
      case '%' -> "%";
      default -> throw new Wrong("there is no directive '%" + directive + "' of times");
    };
  }
}
