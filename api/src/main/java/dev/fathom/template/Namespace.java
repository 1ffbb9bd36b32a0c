package dev.fathom.template;

import java.util.LinkedHashMap;

/** Variables that loops can set. */
final class Namespace extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1;
}
