package dev.fathom.backend.java.loops;

import dev.fathom.backend.java.platform.NativeImage;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Written by LoopGenerator from loops.txt; not to be edited by hand. */
final class GeneratedLoops {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int W = F.length();
  private static final float TRUE = Float.intBitsToFloat(1);

  static final Map<String, TileLoop> ALL =
      Map.ofEntries(
          Map.entry("xx|add 0 1;relu 2|3", GeneratedLoops::loop0),
          Map.entry("xu|add 0 1;relu 2|3", GeneratedLoops::loop1),
          Map.entry(
              "bxuxuuxuxuuu|multiply 1 2;multiply 3 4;add 12 13;select 0 14 3;multiply 1 1;multiply 16 5;multiply 6 7;add 17 18;select 0 19 6;multiply 14 9;sqrt 19;multiply 22 10;add 23 11;divide 21 24;subtract 8 25;select 0 26 8|15 20 27",
              GeneratedLoops::loop2),
          Map.entry(
              "bxuxxuuxuuuu|multiply 1 2;multiply 4 5;add 3 13;multiply 14 14;multiply 15 5;add 12 16;select 0 17 1;multiply 14 6;multiply 7 8;add 19 20;multiply 21 9;sqrt 17;multiply 23 10;add 24 11;divide 22 25;subtract 4 26;select 0 27 4;select 0 21 7|18 28 29",
              GeneratedLoops::loop3),
          Map.entry(
              "bxuxuxuuuxuuu|multiply 1 2;multiply 3 4;multiply 5 6;add 14 15;multiply 16 7;multiply 3 3;multiply 18 8;multiply 9 10;add 19 20;sqrt 21;multiply 22 11;add 23 12;divide 17 24;subtract 13 25;select 0 26 1;select 0 16 5;select 0 21 9|27 28 29",
              GeneratedLoops::loop4),
          Map.entry("bxxu|multiply 2 3;subtract 1 4;select 0 5 1|6", GeneratedLoops::loop5),
          Map.entry(
              "bxxxuu|multiply 3 4;add 2 6;multiply 7 5;subtract 1 8;select 0 9 1;select 0 7 3|10 11",
              GeneratedLoops::loop6),
          Map.entry(
              "bxxuxuu|multiply 1 3;add 2 7;multiply 4 5;add 8 9;multiply 10 6;subtract 1 11;select 0 12 1;select 0 10 4|13 14",
              GeneratedLoops::loop7),
          Map.entry(
              "bxxxuu|multiply 3 4;add 2 6;multiply 7 4;add 2 8;multiply 9 5;subtract 1 10;select 0 11 1;select 0 7 3|12 13",
              GeneratedLoops::loop8),
          Map.entry(
              "bxuxuuxuuxuuu|multiply 1 2;multiply 3 4;multiply 14 5;add 13 15;select 0 16 1;multiply 16 7;multiply 14 14;multiply 19 8;multiply 9 10;add 20 21;sqrt 22;multiply 23 11;add 24 12;divide 18 25;subtract 6 26;select 0 27 6;select 0 22 9|17 28 29",
              GeneratedLoops::loop9),
          Map.entry(
              "bxuxuxuuuuxuuu|multiply 1 2;multiply 3 4;multiply 5 6;multiply 16 7;add 15 17;multiply 18 8;multiply 16 16;multiply 20 9;multiply 10 11;add 21 22;sqrt 23;multiply 24 12;add 25 13;divide 19 26;subtract 14 27;select 0 28 1;select 0 23 10;select 0 18 3|29 30 31",
              GeneratedLoops::loop10),
          Map.entry(
              "bxxuu|multiply 2 3;multiply 5 4;subtract 1 6;select 0 7 1|8",
              GeneratedLoops::loop11),
          Map.entry(
              "bxuxuxu|multiply 1 2;multiply 3 4;add 7 8;select 0 9 1;multiply 9 6;subtract 5 11;select 0 12 5|10 13",
              GeneratedLoops::loop12),
          Map.entry(
              "bxuxuxuu|multiply 1 2;multiply 3 4;multiply 5 6;add 9 10;add 8 11;select 0 12 1;multiply 12 7;subtract 5 14;select 0 15 5|13 16",
              GeneratedLoops::loop13),
          Map.entry(
              "bxuxuuxumxuuuu|multiply 1 1;multiply 14 2;multiply 3 4;add 15 16;select 0 17 3;multiply 1 5;multiply 6 7;add 19 20;select 0 21 6;multiply 9 10;select 8 23 9;multiply 21 11;sqrt 17;multiply 26 12;add 27 13;divide 25 28;subtract 24 29;select 0 30 9|18 22 31",
              GeneratedLoops::loop14),
          Map.entry(
              "bmxuxuxuuuuxuuu|multiply 2 3;select 1 15 2;multiply 4 5;multiply 6 7;multiply 18 8;add 17 19;multiply 20 9;multiply 18 18;multiply 22 10;multiply 11 12;add 23 24;sqrt 25;multiply 26 13;add 27 14;divide 21 28;subtract 16 29;select 0 30 2;select 0 20 4;select 0 25 11|31 32 33",
              GeneratedLoops::loop15),
          Map.entry(
              "bxxuxuuuxuuuu|multiply 2 3;multiply 1 5;add 4 14;multiply 15 6;add 13 16;multiply 17 7;multiply 8 9;multiply 15 15;multiply 20 10;add 19 21;sqrt 22;multiply 23 11;add 24 12;divide 18 25;subtract 1 26;select 0 27 1;select 0 17 2;select 0 22 8|28 29 30",
              GeneratedLoops::loop16),
          Map.entry(
              "bxxuuxuuuuxuuu|multiply 2 3;multiply 1 4;multiply 5 6;add 15 16;multiply 17 7;add 14 18;multiply 19 8;multiply 17 17;multiply 21 9;multiply 10 11;add 22 23;sqrt 24;multiply 25 12;add 26 13;divide 20 27;subtract 1 28;select 0 29 1;select 0 24 10;select 0 19 2|30 31 32",
              GeneratedLoops::loop17),
          Map.entry(
              "bxxuxuu|multiply 2 3;multiply 4 5;add 7 8;multiply 9 3;add 10 8;multiply 11 6;subtract 1 12;select 0 13 1;select 0 9 2|14 15",
              GeneratedLoops::loop18),
          Map.entry(
              "bxuxuxuxuuuuxu|multiply 1 2;multiply 3 3;multiply 15 4;add 14 16;select 0 17 1;multiply 3 6;multiply 7 8;add 19 20;multiply 21 9;sqrt 17;multiply 23 10;add 24 11;divide 22 25;subtract 5 26;select 0 27 5;select 0 21 7;subtract 27 12;multiply 30 13;add 12 31;select 0 32 12|18 28 29 33",
              GeneratedLoops::loop19),
          Map.entry(
              "bxuxuuxxuuuuuxu|multiply 1 2;multiply 3 4;multiply 16 16;multiply 17 5;add 15 18;select 0 19 1;multiply 7 8;multiply 16 9;add 21 22;multiply 23 10;sqrt 19;multiply 25 11;add 26 12;divide 24 27;subtract 6 28;select 0 29 6;subtract 29 13;multiply 31 14;add 13 32;select 0 33 13;select 0 23 7|20 30 34 35",
              GeneratedLoops::loop20),
          Map.entry(
              "bxxuxuxuuxuuuuu|multiply 2 3;multiply 4 5;multiply 6 7;add 16 17;multiply 18 8;multiply 9 10;multiply 4 4;multiply 21 11;add 20 22;sqrt 23;multiply 24 12;add 25 13;divide 19 26;subtract 15 27;subtract 28 1;multiply 29 14;add 1 30;select 0 31 1;select 0 18 6;select 0 23 9;select 0 28 2|32 33 34 35",
              GeneratedLoops::loop21),
          Map.entry(
              "bxxuxuxuuuxuuuuu|multiply 2 3;multiply 4 5;multiply 6 7;multiply 18 8;add 17 19;multiply 20 9;multiply 10 11;multiply 18 18;multiply 23 12;add 22 24;sqrt 25;multiply 26 13;add 27 14;divide 21 28;subtract 16 29;subtract 30 1;multiply 31 15;add 1 32;select 0 33 1;select 0 25 10;select 0 20 4;select 0 30 2|34 35 36 37",
              GeneratedLoops::loop22),
          Map.entry(
              "bxuxuuxuxmxuuuuu|multiply 1 2;multiply 3 3;multiply 17 4;add 16 18;select 0 19 1;multiply 3 5;multiply 6 7;add 21 22;select 0 23 6;multiply 10 11;select 9 25 10;multiply 23 12;sqrt 19;multiply 28 13;add 29 14;divide 27 30;subtract 26 31;subtract 32 8;multiply 33 15;add 8 34;select 0 35 8;select 0 32 10|20 24 36 37",
              GeneratedLoops::loop23),
          Map.entry(
              "bxuxuuxmxuuxuuuuu|multiply 1 2;multiply 3 4;multiply 18 5;add 17 19;select 0 20 1;multiply 8 9;select 7 22 8;multiply 20 10;multiply 11 12;multiply 18 18;multiply 26 13;add 25 27;sqrt 28;multiply 29 14;add 30 15;divide 24 31;subtract 23 32;subtract 33 6;multiply 34 16;add 6 35;select 0 36 6;select 0 33 8;select 0 28 11|21 37 38 39",
              GeneratedLoops::loop24),
          Map.entry("xxu|add 0 1;relu 3;less 2 4|4 5", GeneratedLoops::loop25),
          Map.entry("xuu|add 0 1;relu 3;less 2 4|4 5", GeneratedLoops::loop26),
          Map.entry("ux|relu 1;less 0 2|3 2", GeneratedLoops::loop27),
          Map.entry("mxu|select 0 1 2|3", GeneratedLoops::loop28),
          Map.entry("x|multiply 0 0|1", GeneratedLoops::loop29),
          Map.entry("xuu|subtract 0 1;multiply 3 3;multiply 4 2|5 3", GeneratedLoops::loop30),
          Map.entry("xu|multiply 0 1|0 2", GeneratedLoops::loop31),
          Map.entry("xuuu|multiply 0 1;add 4 2;relu 5;less 3 6|6 7", GeneratedLoops::loop32),
          Map.entry(
              "xxuuu|multiply 1 2;add 5 3;add 0 6;relu 7;less 4 8|8 9", GeneratedLoops::loop33),
          Map.entry("mxuux|select 0 1 2;multiply 5 3;multiply 4 5|5 6 7", GeneratedLoops::loop34),
          Map.entry(
              "mxxuux|add 1 2;select 0 6 3;multiply 7 4;multiply 5 7|8 9 7",
              GeneratedLoops::loop35),
          Map.entry(
              "xxuu|multiply 2 3;multiply 1 4;add 0 5;add 6 5;negate 7|8 7",
              GeneratedLoops::loop36),
          Map.entry("xuu|multiply 1 2;add 0 3|4", GeneratedLoops::loop37),
          Map.entry(
              "xxxxuuuxu|multiply 2 3;multiply 9 4;multiply 1 10;multiply 11 5;multiply 0 12;multiply 13 6;multiply 7 10;multiply 15 8;add 14 16|17",
              GeneratedLoops::loop38),
          Map.entry("xxx|add 1 2;add 0 3|4", GeneratedLoops::loop39),
          Map.entry("xxxu|add 1 2;multiply 0 4;multiply 5 3|6 4", GeneratedLoops::loop40),
          Map.entry("xxxu|multiply 0 1;multiply 2 4;multiply 5 3|4 6", GeneratedLoops::loop41),
          Map.entry("xxu|multiply 0 1;multiply 3 2|4", GeneratedLoops::loop42),
          Map.entry("xmxu|select 1 2 3;add 0 4|5", GeneratedLoops::loop43),
          Map.entry("xmxu|select 1 2 3;multiply 0 4|5", GeneratedLoops::loop44),
          Map.entry("xxmu|add 0 1;select 2 4 3|4 5", GeneratedLoops::loop45),
          Map.entry(
              "xxuxxuu|multiply 0 1;multiply 7 2;multiply 4 0;multiply 9 5;multiply 3 10;multiply 11 6;add 8 12|13",
              GeneratedLoops::loop46),
          Map.entry(
              "xxxxuuxxu|multiply 2 3;multiply 1 9;multiply 10 4;multiply 11 5;multiply 0 12;multiply 0 13;multiply 6 12;add 11 15;add 14 16;add 14 17;multiply 2 7;multiply 19 8;add 18 20|21",
              GeneratedLoops::loop47),
          Map.entry(
              "xxxxxx|multiply 2 3;multiply 1 6;multiply 0 7;multiply 4 6;add 8 9;multiply 5 3|10 11",
              GeneratedLoops::loop48),
          Map.entry("xxxx|multiply 0 1;multiply 2 3;subtract 4 5|6", GeneratedLoops::loop49),
          Map.entry("xxxx|multiply 0 1;multiply 2 3;add 4 5|6", GeneratedLoops::loop50),
          Map.entry("xxxx|negate 1;multiply 0 4;multiply 2 3;add 5 6|7", GeneratedLoops::loop51),
          Map.entry("xxuu|add 0 1;multiply 4 2;multiply 4 3|5 6", GeneratedLoops::loop52),
          Map.entry("xuu|multiply 0 1;multiply 0 2|3 4", GeneratedLoops::loop53),
          Map.entry("xxu|add 1 2;multiply 0 3|4", GeneratedLoops::loop54),
          Map.entry(
              "xxxuu|multiply 0 0;negate 5;add 2 3;multiply 1 7;multiply 1 4|6 8 7 9",
              GeneratedLoops::loop55),
          Map.entry(
              "xxuxu|multiply 0 1;multiply 5 2;multiply 3 4;add 6 7|8", GeneratedLoops::loop56),
          Map.entry(
              "xxuuu|add 0 1;multiply 5 5;multiply 6 5;multiply 7 2;add 8 5;multiply 9 3;multiply 5 4|10 11",
              GeneratedLoops::loop57),
          Map.entry(
              "xxuuu|add 0 1;multiply 5 5;multiply 5 6;multiply 7 2;add 8 5;multiply 9 3;multiply 5 4|10 5 6 11",
              GeneratedLoops::loop58),
          Map.entry(
              "xuuu|multiply 0 0;multiply 0 4;multiply 5 1;add 0 6;multiply 7 2;multiply 0 3|8 9",
              GeneratedLoops::loop59),
          Map.entry(
              "xuuu|multiply 0 0;multiply 0 4;multiply 5 1;add 0 6;multiply 7 2;multiply 0 3|8 9 4",
              GeneratedLoops::loop60),
          Map.entry(
              "xxuxuuxu|multiply 3 3;subtract 2 8;multiply 1 9;multiply 10 4;multiply 11 5;multiply 0 12;multiply 0 13;multiply 6 12;add 15 11;add 14 16;add 14 17;add 3 2;multiply 19 7;add 18 20;multiply 1 19|21 22",
              GeneratedLoops::loop61),
          Map.entry(
              "xxu|multiply 0 1;subtract 2 0;multiply 0 4;multiply 1 5;add 0 6|3 7",
              GeneratedLoops::loop62),
          Map.entry(
              "xxuux|multiply 0 1;multiply 5 2;max 0 3;divide 6 7;divide 4 7;multiply 5 9|8 10",
              GeneratedLoops::loop63),
          Map.entry("xxu|max 1 2;divide 0 3|4", GeneratedLoops::loop64),
          Map.entry(
              "xxxu|multiply 0 1;max 1 3;divide 2 5;multiply 4 6|4 6 7", GeneratedLoops::loop65),
          Map.entry(
              "mxxuuxux|add 1 2;select 0 8 3;multiply 9 4;multiply 5 9;multiply 9 6;multiply 7 9|9 10 11 12 13",
              GeneratedLoops::loop66),
          Map.entry(
              "uxxxxxx|multiply 2 3;add 1 7;multiply 5 6;add 4 9;add 8 10;relu 11;less 0 12|13 12",
              GeneratedLoops::loop67),
          Map.entry("uxxx|multiply 2 3;add 1 4;relu 5;less 0 6|7 6", GeneratedLoops::loop68),
          Map.entry("xmxux|select 1 2 3;multiply 0 5;multiply 4 5|6 5 7", GeneratedLoops::loop69),
          Map.entry(
              "xmxxux|add 2 3;select 1 6 4;multiply 0 7;multiply 5 7|8 9 7",
              GeneratedLoops::loop70),
          Map.entry(
              "xuuxu|divide 0 1;multiply 5 2;multiply 3 4;add 6 7|5 8", GeneratedLoops::loop71),
          Map.entry("xuuxu|divide 0 1;multiply 5 2;multiply 3 4;add 6 7|8", GeneratedLoops::loop72),
          Map.entry("xuu|add 0 1;add 3 2|4", GeneratedLoops::loop73),
          Map.entry(
              "xuu|divide 0 1;add 3 2;rsqrt 4;multiply 5 5;multiply 6 5|7 5",
              GeneratedLoops::loop74),
          Map.entry("xuu|divide 0 1;add 3 2;rsqrt 4|5", GeneratedLoops::loop75),
          Map.entry("xuu|multiply 0 1;add 3 2;relu 4|5", GeneratedLoops::loop76),
          Map.entry("xuu|multiply 0 1;add 3 2|4", GeneratedLoops::loop77),
          Map.entry("xuu|multiply 0 1;divide 3 2|4", GeneratedLoops::loop78),
          Map.entry(
              "xuu|subtract 0 1;multiply 3 2;add 4 4;multiply 3 3;multiply 6 2|3 5 7",
              GeneratedLoops::loop79),
          Map.entry(
              "xuxu|add 0 1;subtract 4 2;add 5 5;multiply 6 3;multiply 5 5|7 8",
              GeneratedLoops::loop80),
          Map.entry("xux|add 0 1;subtract 3 2;multiply 4 4|3 5", GeneratedLoops::loop81),
          Map.entry("xu|subtract 0 1;multiply 2 2|3 2", GeneratedLoops::loop82),
          Map.entry(
              "xxuu|divide 1 2;add 4 3;rsqrt 5;multiply 0 6;multiply 6 6;multiply 6 8|7 6 9",
              GeneratedLoops::loop83),
          Map.entry("xxuu|multiply 1 2;add 4 3;add 0 5;relu 6|7", GeneratedLoops::loop84),
          Map.entry("xxuu|multiply 1 2;multiply 0 4;divide 5 3|6", GeneratedLoops::loop85),
          Map.entry("xxu|add 1 2;add 0 3|4", GeneratedLoops::loop86),
          Map.entry("xxu|divide 1 2;multiply 0 3|4", GeneratedLoops::loop87),
          Map.entry("xxu|multiply 1 2;add 0 3;negate 4|4 5", GeneratedLoops::loop88),
          Map.entry("xxu|multiply 1 2;add 0 3|4", GeneratedLoops::loop89),
          Map.entry("xxu|multiply 1 2;add 3 3;add 0 4;negate 5|5 6", GeneratedLoops::loop90),
          Map.entry(
              "xxu|subtract 0 1;multiply 3 2;add 4 4;multiply 3 3;multiply 6 2|5 7 3",
              GeneratedLoops::loop91),
          Map.entry(
              "xxxuu|multiply 1 2;multiply 5 3;multiply 0 6;divide 7 4|8", GeneratedLoops::loop92),
          Map.entry("xxxu|multiply 0 1;multiply 2 4;multiply 4 3|4 5 6", GeneratedLoops::loop93),
          Map.entry(
              "xxxxu|add 3 4;rsqrt 5;multiply 2 6;multiply 1 7;subtract 0 8|9 7",
              GeneratedLoops::loop94),
          Map.entry(
              "xxxxu|multiply 2 3;add 1 5;add 0 6;relu 7;less 4 8|8 9", GeneratedLoops::loop95),
          Map.entry(
              "xxxxxxxx|add 6 7;add 5 8;add 4 9;add 3 10;add 2 11;add 1 12;multiply 0 13|14",
              GeneratedLoops::loop96),
          Map.entry("xxx|multiply 1 2;add 0 3;negate 4|4 5", GeneratedLoops::loop97),
          Map.entry("xxx|multiply 1 2;add 0 3|4", GeneratedLoops::loop98),
          Map.entry("xxx|multiply 1 2;add 3 3;add 0 4;negate 5|6 5", GeneratedLoops::loop99),
          Map.entry("xx|subtract 0 1;multiply 2 2|3 2", GeneratedLoops::loop100));

  private GeneratedLoops() {}

  private static void loop0(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] r0 = floats[slots[2]];
    int t0 = at[slots[2]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = v0.add(v1);
      FloatVector v3 = v2.blend(0f, v2.compare(VectorOperators.LE, 0f));
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop1(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] r0 = floats[slots[2]];
    int t0 = at[slots[2]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = v0.add(v1);
      FloatVector v3 = v2.blend(0f, v2.compare(VectorOperators.LE, 0f));
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop2(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] a8 = floats[slots[8]];
    int o8 = at[slots[8]];
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    float[] r0 = floats[slots[12]];
    int t0 = at[slots[12]];
    float[] r1 = floats[slots[13]];
    int t1 = at[slots[13]];
    float[] r2 = floats[slots[14]];
    int t2 = at[slots[14]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v12 = v1.mul(v2);
      FloatVector v13 = v3.mul(v4);
      FloatVector v14 = v12.add(v13);
      FloatVector v15 = v3.blend(v14, v0);
      FloatVector v16 = v1.mul(v1);
      FloatVector v17 = v16.mul(v5);
      FloatVector v18 = v6.mul(v7);
      FloatVector v19 = v17.add(v18);
      FloatVector v20 = v6.blend(v19, v0);
      FloatVector v21 = v14.mul(v9);
      FloatVector v22 = v19.sqrt();
      FloatVector v23 = v22.mul(v10);
      FloatVector v24 = v23.add(v11);
      FloatVector v25 = v21.div(v24);
      FloatVector v26 = v8.sub(v25);
      FloatVector v27 = v8.blend(v26, v0);
      v15.intoArray(r0, t0 + i);
      v20.intoArray(r1, t1 + i);
      v27.intoArray(r2, t2 + i);
    }
  }

  private static void loop3(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    float[] r0 = floats[slots[12]];
    int t0 = at[slots[12]];
    float[] r1 = floats[slots[13]];
    int t1 = at[slots[13]];
    float[] r2 = floats[slots[14]];
    int t2 = at[slots[14]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v12 = v1.mul(v2);
      FloatVector v13 = v4.mul(v5);
      FloatVector v14 = v3.add(v13);
      FloatVector v15 = v14.mul(v14);
      FloatVector v16 = v15.mul(v5);
      FloatVector v17 = v12.add(v16);
      FloatVector v18 = v1.blend(v17, v0);
      FloatVector v19 = v14.mul(v6);
      FloatVector v20 = v7.mul(v8);
      FloatVector v21 = v19.add(v20);
      FloatVector v22 = v21.mul(v9);
      FloatVector v23 = v17.sqrt();
      FloatVector v24 = v23.mul(v10);
      FloatVector v25 = v24.add(v11);
      FloatVector v26 = v22.div(v25);
      FloatVector v27 = v4.sub(v26);
      FloatVector v28 = v4.blend(v27, v0);
      FloatVector v29 = v7.blend(v21, v0);
      v18.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop4(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    float[] a9 = floats[slots[9]];
    int o9 = at[slots[9]];
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    float[] r0 = floats[slots[13]];
    int t0 = at[slots[13]];
    float[] r1 = floats[slots[14]];
    int t1 = at[slots[14]];
    float[] r2 = floats[slots[15]];
    int t2 = at[slots[15]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v9 = FloatVector.fromArray(F, a9, o9 + i);
      FloatVector v13 = v1.mul(v2);
      FloatVector v14 = v3.mul(v4);
      FloatVector v15 = v5.mul(v6);
      FloatVector v16 = v14.add(v15);
      FloatVector v17 = v16.mul(v7);
      FloatVector v18 = v3.mul(v3);
      FloatVector v19 = v18.mul(v8);
      FloatVector v20 = v9.mul(v10);
      FloatVector v21 = v19.add(v20);
      FloatVector v22 = v21.sqrt();
      FloatVector v23 = v22.mul(v11);
      FloatVector v24 = v23.add(v12);
      FloatVector v25 = v17.div(v24);
      FloatVector v26 = v13.sub(v25);
      FloatVector v27 = v1.blend(v26, v0);
      FloatVector v28 = v5.blend(v16, v0);
      FloatVector v29 = v9.blend(v21, v0);
      v27.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop5(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v2.mul(v3);
      FloatVector v5 = v1.sub(v4);
      FloatVector v6 = v1.blend(v5, v0);
      v6.intoArray(r0, t0 + i);
    }
  }

  private static void loop6(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = v3.mul(v4);
      FloatVector v7 = v2.add(v6);
      FloatVector v8 = v7.mul(v5);
      FloatVector v9 = v1.sub(v8);
      FloatVector v10 = v1.blend(v9, v0);
      FloatVector v11 = v3.blend(v7, v0);
      v10.intoArray(r0, t0 + i);
      v11.intoArray(r1, t1 + i);
    }
  }

  private static void loop7(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = v1.mul(v3);
      FloatVector v8 = v2.add(v7);
      FloatVector v9 = v4.mul(v5);
      FloatVector v10 = v8.add(v9);
      FloatVector v11 = v10.mul(v6);
      FloatVector v12 = v1.sub(v11);
      FloatVector v13 = v1.blend(v12, v0);
      FloatVector v14 = v4.blend(v10, v0);
      v13.intoArray(r0, t0 + i);
      v14.intoArray(r1, t1 + i);
    }
  }

  private static void loop8(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = v3.mul(v4);
      FloatVector v7 = v2.add(v6);
      FloatVector v8 = v7.mul(v4);
      FloatVector v9 = v2.add(v8);
      FloatVector v10 = v9.mul(v5);
      FloatVector v11 = v1.sub(v10);
      FloatVector v12 = v1.blend(v11, v0);
      FloatVector v13 = v3.blend(v7, v0);
      v12.intoArray(r0, t0 + i);
      v13.intoArray(r1, t1 + i);
    }
  }

  private static void loop9(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    float[] a9 = floats[slots[9]];
    int o9 = at[slots[9]];
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    float[] r0 = floats[slots[13]];
    int t0 = at[slots[13]];
    float[] r1 = floats[slots[14]];
    int t1 = at[slots[14]];
    float[] r2 = floats[slots[15]];
    int t2 = at[slots[15]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v9 = FloatVector.fromArray(F, a9, o9 + i);
      FloatVector v13 = v1.mul(v2);
      FloatVector v14 = v3.mul(v4);
      FloatVector v15 = v14.mul(v5);
      FloatVector v16 = v13.add(v15);
      FloatVector v17 = v1.blend(v16, v0);
      FloatVector v18 = v16.mul(v7);
      FloatVector v19 = v14.mul(v14);
      FloatVector v20 = v19.mul(v8);
      FloatVector v21 = v9.mul(v10);
      FloatVector v22 = v20.add(v21);
      FloatVector v23 = v22.sqrt();
      FloatVector v24 = v23.mul(v11);
      FloatVector v25 = v24.add(v12);
      FloatVector v26 = v18.div(v25);
      FloatVector v27 = v6.sub(v26);
      FloatVector v28 = v6.blend(v27, v0);
      FloatVector v29 = v9.blend(v22, v0);
      v17.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop10(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    float[] a10 = floats[slots[10]];
    int o10 = at[slots[10]];
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v10 = FloatVector.fromArray(F, a10, o10 + i);
      FloatVector v14 = v1.mul(v2);
      FloatVector v15 = v3.mul(v4);
      FloatVector v16 = v5.mul(v6);
      FloatVector v17 = v16.mul(v7);
      FloatVector v18 = v15.add(v17);
      FloatVector v19 = v18.mul(v8);
      FloatVector v20 = v16.mul(v16);
      FloatVector v21 = v20.mul(v9);
      FloatVector v22 = v10.mul(v11);
      FloatVector v23 = v21.add(v22);
      FloatVector v24 = v23.sqrt();
      FloatVector v25 = v24.mul(v12);
      FloatVector v26 = v25.add(v13);
      FloatVector v27 = v19.div(v26);
      FloatVector v28 = v14.sub(v27);
      FloatVector v29 = v1.blend(v28, v0);
      FloatVector v30 = v10.blend(v23, v0);
      FloatVector v31 = v3.blend(v18, v0);
      v29.intoArray(r0, t0 + i);
      v30.intoArray(r1, t1 + i);
      v31.intoArray(r2, t2 + i);
    }
  }

  private static void loop11(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = v2.mul(v3);
      FloatVector v6 = v5.mul(v4);
      FloatVector v7 = v1.sub(v6);
      FloatVector v8 = v1.blend(v7, v0);
      v8.intoArray(r0, t0 + i);
    }
  }

  private static void loop12(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = v1.mul(v2);
      FloatVector v8 = v3.mul(v4);
      FloatVector v9 = v7.add(v8);
      FloatVector v10 = v1.blend(v9, v0);
      FloatVector v11 = v9.mul(v6);
      FloatVector v12 = v5.sub(v11);
      FloatVector v13 = v5.blend(v12, v0);
      v10.intoArray(r0, t0 + i);
      v13.intoArray(r1, t1 + i);
    }
  }

  private static void loop13(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] r0 = floats[slots[8]];
    int t0 = at[slots[8]];
    float[] r1 = floats[slots[9]];
    int t1 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v8 = v1.mul(v2);
      FloatVector v9 = v3.mul(v4);
      FloatVector v10 = v5.mul(v6);
      FloatVector v11 = v9.add(v10);
      FloatVector v12 = v8.add(v11);
      FloatVector v13 = v1.blend(v12, v0);
      FloatVector v14 = v12.mul(v7);
      FloatVector v15 = v5.sub(v14);
      FloatVector v16 = v5.blend(v15, v0);
      v13.intoArray(r0, t0 + i);
      v16.intoArray(r1, t1 + i);
    }
  }

  private static void loop14(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    int[] a8 = ints[slots[8]];
    int o8 = at[slots[8]];
    float[] a9 = floats[slots[9]];
    int o9 = at[slots[9]];
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      VectorMask<Integer> v8 = IntVector.fromArray(I, a8, o8 + i).compare(VectorOperators.NE, 0);
      FloatVector v9 = FloatVector.fromArray(F, a9, o9 + i);
      FloatVector v14 = v1.mul(v1);
      FloatVector v15 = v14.mul(v2);
      FloatVector v16 = v3.mul(v4);
      FloatVector v17 = v15.add(v16);
      FloatVector v18 = v3.blend(v17, v0);
      FloatVector v19 = v1.mul(v5);
      FloatVector v20 = v6.mul(v7);
      FloatVector v21 = v19.add(v20);
      FloatVector v22 = v6.blend(v21, v0);
      FloatVector v23 = v9.mul(v10);
      FloatVector v24 =
          v9.reinterpretAsInts().blend(v23.reinterpretAsInts(), v8).reinterpretAsFloats();
      FloatVector v25 = v21.mul(v11);
      FloatVector v26 = v17.sqrt();
      FloatVector v27 = v26.mul(v12);
      FloatVector v28 = v27.add(v13);
      FloatVector v29 = v25.div(v28);
      FloatVector v30 = v24.sub(v29);
      FloatVector v31 = v9.blend(v30, v0);
      v18.intoArray(r0, t0 + i);
      v22.intoArray(r1, t1 + i);
      v31.intoArray(r2, t2 + i);
    }
  }

  private static void loop15(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    int[] a1 = ints[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    float[] a11 = floats[slots[11]];
    int o11 = at[slots[11]];
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    FloatVector v14 = FloatVector.broadcast(F, floats[slots[14]][at[slots[14]]]);
    float[] r0 = floats[slots[15]];
    int t0 = at[slots[15]];
    float[] r1 = floats[slots[16]];
    int t1 = at[slots[16]];
    float[] r2 = floats[slots[17]];
    int t2 = at[slots[17]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v11 = FloatVector.fromArray(F, a11, o11 + i);
      FloatVector v15 = v2.mul(v3);
      FloatVector v16 =
          v2.reinterpretAsInts().blend(v15.reinterpretAsInts(), v1).reinterpretAsFloats();
      FloatVector v17 = v4.mul(v5);
      FloatVector v18 = v6.mul(v7);
      FloatVector v19 = v18.mul(v8);
      FloatVector v20 = v17.add(v19);
      FloatVector v21 = v20.mul(v9);
      FloatVector v22 = v18.mul(v18);
      FloatVector v23 = v22.mul(v10);
      FloatVector v24 = v11.mul(v12);
      FloatVector v25 = v23.add(v24);
      FloatVector v26 = v25.sqrt();
      FloatVector v27 = v26.mul(v13);
      FloatVector v28 = v27.add(v14);
      FloatVector v29 = v21.div(v28);
      FloatVector v30 = v16.sub(v29);
      FloatVector v31 = v2.blend(v30, v0);
      FloatVector v32 = v4.blend(v20, v0);
      FloatVector v33 = v11.blend(v25, v0);
      v31.intoArray(r0, t0 + i);
      v32.intoArray(r1, t1 + i);
      v33.intoArray(r2, t2 + i);
    }
  }

  private static void loop16(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] a8 = floats[slots[8]];
    int o8 = at[slots[8]];
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    float[] r0 = floats[slots[13]];
    int t0 = at[slots[13]];
    float[] r1 = floats[slots[14]];
    int t1 = at[slots[14]];
    float[] r2 = floats[slots[15]];
    int t2 = at[slots[15]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v13 = v2.mul(v3);
      FloatVector v14 = v1.mul(v5);
      FloatVector v15 = v4.add(v14);
      FloatVector v16 = v15.mul(v6);
      FloatVector v17 = v13.add(v16);
      FloatVector v18 = v17.mul(v7);
      FloatVector v19 = v8.mul(v9);
      FloatVector v20 = v15.mul(v15);
      FloatVector v21 = v20.mul(v10);
      FloatVector v22 = v19.add(v21);
      FloatVector v23 = v22.sqrt();
      FloatVector v24 = v23.mul(v11);
      FloatVector v25 = v24.add(v12);
      FloatVector v26 = v18.div(v25);
      FloatVector v27 = v1.sub(v26);
      FloatVector v28 = v1.blend(v27, v0);
      FloatVector v29 = v2.blend(v17, v0);
      FloatVector v30 = v8.blend(v22, v0);
      v28.intoArray(r0, t0 + i);
      v29.intoArray(r1, t1 + i);
      v30.intoArray(r2, t2 + i);
    }
  }

  private static void loop17(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    float[] a10 = floats[slots[10]];
    int o10 = at[slots[10]];
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v10 = FloatVector.fromArray(F, a10, o10 + i);
      FloatVector v14 = v2.mul(v3);
      FloatVector v15 = v1.mul(v4);
      FloatVector v16 = v5.mul(v6);
      FloatVector v17 = v15.add(v16);
      FloatVector v18 = v17.mul(v7);
      FloatVector v19 = v14.add(v18);
      FloatVector v20 = v19.mul(v8);
      FloatVector v21 = v17.mul(v17);
      FloatVector v22 = v21.mul(v9);
      FloatVector v23 = v10.mul(v11);
      FloatVector v24 = v22.add(v23);
      FloatVector v25 = v24.sqrt();
      FloatVector v26 = v25.mul(v12);
      FloatVector v27 = v26.add(v13);
      FloatVector v28 = v20.div(v27);
      FloatVector v29 = v1.sub(v28);
      FloatVector v30 = v1.blend(v29, v0);
      FloatVector v31 = v10.blend(v24, v0);
      FloatVector v32 = v2.blend(v19, v0);
      v30.intoArray(r0, t0 + i);
      v31.intoArray(r1, t1 + i);
      v32.intoArray(r2, t2 + i);
    }
  }

  private static void loop18(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = v2.mul(v3);
      FloatVector v8 = v4.mul(v5);
      FloatVector v9 = v7.add(v8);
      FloatVector v10 = v9.mul(v3);
      FloatVector v11 = v10.add(v8);
      FloatVector v12 = v11.mul(v6);
      FloatVector v13 = v1.sub(v12);
      FloatVector v14 = v1.blend(v13, v0);
      FloatVector v15 = v2.blend(v9, v0);
      v14.intoArray(r0, t0 + i);
      v15.intoArray(r1, t1 + i);
    }
  }

  private static void loop19(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    float[] a12 = floats[slots[12]];
    int o12 = at[slots[12]];
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    float[] r3 = floats[slots[17]];
    int t3 = at[slots[17]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v12 = FloatVector.fromArray(F, a12, o12 + i);
      FloatVector v14 = v1.mul(v2);
      FloatVector v15 = v3.mul(v3);
      FloatVector v16 = v15.mul(v4);
      FloatVector v17 = v14.add(v16);
      FloatVector v18 = v1.blend(v17, v0);
      FloatVector v19 = v3.mul(v6);
      FloatVector v20 = v7.mul(v8);
      FloatVector v21 = v19.add(v20);
      FloatVector v22 = v21.mul(v9);
      FloatVector v23 = v17.sqrt();
      FloatVector v24 = v23.mul(v10);
      FloatVector v25 = v24.add(v11);
      FloatVector v26 = v22.div(v25);
      FloatVector v27 = v5.sub(v26);
      FloatVector v28 = v5.blend(v27, v0);
      FloatVector v29 = v7.blend(v21, v0);
      FloatVector v30 = v27.sub(v12);
      FloatVector v31 = v30.mul(v13);
      FloatVector v32 = v12.add(v31);
      FloatVector v33 = v12.blend(v32, v0);
      v18.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
      v33.intoArray(r3, t3 + i);
    }
  }

  private static void loop20(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    float[] a13 = floats[slots[13]];
    int o13 = at[slots[13]];
    FloatVector v14 = FloatVector.broadcast(F, floats[slots[14]][at[slots[14]]]);
    float[] r0 = floats[slots[15]];
    int t0 = at[slots[15]];
    float[] r1 = floats[slots[16]];
    int t1 = at[slots[16]];
    float[] r2 = floats[slots[17]];
    int t2 = at[slots[17]];
    float[] r3 = floats[slots[18]];
    int t3 = at[slots[18]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v13 = FloatVector.fromArray(F, a13, o13 + i);
      FloatVector v15 = v1.mul(v2);
      FloatVector v16 = v3.mul(v4);
      FloatVector v17 = v16.mul(v16);
      FloatVector v18 = v17.mul(v5);
      FloatVector v19 = v15.add(v18);
      FloatVector v20 = v1.blend(v19, v0);
      FloatVector v21 = v7.mul(v8);
      FloatVector v22 = v16.mul(v9);
      FloatVector v23 = v21.add(v22);
      FloatVector v24 = v23.mul(v10);
      FloatVector v25 = v19.sqrt();
      FloatVector v26 = v25.mul(v11);
      FloatVector v27 = v26.add(v12);
      FloatVector v28 = v24.div(v27);
      FloatVector v29 = v6.sub(v28);
      FloatVector v30 = v6.blend(v29, v0);
      FloatVector v31 = v29.sub(v13);
      FloatVector v32 = v31.mul(v14);
      FloatVector v33 = v13.add(v32);
      FloatVector v34 = v13.blend(v33, v0);
      FloatVector v35 = v7.blend(v23, v0);
      v20.intoArray(r0, t0 + i);
      v30.intoArray(r1, t1 + i);
      v34.intoArray(r2, t2 + i);
      v35.intoArray(r3, t3 + i);
    }
  }

  private static void loop21(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    float[] a9 = floats[slots[9]];
    int o9 = at[slots[9]];
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    FloatVector v14 = FloatVector.broadcast(F, floats[slots[14]][at[slots[14]]]);
    float[] r0 = floats[slots[15]];
    int t0 = at[slots[15]];
    float[] r1 = floats[slots[16]];
    int t1 = at[slots[16]];
    float[] r2 = floats[slots[17]];
    int t2 = at[slots[17]];
    float[] r3 = floats[slots[18]];
    int t3 = at[slots[18]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v9 = FloatVector.fromArray(F, a9, o9 + i);
      FloatVector v15 = v2.mul(v3);
      FloatVector v16 = v4.mul(v5);
      FloatVector v17 = v6.mul(v7);
      FloatVector v18 = v16.add(v17);
      FloatVector v19 = v18.mul(v8);
      FloatVector v20 = v9.mul(v10);
      FloatVector v21 = v4.mul(v4);
      FloatVector v22 = v21.mul(v11);
      FloatVector v23 = v20.add(v22);
      FloatVector v24 = v23.sqrt();
      FloatVector v25 = v24.mul(v12);
      FloatVector v26 = v25.add(v13);
      FloatVector v27 = v19.div(v26);
      FloatVector v28 = v15.sub(v27);
      FloatVector v29 = v28.sub(v1);
      FloatVector v30 = v29.mul(v14);
      FloatVector v31 = v1.add(v30);
      FloatVector v32 = v1.blend(v31, v0);
      FloatVector v33 = v6.blend(v18, v0);
      FloatVector v34 = v9.blend(v23, v0);
      FloatVector v35 = v2.blend(v28, v0);
      v32.intoArray(r0, t0 + i);
      v33.intoArray(r1, t1 + i);
      v34.intoArray(r2, t2 + i);
      v35.intoArray(r3, t3 + i);
    }
  }

  private static void loop22(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    float[] a10 = floats[slots[10]];
    int o10 = at[slots[10]];
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    FloatVector v14 = FloatVector.broadcast(F, floats[slots[14]][at[slots[14]]]);
    FloatVector v15 = FloatVector.broadcast(F, floats[slots[15]][at[slots[15]]]);
    float[] r0 = floats[slots[16]];
    int t0 = at[slots[16]];
    float[] r1 = floats[slots[17]];
    int t1 = at[slots[17]];
    float[] r2 = floats[slots[18]];
    int t2 = at[slots[18]];
    float[] r3 = floats[slots[19]];
    int t3 = at[slots[19]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v10 = FloatVector.fromArray(F, a10, o10 + i);
      FloatVector v16 = v2.mul(v3);
      FloatVector v17 = v4.mul(v5);
      FloatVector v18 = v6.mul(v7);
      FloatVector v19 = v18.mul(v8);
      FloatVector v20 = v17.add(v19);
      FloatVector v21 = v20.mul(v9);
      FloatVector v22 = v10.mul(v11);
      FloatVector v23 = v18.mul(v18);
      FloatVector v24 = v23.mul(v12);
      FloatVector v25 = v22.add(v24);
      FloatVector v26 = v25.sqrt();
      FloatVector v27 = v26.mul(v13);
      FloatVector v28 = v27.add(v14);
      FloatVector v29 = v21.div(v28);
      FloatVector v30 = v16.sub(v29);
      FloatVector v31 = v30.sub(v1);
      FloatVector v32 = v31.mul(v15);
      FloatVector v33 = v1.add(v32);
      FloatVector v34 = v1.blend(v33, v0);
      FloatVector v35 = v10.blend(v25, v0);
      FloatVector v36 = v4.blend(v20, v0);
      FloatVector v37 = v2.blend(v30, v0);
      v34.intoArray(r0, t0 + i);
      v35.intoArray(r1, t1 + i);
      v36.intoArray(r2, t2 + i);
      v37.intoArray(r3, t3 + i);
    }
  }

  private static void loop23(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] a8 = floats[slots[8]];
    int o8 = at[slots[8]];
    int[] a9 = ints[slots[9]];
    int o9 = at[slots[9]];
    float[] a10 = floats[slots[10]];
    int o10 = at[slots[10]];
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    FloatVector v14 = FloatVector.broadcast(F, floats[slots[14]][at[slots[14]]]);
    FloatVector v15 = FloatVector.broadcast(F, floats[slots[15]][at[slots[15]]]);
    float[] r0 = floats[slots[16]];
    int t0 = at[slots[16]];
    float[] r1 = floats[slots[17]];
    int t1 = at[slots[17]];
    float[] r2 = floats[slots[18]];
    int t2 = at[slots[18]];
    float[] r3 = floats[slots[19]];
    int t3 = at[slots[19]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      VectorMask<Integer> v9 = IntVector.fromArray(I, a9, o9 + i).compare(VectorOperators.NE, 0);
      FloatVector v10 = FloatVector.fromArray(F, a10, o10 + i);
      FloatVector v16 = v1.mul(v2);
      FloatVector v17 = v3.mul(v3);
      FloatVector v18 = v17.mul(v4);
      FloatVector v19 = v16.add(v18);
      FloatVector v20 = v1.blend(v19, v0);
      FloatVector v21 = v3.mul(v5);
      FloatVector v22 = v6.mul(v7);
      FloatVector v23 = v21.add(v22);
      FloatVector v24 = v6.blend(v23, v0);
      FloatVector v25 = v10.mul(v11);
      FloatVector v26 =
          v10.reinterpretAsInts().blend(v25.reinterpretAsInts(), v9).reinterpretAsFloats();
      FloatVector v27 = v23.mul(v12);
      FloatVector v28 = v19.sqrt();
      FloatVector v29 = v28.mul(v13);
      FloatVector v30 = v29.add(v14);
      FloatVector v31 = v27.div(v30);
      FloatVector v32 = v26.sub(v31);
      FloatVector v33 = v32.sub(v8);
      FloatVector v34 = v33.mul(v15);
      FloatVector v35 = v8.add(v34);
      FloatVector v36 = v8.blend(v35, v0);
      FloatVector v37 = v10.blend(v32, v0);
      v20.intoArray(r0, t0 + i);
      v24.intoArray(r1, t1 + i);
      v36.intoArray(r2, t2 + i);
      v37.intoArray(r3, t3 + i);
    }
  }

  private static void loop24(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    VectorMask<Float> v0 =
        FloatVector.broadcast(F, (float) ints[slots[0]][at[slots[0]]])
            .compare(VectorOperators.NE, 0f);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    int[] a7 = ints[slots[7]];
    int o7 = at[slots[7]];
    float[] a8 = floats[slots[8]];
    int o8 = at[slots[8]];
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    float[] a11 = floats[slots[11]];
    int o11 = at[slots[11]];
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    FloatVector v14 = FloatVector.broadcast(F, floats[slots[14]][at[slots[14]]]);
    FloatVector v15 = FloatVector.broadcast(F, floats[slots[15]][at[slots[15]]]);
    FloatVector v16 = FloatVector.broadcast(F, floats[slots[16]][at[slots[16]]]);
    float[] r0 = floats[slots[17]];
    int t0 = at[slots[17]];
    float[] r1 = floats[slots[18]];
    int t1 = at[slots[18]];
    float[] r2 = floats[slots[19]];
    int t2 = at[slots[19]];
    float[] r3 = floats[slots[20]];
    int t3 = at[slots[20]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      VectorMask<Integer> v7 = IntVector.fromArray(I, a7, o7 + i).compare(VectorOperators.NE, 0);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v11 = FloatVector.fromArray(F, a11, o11 + i);
      FloatVector v17 = v1.mul(v2);
      FloatVector v18 = v3.mul(v4);
      FloatVector v19 = v18.mul(v5);
      FloatVector v20 = v17.add(v19);
      FloatVector v21 = v1.blend(v20, v0);
      FloatVector v22 = v8.mul(v9);
      FloatVector v23 =
          v8.reinterpretAsInts().blend(v22.reinterpretAsInts(), v7).reinterpretAsFloats();
      FloatVector v24 = v20.mul(v10);
      FloatVector v25 = v11.mul(v12);
      FloatVector v26 = v18.mul(v18);
      FloatVector v27 = v26.mul(v13);
      FloatVector v28 = v25.add(v27);
      FloatVector v29 = v28.sqrt();
      FloatVector v30 = v29.mul(v14);
      FloatVector v31 = v30.add(v15);
      FloatVector v32 = v24.div(v31);
      FloatVector v33 = v23.sub(v32);
      FloatVector v34 = v33.sub(v6);
      FloatVector v35 = v34.mul(v16);
      FloatVector v36 = v6.add(v35);
      FloatVector v37 = v6.blend(v36, v0);
      FloatVector v38 = v8.blend(v33, v0);
      FloatVector v39 = v11.blend(v28, v0);
      v21.intoArray(r0, t0 + i);
      v37.intoArray(r1, t1 + i);
      v38.intoArray(r2, t2 + i);
      v39.intoArray(r3, t3 + i);
    }
  }

  private static void loop25(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    int[] r1 = ints[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v3.blend(0f, v3.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v5 = v2.compare(VectorOperators.LT, v4);
      v4.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v5).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop26(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    int[] r1 = ints[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v3.blend(0f, v3.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v5 = v2.compare(VectorOperators.LT, v4);
      v4.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v5).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop27(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    FloatVector v0 = FloatVector.broadcast(F, floats[slots[0]][at[slots[0]]]);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    int[] r0 = ints[slots[2]];
    int t0 = at[slots[2]];
    float[] r1 = floats[slots[3]];
    int t1 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = v1.blend(0f, v1.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v3 = v0.compare(VectorOperators.LT, v2);
      FloatVector.zero(F).blend(TRUE, v3).reinterpretAsInts().intoArray(r0, t0 + i);
      v2.intoArray(r1, t1 + i);
    }
  }

  private static void loop28(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    int[] a0 = ints[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 =
          v2.reinterpretAsInts().blend(v1.reinterpretAsInts(), v0).reinterpretAsFloats();
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop29(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] r0 = floats[slots[1]];
    int t0 = at[slots[1]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = v0.mul(v0);
      v1.intoArray(r0, t0 + i);
    }
  }

  private static void loop30(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.sub(v1);
      FloatVector v4 = v3.mul(v3);
      FloatVector v5 = v4.mul(v2);
      v5.intoArray(r0, t0 + i);
      v3.intoArray(r1, t1 + i);
    }
  }

  private static void loop31(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] r0 = floats[slots[2]];
    int t0 = at[slots[2]];
    float[] r1 = floats[slots[3]];
    int t1 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = v0.mul(v1);
      v0.intoArray(r0, t0 + i);
      v2.intoArray(r1, t1 + i);
    }
  }

  private static void loop32(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    int[] r1 = ints[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v4.add(v2);
      FloatVector v6 = v5.blend(0f, v5.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v7 = v3.compare(VectorOperators.LT, v6);
      v6.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v7).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop33(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    int[] r1 = ints[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v5 = v1.mul(v2);
      FloatVector v6 = v5.add(v3);
      FloatVector v7 = v0.add(v6);
      FloatVector v8 = v7.blend(0f, v7.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v9 = v4.compare(VectorOperators.LT, v8);
      v8.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v9).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop34(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    int[] a0 = ints[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    float[] r2 = floats[slots[7]];
    int t2 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 =
          v2.reinterpretAsInts().blend(v1.reinterpretAsInts(), v0).reinterpretAsFloats();
      FloatVector v6 = v5.mul(v3);
      FloatVector v7 = v4.mul(v5);
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop35(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    int[] a0 = ints[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    float[] r2 = floats[slots[8]];
    int t2 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = v1.add(v2);
      FloatVector v7 =
          v3.reinterpretAsInts().blend(v6.reinterpretAsInts(), v0).reinterpretAsFloats();
      FloatVector v8 = v7.mul(v4);
      FloatVector v9 = v5.mul(v7);
      v8.intoArray(r0, t0 + i);
      v9.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop36(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = v2.mul(v3);
      FloatVector v5 = v1.mul(v4);
      FloatVector v6 = v0.add(v5);
      FloatVector v7 = v6.add(v5);
      FloatVector v8 = v7.neg();
      v8.intoArray(r0, t0 + i);
      v7.intoArray(r1, t1 + i);
    }
  }

  private static void loop37(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v0.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop38(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    float[] r0 = floats[slots[9]];
    int t0 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v9 = v2.mul(v3);
      FloatVector v10 = v9.mul(v4);
      FloatVector v11 = v1.mul(v10);
      FloatVector v12 = v11.mul(v5);
      FloatVector v13 = v0.mul(v12);
      FloatVector v14 = v13.mul(v6);
      FloatVector v15 = v7.mul(v10);
      FloatVector v16 = v15.mul(v8);
      FloatVector v17 = v14.add(v16);
      v17.intoArray(r0, t0 + i);
    }
  }

  private static void loop39(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v1.add(v2);
      FloatVector v4 = v0.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop40(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v1.add(v2);
      FloatVector v5 = v0.mul(v4);
      FloatVector v6 = v5.mul(v3);
      v6.intoArray(r0, t0 + i);
      v4.intoArray(r1, t1 + i);
    }
  }

  private static void loop41(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v2.mul(v4);
      FloatVector v6 = v5.mul(v3);
      v4.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop42(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v3.mul(v2);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop43(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    int[] a1 = ints[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 =
          v3.reinterpretAsInts().blend(v2.reinterpretAsInts(), v1).reinterpretAsFloats();
      FloatVector v5 = v0.add(v4);
      v5.intoArray(r0, t0 + i);
    }
  }

  private static void loop44(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    int[] a1 = ints[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 =
          v3.reinterpretAsInts().blend(v2.reinterpretAsInts(), v1).reinterpretAsFloats();
      FloatVector v5 = v0.mul(v4);
      v5.intoArray(r0, t0 + i);
    }
  }

  private static void loop45(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    int[] a2 = ints[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      VectorMask<Integer> v2 = IntVector.fromArray(I, a2, o2 + i).compare(VectorOperators.NE, 0);
      FloatVector v4 = v0.add(v1);
      FloatVector v5 =
          v3.reinterpretAsInts().blend(v4.reinterpretAsInts(), v2).reinterpretAsFloats();
      v4.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop46(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = v0.mul(v1);
      FloatVector v8 = v7.mul(v2);
      FloatVector v9 = v4.mul(v0);
      FloatVector v10 = v9.mul(v5);
      FloatVector v11 = v3.mul(v10);
      FloatVector v12 = v11.mul(v6);
      FloatVector v13 = v8.add(v12);
      v13.intoArray(r0, t0 + i);
    }
  }

  private static void loop47(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    float[] r0 = floats[slots[9]];
    int t0 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v9 = v2.mul(v3);
      FloatVector v10 = v1.mul(v9);
      FloatVector v11 = v10.mul(v4);
      FloatVector v12 = v11.mul(v5);
      FloatVector v13 = v0.mul(v12);
      FloatVector v14 = v0.mul(v13);
      FloatVector v15 = v6.mul(v12);
      FloatVector v16 = v11.add(v15);
      FloatVector v17 = v14.add(v16);
      FloatVector v18 = v14.add(v17);
      FloatVector v19 = v2.mul(v7);
      FloatVector v20 = v19.mul(v8);
      FloatVector v21 = v18.add(v20);
      v21.intoArray(r0, t0 + i);
    }
  }

  private static void loop48(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = v2.mul(v3);
      FloatVector v7 = v1.mul(v6);
      FloatVector v8 = v0.mul(v7);
      FloatVector v9 = v4.mul(v6);
      FloatVector v10 = v8.add(v9);
      FloatVector v11 = v5.mul(v3);
      v10.intoArray(r0, t0 + i);
      v11.intoArray(r1, t1 + i);
    }
  }

  private static void loop49(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v2.mul(v3);
      FloatVector v6 = v4.sub(v5);
      v6.intoArray(r0, t0 + i);
    }
  }

  private static void loop50(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v2.mul(v3);
      FloatVector v6 = v4.add(v5);
      v6.intoArray(r0, t0 + i);
    }
  }

  private static void loop51(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = v1.neg();
      FloatVector v5 = v0.mul(v4);
      FloatVector v6 = v2.mul(v3);
      FloatVector v7 = v5.add(v6);
      v7.intoArray(r0, t0 + i);
    }
  }

  private static void loop52(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = v0.add(v1);
      FloatVector v5 = v4.mul(v2);
      FloatVector v6 = v4.mul(v3);
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop53(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v0.mul(v2);
      v3.intoArray(r0, t0 + i);
      v4.intoArray(r1, t1 + i);
    }
  }

  private static void loop54(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.add(v2);
      FloatVector v4 = v0.mul(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop55(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    float[] r2 = floats[slots[7]];
    int t2 = at[slots[7]];
    float[] r3 = floats[slots[8]];
    int t3 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = v0.mul(v0);
      FloatVector v6 = v5.neg();
      FloatVector v7 = v2.add(v3);
      FloatVector v8 = v1.mul(v7);
      FloatVector v9 = v1.mul(v4);
      v6.intoArray(r0, t0 + i);
      v8.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
      v9.intoArray(r3, t3 + i);
    }
  }

  private static void loop56(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v0.mul(v1);
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v3.mul(v4);
      FloatVector v8 = v6.add(v7);
      v8.intoArray(r0, t0 + i);
    }
  }

  private static void loop57(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v5 = v0.add(v1);
      FloatVector v6 = v5.mul(v5);
      FloatVector v7 = v6.mul(v5);
      FloatVector v8 = v7.mul(v2);
      FloatVector v9 = v8.add(v5);
      FloatVector v10 = v9.mul(v3);
      FloatVector v11 = v5.mul(v4);
      v10.intoArray(r0, t0 + i);
      v11.intoArray(r1, t1 + i);
    }
  }

  private static void loop58(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    float[] r2 = floats[slots[7]];
    int t2 = at[slots[7]];
    float[] r3 = floats[slots[8]];
    int t3 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v5 = v0.add(v1);
      FloatVector v6 = v5.mul(v5);
      FloatVector v7 = v5.mul(v6);
      FloatVector v8 = v7.mul(v2);
      FloatVector v9 = v8.add(v5);
      FloatVector v10 = v9.mul(v3);
      FloatVector v11 = v5.mul(v4);
      v10.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
      v6.intoArray(r2, t2 + i);
      v11.intoArray(r3, t3 + i);
    }
  }

  private static void loop59(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v4 = v0.mul(v0);
      FloatVector v5 = v0.mul(v4);
      FloatVector v6 = v5.mul(v1);
      FloatVector v7 = v0.add(v6);
      FloatVector v8 = v7.mul(v2);
      FloatVector v9 = v0.mul(v3);
      v8.intoArray(r0, t0 + i);
      v9.intoArray(r1, t1 + i);
    }
  }

  private static void loop60(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    float[] r2 = floats[slots[6]];
    int t2 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v4 = v0.mul(v0);
      FloatVector v5 = v0.mul(v4);
      FloatVector v6 = v5.mul(v1);
      FloatVector v7 = v0.add(v6);
      FloatVector v8 = v7.mul(v2);
      FloatVector v9 = v0.mul(v3);
      v8.intoArray(r0, t0 + i);
      v9.intoArray(r1, t1 + i);
      v4.intoArray(r2, t2 + i);
    }
  }

  private static void loop61(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] r0 = floats[slots[8]];
    int t0 = at[slots[8]];
    float[] r1 = floats[slots[9]];
    int t1 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v8 = v3.mul(v3);
      FloatVector v9 = v2.sub(v8);
      FloatVector v10 = v1.mul(v9);
      FloatVector v11 = v10.mul(v4);
      FloatVector v12 = v11.mul(v5);
      FloatVector v13 = v0.mul(v12);
      FloatVector v14 = v0.mul(v13);
      FloatVector v15 = v6.mul(v12);
      FloatVector v16 = v15.add(v11);
      FloatVector v17 = v14.add(v16);
      FloatVector v18 = v14.add(v17);
      FloatVector v19 = v3.add(v2);
      FloatVector v20 = v19.mul(v7);
      FloatVector v21 = v18.add(v20);
      FloatVector v22 = v1.mul(v19);
      v21.intoArray(r0, t0 + i);
      v22.intoArray(r1, t1 + i);
    }
  }

  private static void loop62(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v2.sub(v0);
      FloatVector v5 = v0.mul(v4);
      FloatVector v6 = v1.mul(v5);
      FloatVector v7 = v0.add(v6);
      v3.intoArray(r0, t0 + i);
      v7.intoArray(r1, t1 + i);
    }
  }

  private static void loop63(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 = v0.mul(v1);
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v0.max(v3);
      FloatVector v8 = v6.div(v7);
      FloatVector v9 = v4.div(v7);
      FloatVector v10 = v5.mul(v9);
      v8.intoArray(r0, t0 + i);
      v10.intoArray(r1, t1 + i);
    }
  }

  private static void loop64(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.max(v2);
      FloatVector v4 = v0.div(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop65(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    float[] r2 = floats[slots[6]];
    int t2 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v1.max(v3);
      FloatVector v6 = v2.div(v5);
      FloatVector v7 = v4.mul(v6);
      v4.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop66(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    int[] a0 = ints[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    float[] r0 = floats[slots[8]];
    int t0 = at[slots[8]];
    float[] r1 = floats[slots[9]];
    int t1 = at[slots[9]];
    float[] r2 = floats[slots[10]];
    int t2 = at[slots[10]];
    float[] r3 = floats[slots[11]];
    int t3 = at[slots[11]];
    float[] r4 = floats[slots[12]];
    int t4 = at[slots[12]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v8 = v1.add(v2);
      FloatVector v9 =
          v3.reinterpretAsInts().blend(v8.reinterpretAsInts(), v0).reinterpretAsFloats();
      FloatVector v10 = v9.mul(v4);
      FloatVector v11 = v5.mul(v9);
      FloatVector v12 = v9.mul(v6);
      FloatVector v13 = v7.mul(v9);
      v9.intoArray(r0, t0 + i);
      v10.intoArray(r1, t1 + i);
      v11.intoArray(r2, t2 + i);
      v12.intoArray(r3, t3 + i);
      v13.intoArray(r4, t4 + i);
    }
  }

  private static void loop67(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    FloatVector v0 = FloatVector.broadcast(F, floats[slots[0]][at[slots[0]]]);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    int[] r0 = ints[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v7 = v2.mul(v3);
      FloatVector v8 = v1.add(v7);
      FloatVector v9 = v5.mul(v6);
      FloatVector v10 = v4.add(v9);
      FloatVector v11 = v8.add(v10);
      FloatVector v12 = v11.blend(0f, v11.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v13 = v0.compare(VectorOperators.LT, v12);
      FloatVector.zero(F).blend(TRUE, v13).reinterpretAsInts().intoArray(r0, t0 + i);
      v12.intoArray(r1, t1 + i);
    }
  }

  private static void loop68(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    FloatVector v0 = FloatVector.broadcast(F, floats[slots[0]][at[slots[0]]]);
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    int[] r0 = ints[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = v2.mul(v3);
      FloatVector v5 = v1.add(v4);
      FloatVector v6 = v5.blend(0f, v5.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v7 = v0.compare(VectorOperators.LT, v6);
      FloatVector.zero(F).blend(TRUE, v7).reinterpretAsInts().intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop69(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    int[] a1 = ints[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    float[] r2 = floats[slots[7]];
    int t2 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 =
          v3.reinterpretAsInts().blend(v2.reinterpretAsInts(), v1).reinterpretAsFloats();
      FloatVector v6 = v0.mul(v5);
      FloatVector v7 = v4.mul(v5);
      v6.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop70(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    int[] a1 = ints[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    float[] r2 = floats[slots[8]];
    int t2 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = v2.add(v3);
      FloatVector v7 =
          v4.reinterpretAsInts().blend(v6.reinterpretAsInts(), v1).reinterpretAsFloats();
      FloatVector v8 = v0.mul(v7);
      FloatVector v9 = v5.mul(v7);
      v8.intoArray(r0, t0 + i);
      v9.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop71(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v0.div(v1);
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v3.mul(v4);
      FloatVector v8 = v6.add(v7);
      v5.intoArray(r0, t0 + i);
      v8.intoArray(r1, t1 + i);
    }
  }

  private static void loop72(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v0.div(v1);
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v3.mul(v4);
      FloatVector v8 = v6.add(v7);
      v8.intoArray(r0, t0 + i);
    }
  }

  private static void loop73(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v3.add(v2);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop74(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.div(v1);
      FloatVector v4 = v3.add(v2);
      FloatVector v5 = FloatVector.broadcast(F, 1f).div(v4.sqrt());
      FloatVector v6 = v5.mul(v5);
      FloatVector v7 = v6.mul(v5);
      v7.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop75(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.div(v1);
      FloatVector v4 = v3.add(v2);
      FloatVector v5 = FloatVector.broadcast(F, 1f).div(v4.sqrt());
      v5.intoArray(r0, t0 + i);
    }
  }

  private static void loop76(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v3.add(v2);
      FloatVector v5 = v4.blend(0f, v4.compare(VectorOperators.LE, 0f));
      v5.intoArray(r0, t0 + i);
    }
  }

  private static void loop77(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v3.add(v2);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop78(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v3.div(v2);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop79(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    float[] r2 = floats[slots[5]];
    int t2 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.sub(v1);
      FloatVector v4 = v3.mul(v2);
      FloatVector v5 = v4.add(v4);
      FloatVector v6 = v3.mul(v3);
      FloatVector v7 = v6.mul(v2);
      v3.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop80(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v0.add(v1);
      FloatVector v5 = v4.sub(v2);
      FloatVector v6 = v5.add(v5);
      FloatVector v7 = v6.mul(v3);
      FloatVector v8 = v5.mul(v5);
      v7.intoArray(r0, t0 + i);
      v8.intoArray(r1, t1 + i);
    }
  }

  private static void loop81(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v3.sub(v2);
      FloatVector v5 = v4.mul(v4);
      v3.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop82(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] r0 = floats[slots[2]];
    int t0 = at[slots[2]];
    float[] r1 = floats[slots[3]];
    int t1 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = v0.sub(v1);
      FloatVector v3 = v2.mul(v2);
      v3.intoArray(r0, t0 + i);
      v2.intoArray(r1, t1 + i);
    }
  }

  private static void loop83(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    float[] r2 = floats[slots[6]];
    int t2 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = v1.div(v2);
      FloatVector v5 = v4.add(v3);
      FloatVector v6 = FloatVector.broadcast(F, 1f).div(v5.sqrt());
      FloatVector v7 = v0.mul(v6);
      FloatVector v8 = v6.mul(v6);
      FloatVector v9 = v6.mul(v8);
      v7.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v9.intoArray(r2, t2 + i);
    }
  }

  private static void loop84(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = v1.mul(v2);
      FloatVector v5 = v4.add(v3);
      FloatVector v6 = v0.add(v5);
      FloatVector v7 = v6.blend(0f, v6.compare(VectorOperators.LE, 0f));
      v7.intoArray(r0, t0 + i);
    }
  }

  private static void loop85(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v4 = v1.mul(v2);
      FloatVector v5 = v0.mul(v4);
      FloatVector v6 = v5.div(v3);
      v6.intoArray(r0, t0 + i);
    }
  }

  private static void loop86(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.add(v2);
      FloatVector v4 = v0.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop87(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.div(v2);
      FloatVector v4 = v0.mul(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop88(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v0.add(v3);
      FloatVector v5 = v4.neg();
      v4.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop89(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v0.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop90(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v3.add(v3);
      FloatVector v5 = v0.add(v4);
      FloatVector v6 = v5.neg();
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop91(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    float[] r2 = floats[slots[5]];
    int t2 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v0.sub(v1);
      FloatVector v4 = v3.mul(v2);
      FloatVector v5 = v4.add(v4);
      FloatVector v6 = v3.mul(v3);
      FloatVector v7 = v6.mul(v2);
      v5.intoArray(r0, t0 + i);
      v7.intoArray(r1, t1 + i);
      v3.intoArray(r2, t2 + i);
    }
  }

  private static void loop92(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = v1.mul(v2);
      FloatVector v6 = v5.mul(v3);
      FloatVector v7 = v0.mul(v6);
      FloatVector v8 = v7.div(v4);
      v8.intoArray(r0, t0 + i);
    }
  }

  private static void loop93(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    float[] r2 = floats[slots[6]];
    int t2 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v2.mul(v4);
      FloatVector v6 = v4.mul(v3);
      v4.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
      v6.intoArray(r2, t2 + i);
    }
  }

  private static void loop94(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    float[] r1 = floats[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v3.add(v4);
      FloatVector v6 = FloatVector.broadcast(F, 1f).div(v5.sqrt());
      FloatVector v7 = v2.mul(v6);
      FloatVector v8 = v1.mul(v7);
      FloatVector v9 = v0.sub(v8);
      v9.intoArray(r0, t0 + i);
      v7.intoArray(r1, t1 + i);
    }
  }

  private static void loop95(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    int[] r1 = ints[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v2.mul(v3);
      FloatVector v6 = v1.add(v5);
      FloatVector v7 = v0.add(v6);
      FloatVector v8 = v7.blend(0f, v7.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v9 = v4.compare(VectorOperators.LT, v8);
      v8.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v9).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop96(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    float[] r0 = floats[slots[8]];
    int t0 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v8 = v6.add(v7);
      FloatVector v9 = v5.add(v8);
      FloatVector v10 = v4.add(v9);
      FloatVector v11 = v3.add(v10);
      FloatVector v12 = v2.add(v11);
      FloatVector v13 = v1.add(v12);
      FloatVector v14 = v0.mul(v13);
      v14.intoArray(r0, t0 + i);
    }
  }

  private static void loop97(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v0.add(v3);
      FloatVector v5 = v4.neg();
      v4.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop98(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v0.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop99(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v1.mul(v2);
      FloatVector v4 = v3.add(v3);
      FloatVector v5 = v0.add(v4);
      FloatVector v6 = v5.neg();
      v6.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop100(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] r0 = floats[slots[2]];
    int t0 = at[slots[2]];
    float[] r1 = floats[slots[3]];
    int t1 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = v0.sub(v1);
      FloatVector v3 = v2.mul(v2);
      v3.intoArray(r0, t0 + i);
      v2.intoArray(r1, t1 + i);
    }
  }
}
