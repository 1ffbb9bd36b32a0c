package dev.fathom.spi;

import java.util.List;

/**
 * An operand that is an elementwise function of one or more views, computed while it is read: the
 * prologue of a {@link Reduce} or {@link Contract}.
 *
 * @param views the views that are read, all of one shape
 * @param map input i is {@code views.get(i)}; one result
 */
public record Source(List<View> views, Expression map) {
  /**
   * C1: there is a view. C2: views have one shape. C3: the map has one result. C4: the map's inputs
   * name views and have their value types.
   */
  public Source {
    views = List.copyOf(views);
    Check.that(!views.isEmpty(), "source", "C1", "at least one view", "none");
    for (View view : views) {
      Check.that(
          view.shape().equals(views.getFirst().shape()),
          "source",
          "C2",
          "views of one shape",
          views);
    }
    Check.that(map.results().size() == 1, "source", "C3", "one result", map);
    map.checkInputs("source", "C4", views.stream().map(View::dtype).toList());
  }

  /** {@return the operand that is {@code view} itself} */
  public static Source of(View view) {
    return new Source(List.of(view), Expression.identity(view.dtype()));
  }

  /**
   * {@return the operand that is {@code view} with its elements converted to {@code type}, a value
   * type; the view itself if they are that}
   */
  public static Source of(View view, DType type) {
    Expression.Builder builder = new Expression.Builder();
    return new Source(
        List.of(view), builder.build(builder.cast(builder.input(0, view.dtype()), type)));
  }

  /** {@return whether the operand is its first view, unchanged} */
  public boolean isPlain() {
    return views.size() == 1 && map.isIdentity();
  }

  /** {@return the shape of the operand} */
  public Shape shape() {
    return views.getFirst().shape();
  }

  /** {@return the value type of the operand's elements} */
  public DType type() {
    return map.resultType(0);
  }
}
