package dev.fathom.template;

/** A part of a template that has a value. */
@FunctionalInterface
interface Expression {
  /**
   * {@return its value}
   *
   * @throws TemplateException with the line
   */
  Object in(Scope scope);

  /** {@return an expression that tells the line of what goes wrong in this one} */
  default Expression at(int line) {
    return scope -> {
      try {
        return in(scope);
      } catch (TemplateException.Wrong e) {
        throw new TemplateException(line, e.getMessage());
      } catch (ArithmeticException e) {
        throw new TemplateException(line, "expected a smaller number: " + e.getMessage());
      }
    };
  }
}
