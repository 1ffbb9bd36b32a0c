package dev.fathom.template;

/** A value that can be called. */
@FunctionalInterface
interface Callable {
  Object call(Scope scope, Arguments arguments);
}
