package dev.fathom.service.plot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Letters as strokes. A stroke is a line of points, each two digits: x from 0, y from 0, the lowest
 * of a descender, over 2, the base line, and 6, the height of small letters, to 8, that of
 * capitals. One that begins with {@code ~} has its corners rounded.
 */
final class Glyphs {

  /** The base line's y. */
  static final int BASE = 2;

  /** The height of capitals above the base line. */
  static final int CAPITAL = 6;

  private static final int GAP = 2;
  private static final int SPACE = 2;
  private static final int ROUNDS = 3;

  private static final String ALL =
      """
      0 ~0208484202
      1 0728 2822 1232
      2 ~0608484502 0242
      3 ~0708484515 ~1545420203
      4 380444 3832
      5 480805 ~0545420203
      6 ~47480802424505
      7 084812
      8 ~0508484505 ~0205454202
      9 ~03024248080545
      A 022842 1434
      B 0802 ~08484505 ~05454202
      C ~474808024243
      D 0802 ~08484202
      E 48080242 0535
      F 480802 0535
      G ~474808024245 4525
      H 0802 4842 0545
      I 0802
      J ~38320203
      K 0802 4804 1542
      L 080242
      M 0208254842
      N 02084248
      O ~0208484202
      P 0802 ~08484505
      Q ~0208484202 2442
      R 0802 ~08484505 2542
      S ~4748080545420203
      T 0848 2822
      U ~08024248
      V 082248
      W 0812263248
      X 0842 4802
      Y 082548 2522
      Z 08480242
      a ~0206363202 3632
      b 0802 ~0206363202
      c ~353606023233
      d 3832 ~0206363202
      e 0434 ~343606023233
      f ~281812 0626
      g ~0206363202 ~36300001
      h 0802 ~02063632
      i 0602 0808
      j ~161000 1818
      k 0802 360432
      l 0802
      m 0602 ~02062622 ~22264642
      n 0602 ~02063632
      o ~0206363202
      p 0600 ~0206363202
      q 3630 ~0206363202
      r 0602 ~020626
      s ~3536060434320203
      t ~181222 0626
      u ~06023236 3632
      v 062246
      w 0612263246
      x 0632 3602
      y 0622 4610
      z 06360232
      . 0202
      , 1201
      : 0202 0505
      - 0434
      _ 0141
      % 0248 ~0608181606 ~3234444232
      ( ~18060412
      ) ~08161402
      [ 18080212
      ] 08181202
      / 0248
      + 0545 2327
      = 0444 0646
      ' 0807
      ° ~0608282606
      """;

  private static final Glyph BOX = parse("0208484202");
  private static final Map<Character, Glyph> GLYPHS = new HashMap<>();

  static {
    ALL.lines().forEach(line -> GLYPHS.put(line.charAt(0), parse(line.substring(2))));
  }

  /**
   * A letter.
   *
   * @param strokes each {@code x, y, x, y, ...}
   */
  record Glyph(double width, List<double[]> strokes) {}

  private Glyphs() {}

  /** {@return a letter; a box for one that is not drawn here} */
  static Glyph of(char letter) {
    return letter == ' ' ? new Glyph(SPACE, List.of()) : GLYPHS.getOrDefault(letter, BOX);
  }

  /** {@return the width of a text} */
  static double width(String text) {
    return text.chars().mapToDouble(letter -> of((char) letter).width + GAP).sum() - GAP;
  }

  /** {@return the distance from a letter to the next} */
  static double advance(Glyph glyph) {
    return glyph.width + GAP;
  }

  private static Glyph parse(String text) {
    List<double[]> strokes = new ArrayList<>();
    double width = 0;
    for (var stroke : text.split(" ")) {
      boolean round = stroke.startsWith("~");
      var points =
          stroke.substring(round ? 1 : 0).chars().mapToDouble(digit -> digit - '0').toArray();
      for (int i = 0; i < points.length; i += 2) {
        width = Math.max(width, points[i]);
      }
      for (int i = 0; round && i < ROUNDS; i++) {
        points = rounded(points);
      }
      strokes.add(points);
    }
    return new Glyph(width, strokes);
  }

  /** Cuts corners, as Chaikin does; the ends of an open line stay. */
  private static double[] rounded(double[] points) {
    int last = points.length - 2;
    boolean closed = points[0] == points[last] && points[1] == points[last + 1];
    List<Double> cut = new ArrayList<>();
    for (int i = 0; i < last; i += 2) {
      for (double share : new double[] {0.25, 0.75}) {
        boolean end = !closed && (i == 0 && share < 0.5 || i == last - 2 && share > 0.5);
        double at = end ? Math.round(share) : share;
        cut.add(points[i] + at * (points[i + 2] - points[i]));
        cut.add(points[i + 1] + at * (points[i + 3] - points[i + 1]));
      }
    }
    if (closed) {
      cut.add(cut.get(0));
      cut.add(cut.get(1));
    }
    return cut.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
