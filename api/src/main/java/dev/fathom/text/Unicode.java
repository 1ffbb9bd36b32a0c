package dev.fathom.text;

import java.util.function.IntUnaryOperator;

/** Classes of characters as Hugging Face's library means them, by the Unicode of the JVM. */
final class Unicode {
  private static final int MARKS =
      bits(Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK);
  private static final int PUNCTUATION =
      bits(
          Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION);
  private static final int NUMBERS =
      bits(Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER);
  private static final int OTHERS =
      bits(Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE);

  private Unicode() {}

  private static int bits(int... types) {
    int bits = 0;
    for (int type : types) {
      bits |= 1 << type;
    }
    return bits;
  }

  private static boolean isOf(int character, int types) {
    return (types >> Character.getType(character) & 1) != 0;
  }

  /** {@return whether it has the property White_Space} */
  static boolean isWhiteSpace(int character) {
    return character >= 0x09 && character <= 0x0D
        || character == 0x85
        || Character.isSpaceChar(character);
  }

  /** {@return whether it is punctuation, of ASCII its symbols too} */
  static boolean isPunctuation(int character) {
    return character < 0x80
        ? character > ' ' && character < 0x7F && !Character.isLetterOrDigit(character)
        : isOf(character, PUNCTUATION);
  }

  static boolean isNumeric(int character) {
    return isOf(character, NUMBERS);
  }

  static boolean isMark(int character) {
    return isOf(character, MARKS);
  }

  static boolean isNonSpacingMark(int character) {
    return Character.getType(character) == Character.NON_SPACING_MARK;
  }

  /** {@return whether it is a control, a format or a private character} */
  static boolean isOther(int character) {
    return isOf(character, OTHERS);
  }

  /** {@return whether it may be part of a word, as regular expressions have it} */
  static boolean isWord(int character) {
    return Character.isAlphabetic(character)
        || isMark(character)
        || Character.isDigit(character)
        || Character.getType(character) == Character.CONNECTOR_PUNCTUATION
        || character == 0x200C
        || character == 0x200D;
  }

  /** {@return a text in lower case, each character by itself} */
  static String lower(String text) {
    // The only character of which there are two in lower case.
    return map(text.replace("\u0130", "i\u0307"), Character::toLowerCase);
  }

  static String map(String text, IntUnaryOperator by) {
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints().map(by).forEach(mapped::appendCodePoint);
    return mapped.toString();
  }
}
