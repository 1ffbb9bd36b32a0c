package dev.fathom.text;

/**
 * A token that stands in a text as it is, whatever a model would make of it.
 *
 * @param id its number
 * @param content as it is written
 * @param singleWord whether it counts only where no other word adjoins
 * @param left whether it takes the white space in front
 * @param right whether it takes the white space behind
 * @param normalized whether it is looked for in the text that was normalised
 * @param special whether only a text that is trusted has it
 */
record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean left,
    boolean right,
    boolean normalized,
    boolean special) {
  static AddedToken special(int id, String content) {
    return new AddedToken(id, content, false, false, false, false, true);
  }

  /** {@return whether nothing but its content tells where it stands} */
  boolean isPlain() {
    return !singleWord && !left && !right;
  }
}
