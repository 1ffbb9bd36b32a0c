package dev.fathom.json;

import java.util.List;

/**
 * A question of a reader whose answer may change what it reads next.
 *
 * @param names of the fields that it is about
 * @param text of {@link Kind#IS}
 * @param answers how many there are
 */
record Question(Kind kind, List<String> names, String text, int answers) {
  /** Kinds of questions. */
  enum Kind {
    /** Which of several texts a field is. */
    CHOICE,
    /** Whether a field is true. */
    FLAG,
    /** Whether one of some fields is there. */
    PRESENT,
    /** Whether a field is a text. */
    TEXT,
    /** Whether a field is an object. */
    OBJECT,
    /** Whether a field is one text. */
    IS,
    /** Which of several forms the whole value has. */
    FORM,
    /** Which of some fitting values a field has: never of consequence for others. */
    VALUE
  }
}
