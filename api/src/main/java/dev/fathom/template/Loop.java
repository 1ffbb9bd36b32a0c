package dev.fathom.template;

import java.util.List;

/** The variable {@code loop}. */
final class Loop {
  private final List<?> items;
  private int index;

  Loop(List<?> items) {
    this.items = items;
  }

  void at(int newIndex) {
    index = newIndex;
  }

  Object attribute(String name) {
    int size = items.size();
    return switch (name) {
      case "index" -> (long) index + 1;
      case "index0" -> (long) index;
      case "revindex" -> (long) size - index;
      case "revindex0" -> (long) size - index - 1;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("'loop.previtem'");
      case "nextitem" -> index < size - 1 ? items.get(index + 1) : new Undefined("'loop.nextitem'");
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "cycle" ->
          (Callable)
              (_, arguments) -> arguments.positional().get(index % arguments.positional().size());
      default -> new Undefined("'loop.%s'".formatted(name));
    };
  }
}
