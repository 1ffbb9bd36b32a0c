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
              "xuxuuxuuuuxb|multiply 0 1;multiply 2 3;add 12 13;multiply 14 4;multiply 5 6;multiply 2 2;multiply 17 7;add 16 18;sqrt 19;multiply 20 8;add 21 9;divide 15 22;subtract 10 23;select 11 24 10;select 11 14 0;select 11 19 5|25 26 27",
              GeneratedLoops::loop2),
          Map.entry(
              "xuxuxuuxuuub|multiply 0 1;multiply 2 3;add 4 13;multiply 14 5;add 12 15;multiply 16 6;multiply 7 8;multiply 14 14;multiply 19 3;add 18 20;sqrt 21;multiply 22 9;add 23 10;divide 17 24;subtract 2 25;select 11 26 2;select 11 16 0;select 11 21 7|27 28 29",
              GeneratedLoops::loop3),
          Map.entry(
              "xuxuxuuxuuuub|multiply 0 1;multiply 2 3;multiply 4 5;add 14 15;multiply 16 6;multiply 7 8;multiply 4 4;multiply 19 9;add 18 20;sqrt 21;multiply 22 10;add 23 11;divide 17 24;subtract 13 25;select 12 26 0;select 12 16 2;select 12 21 7|27 28 29",
              GeneratedLoops::loop4),
          Map.entry("xuxb|multiply 0 1;subtract 2 4;select 3 5 2|6", GeneratedLoops::loop5),
          Map.entry(
              "xuxuxb|multiply 0 1;add 6 2;multiply 7 3;subtract 4 8;select 5 9 4;select 5 7 0|10 11",
              GeneratedLoops::loop6),
          Map.entry(
              "xuxuxub|multiply 0 1;multiply 2 3;add 4 8;add 7 9;multiply 10 5;subtract 2 11;select 6 12 2;select 6 10 0|13 14",
              GeneratedLoops::loop7),
          Map.entry(
              "xuxuxb|multiply 0 1;add 6 2;multiply 7 1;add 2 8;multiply 9 3;subtract 4 10;select 5 11 4;select 5 7 0|12 13",
              GeneratedLoops::loop8),
          Map.entry(
              "xuxuuuxuuuuxb|multiply 0 1;multiply 2 3;multiply 14 4;add 13 15;multiply 16 5;multiply 6 7;multiply 14 14;multiply 19 8;add 18 20;sqrt 21;multiply 22 9;add 23 10;divide 17 24;subtract 11 25;select 12 26 11;select 12 16 0;select 12 21 6|27 28 29",
              GeneratedLoops::loop9),
          Map.entry(
              "xuxuxuuuxuuuub|multiply 0 1;multiply 2 3;multiply 4 5;multiply 16 6;add 15 17;multiply 18 7;multiply 8 9;multiply 16 16;multiply 21 10;add 20 22;sqrt 23;multiply 24 11;add 25 12;divide 19 26;subtract 14 27;select 13 28 0;select 13 18 2;select 13 23 8|29 30 31",
              GeneratedLoops::loop10),
          Map.entry(
              "xuuxb|multiply 0 1;multiply 5 2;subtract 3 6;select 4 7 3|8",
              GeneratedLoops::loop11),
          Map.entry(
              "xuxuuxb|multiply 0 1;multiply 2 3;add 7 8;multiply 9 4;subtract 5 10;select 6 11 5;select 6 9 0|12 13",
              GeneratedLoops::loop12),
          Map.entry(
              "xuxuxuub|multiply 0 1;multiply 2 3;multiply 4 5;add 9 10;add 8 11;multiply 12 6;subtract 4 13;select 7 14 4;select 7 12 0|15 16",
              GeneratedLoops::loop13),
          Map.entry(
              "xumxuxuuxuuuub|multiply 0 1;select 2 14 0;multiply 3 4;multiply 5 6;add 16 17;multiply 18 7;multiply 8 9;multiply 5 5;multiply 21 10;add 20 22;sqrt 23;multiply 24 11;add 25 12;divide 19 26;subtract 15 27;select 13 28 0;select 13 18 3;select 13 23 8|29 30 31",
              GeneratedLoops::loop14),
          Map.entry(
              "xumxuxuuuxuuuub|multiply 0 1;select 2 15 0;multiply 3 4;multiply 5 6;multiply 18 7;add 17 19;multiply 20 8;multiply 9 10;multiply 18 18;multiply 23 11;add 22 24;sqrt 25;multiply 26 12;add 27 13;divide 21 28;subtract 16 29;select 14 30 0;select 14 20 3;select 14 25 9|31 32 33",
              GeneratedLoops::loop15),
          Map.entry(
              "xuxuxuuxuuuub|multiply 0 1;multiply 2 3;add 4 14;multiply 15 5;add 13 16;multiply 17 6;multiply 7 8;multiply 15 15;multiply 20 9;add 19 21;sqrt 22;multiply 23 10;add 24 11;divide 18 25;subtract 2 26;select 12 27 2;select 12 17 0;select 12 22 7|28 29 30",
              GeneratedLoops::loop16),
          Map.entry(
              "xuxuxuuuxuuuub|multiply 0 1;multiply 2 3;multiply 4 5;add 15 16;multiply 17 6;add 14 18;multiply 19 7;multiply 8 9;multiply 17 17;multiply 22 10;add 21 23;sqrt 24;multiply 25 11;add 26 12;divide 20 27;subtract 4 28;select 13 29 4;select 13 19 0;select 13 24 8|30 31 32",
              GeneratedLoops::loop17),
          Map.entry(
              "xuxuuxb|multiply 0 1;multiply 2 3;add 8 7;multiply 9 3;add 7 10;multiply 11 4;subtract 5 12;select 6 13 5;select 6 9 2|14 15",
              GeneratedLoops::loop18),
          Map.entry(
              "xuxuuxuuuuxbxu|multiply 0 1;multiply 2 3;add 14 15;multiply 16 4;multiply 5 6;multiply 2 2;multiply 19 7;add 18 20;sqrt 21;multiply 22 8;add 23 9;divide 17 24;subtract 10 25;select 11 26 10;select 11 16 0;select 11 21 5;subtract 26 12;multiply 30 13;add 12 31;select 11 32 12|27 28 29 33",
              GeneratedLoops::loop19),
          Map.entry(
              "xuxuuuxuuuuxbxu|multiply 0 1;multiply 2 3;multiply 16 4;add 15 17;multiply 18 5;multiply 6 7;multiply 16 16;multiply 21 8;add 20 22;sqrt 23;multiply 24 9;add 25 10;divide 19 26;subtract 11 27;select 12 28 11;select 12 18 0;select 12 23 6;subtract 28 13;multiply 32 14;add 13 33;select 12 34 13|29 30 31 35",
              GeneratedLoops::loop20),
          Map.entry(
              "xuxuxuuxuuuubxu|multiply 0 1;multiply 2 3;multiply 4 5;add 16 17;multiply 18 6;multiply 7 8;multiply 4 4;multiply 21 9;add 20 22;sqrt 23;multiply 24 10;add 25 11;divide 19 26;subtract 15 27;select 12 28 0;select 12 18 2;select 12 23 7;subtract 28 13;multiply 32 14;add 13 33;select 12 34 13|29 30 31 35",
              GeneratedLoops::loop21),
          Map.entry(
              "xuxuxuuuxuuuubxu|multiply 0 1;multiply 2 3;multiply 4 5;multiply 18 6;add 17 19;multiply 20 7;multiply 8 9;multiply 18 18;multiply 23 10;add 22 24;sqrt 25;multiply 26 11;add 27 12;divide 21 28;subtract 16 29;select 13 30 0;select 13 20 2;select 13 25 8;subtract 30 14;multiply 34 15;add 14 35;select 13 36 14|31 32 33 37",
              GeneratedLoops::loop22),
          Map.entry(
              "xumxuxuuxuuuubxu|multiply 0 1;select 2 16 0;multiply 3 4;multiply 5 6;add 18 19;multiply 20 7;multiply 8 9;multiply 5 5;multiply 23 10;add 22 24;sqrt 25;multiply 26 11;add 27 12;divide 21 28;subtract 17 29;select 13 30 0;select 13 20 3;select 13 25 8;subtract 30 14;multiply 34 15;add 14 35;select 13 36 14|31 32 33 37",
              GeneratedLoops::loop23),
          Map.entry(
              "xumxuxuuuxuuuubxu|multiply 0 1;select 2 17 0;multiply 3 4;multiply 5 6;multiply 20 7;add 19 21;multiply 22 8;multiply 9 10;multiply 20 20;multiply 25 11;add 24 26;sqrt 27;multiply 28 12;add 29 13;divide 23 30;subtract 18 31;select 14 32 0;select 14 22 3;select 14 27 9;subtract 32 15;multiply 36 16;add 15 37;select 14 38 15|33 34 35 39",
              GeneratedLoops::loop24),
          Map.entry("xxu|add 0 1;relu 3;less 2 4|4 5", GeneratedLoops::loop25),
          Map.entry("xuu|add 0 1;relu 3;less 2 4|4 5", GeneratedLoops::loop26),
          Map.entry("xu|relu 0;less 1 2|2 3", GeneratedLoops::loop27),
          Map.entry("mxu|select 0 1 2|3", GeneratedLoops::loop28),
          Map.entry("xmu|select 1 0 2|3", GeneratedLoops::loop29),
          Map.entry("x|multiply 0 0|1", GeneratedLoops::loop30),
          Map.entry("xuu|subtract 0 1;multiply 3 3;multiply 4 2|3 5", GeneratedLoops::loop31),
          Map.entry("xu|multiply 0 1|0 2", GeneratedLoops::loop32),
          Map.entry("xuuu|multiply 0 1;add 4 2;relu 5;less 3 6|6 7", GeneratedLoops::loop33),
          Map.entry(
              "xuuxu|multiply 0 1;add 5 2;add 6 3;relu 7;less 4 8|8 9", GeneratedLoops::loop34),
          Map.entry("mxuux|select 0 1 2;multiply 5 3;multiply 5 4|5 6 7", GeneratedLoops::loop35),
          Map.entry("xmuux|select 1 0 2;multiply 5 3;multiply 5 4|5 6 7", GeneratedLoops::loop36),
          Map.entry(
              "xxmuux|add 1 0;select 2 6 3;multiply 7 4;multiply 7 5|7 8 9",
              GeneratedLoops::loop37),
          Map.entry(
              "uuxx|multiply 0 1;multiply 4 2;add 3 5;add 6 5;negate 7|7 8",
              GeneratedLoops::loop38),
          Map.entry("uux|multiply 0 1;add 2 3|4", GeneratedLoops::loop39),
          Map.entry(
              "xxuxuxuxu|multiply 0 1;multiply 9 2;multiply 10 3;multiply 11 4;multiply 12 5;multiply 13 6;multiply 10 7;multiply 15 8;add 14 16|17",
              GeneratedLoops::loop40),
          Map.entry("xxx|add 0 1;add 2 3|4", GeneratedLoops::loop41),
          Map.entry("xxxu|add 0 1;multiply 4 2;multiply 5 3|4 6", GeneratedLoops::loop42),
          Map.entry("xxxu|multiply 0 1;multiply 4 2;multiply 5 3|4 6", GeneratedLoops::loop43),
          Map.entry("xxu|multiply 0 1;multiply 3 2|4", GeneratedLoops::loop44),
          Map.entry("mxux|select 0 1 2;add 4 3|5", GeneratedLoops::loop45),
          Map.entry("mxux|select 0 1 2;multiply 3 4|5", GeneratedLoops::loop46),
          Map.entry("xxmu|add 0 1;select 2 4 3|4 5", GeneratedLoops::loop47),
          Map.entry(
              "xxuxuxu|multiply 0 1;multiply 7 2;multiply 8 3;multiply 9 4;multiply 0 5;multiply 11 6;add 10 12|13",
              GeneratedLoops::loop48),
          Map.entry(
              "xxxuuxxxu|multiply 0 1;multiply 9 2;multiply 10 3;multiply 11 4;multiply 12 5;add 11 13;multiply 12 6;multiply 15 6;add 14 16;add 17 16;multiply 0 7;multiply 19 8;add 18 20|21",
              GeneratedLoops::loop49),
          Map.entry(
              "xxxxxx|multiply 0 1;multiply 0 2;multiply 7 3;multiply 7 4;multiply 9 5;add 8 10|6 11",
              GeneratedLoops::loop50),
          Map.entry("xxxx|multiply 0 1;multiply 2 3;subtract 4 5|6", GeneratedLoops::loop51),
          Map.entry("xxxx|multiply 0 1;multiply 2 3;add 4 5|6", GeneratedLoops::loop52),
          Map.entry("xxxx|multiply 0 1;negate 2;multiply 5 3;add 4 6|7", GeneratedLoops::loop53),
          Map.entry("xxuu|add 0 1;multiply 4 2;multiply 4 3|6 5", GeneratedLoops::loop54),
          Map.entry("xuu|multiply 0 1;multiply 0 2|3 4", GeneratedLoops::loop55),
          Map.entry("xux|add 0 1;multiply 2 3|4", GeneratedLoops::loop56),
          Map.entry(
              "xuxux|add 0 1;multiply 2 5;multiply 2 3;multiply 4 4;negate 8|5 6 7 9",
              GeneratedLoops::loop57),
          Map.entry(
              "xxuxu|multiply 0 1;multiply 5 2;multiply 3 4;add 6 7|8", GeneratedLoops::loop58),
          Map.entry(
              "xxuuu|add 0 1;multiply 5 2;multiply 5 5;multiply 5 7;multiply 8 3;add 9 5;multiply 10 4|11 6",
              GeneratedLoops::loop59),
          Map.entry(
              "xxuuu|add 0 1;multiply 5 2;multiply 5 5;multiply 5 7;multiply 8 3;add 9 5;multiply 10 4|5 6 7 11",
              GeneratedLoops::loop60),
          Map.entry(
              "xuuu|multiply 0 1;multiply 0 0;multiply 0 5;multiply 6 2;add 7 0;multiply 8 3|4 9",
              GeneratedLoops::loop61),
          Map.entry(
              "xuuu|multiply 0 1;multiply 0 0;multiply 0 5;multiply 6 2;add 7 0;multiply 8 3|4 5 9",
              GeneratedLoops::loop62),
          Map.entry(
              "xuxuuxxu|add 0 1;multiply 2 8;multiply 0 0;subtract 1 10;multiply 2 11;multiply 12 3;multiply 13 4;multiply 14 5;add 13 15;multiply 14 6;multiply 17 6;add 16 18;add 19 18;multiply 8 7;add 20 21|9 22",
              GeneratedLoops::loop63),
          Map.entry(
              "xxu|multiply 0 1;subtract 2 1;multiply 1 4;multiply 0 5;add 1 6|3 7",
              GeneratedLoops::loop64));

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
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
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
    VectorMask<Float> v11 =
        FloatVector.broadcast(F, (float) ints[slots[11]][at[slots[11]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[12]];
    int t0 = at[slots[12]];
    float[] r1 = floats[slots[13]];
    int t1 = at[slots[13]];
    float[] r2 = floats[slots[14]];
    int t2 = at[slots[14]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v10 = FloatVector.fromArray(F, a10, o10 + i);
      FloatVector v12 = v0.mul(v1);
      FloatVector v13 = v2.mul(v3);
      FloatVector v14 = v12.add(v13);
      FloatVector v15 = v14.mul(v4);
      FloatVector v16 = v5.mul(v6);
      FloatVector v17 = v2.mul(v2);
      FloatVector v18 = v17.mul(v7);
      FloatVector v19 = v16.add(v18);
      FloatVector v20 = v19.sqrt();
      FloatVector v21 = v20.mul(v8);
      FloatVector v22 = v21.add(v9);
      FloatVector v23 = v15.div(v22);
      FloatVector v24 = v10.sub(v23);
      FloatVector v25 = v10.blend(v24, v11);
      FloatVector v26 = v0.blend(v14, v11);
      FloatVector v27 = v5.blend(v19, v11);
      v25.intoArray(r0, t0 + i);
      v26.intoArray(r1, t1 + i);
      v27.intoArray(r2, t2 + i);
    }
  }

  private static void loop3(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    float[] a7 = floats[slots[7]];
    int o7 = at[slots[7]];
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    VectorMask<Float> v11 =
        FloatVector.broadcast(F, (float) ints[slots[11]][at[slots[11]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[12]];
    int t0 = at[slots[12]];
    float[] r1 = floats[slots[13]];
    int t1 = at[slots[13]];
    float[] r2 = floats[slots[14]];
    int t2 = at[slots[14]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v12 = v0.mul(v1);
      FloatVector v13 = v2.mul(v3);
      FloatVector v14 = v4.add(v13);
      FloatVector v15 = v14.mul(v5);
      FloatVector v16 = v12.add(v15);
      FloatVector v17 = v16.mul(v6);
      FloatVector v18 = v7.mul(v8);
      FloatVector v19 = v14.mul(v14);
      FloatVector v20 = v19.mul(v3);
      FloatVector v21 = v18.add(v20);
      FloatVector v22 = v21.sqrt();
      FloatVector v23 = v22.mul(v9);
      FloatVector v24 = v23.add(v10);
      FloatVector v25 = v17.div(v24);
      FloatVector v26 = v2.sub(v25);
      FloatVector v27 = v2.blend(v26, v11);
      FloatVector v28 = v0.blend(v16, v11);
      FloatVector v29 = v7.blend(v21, v11);
      v27.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop4(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
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
    VectorMask<Float> v12 =
        FloatVector.broadcast(F, (float) ints[slots[12]][at[slots[12]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[13]];
    int t0 = at[slots[13]];
    float[] r1 = floats[slots[14]];
    int t1 = at[slots[14]];
    float[] r2 = floats[slots[15]];
    int t2 = at[slots[15]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v13 = v0.mul(v1);
      FloatVector v14 = v2.mul(v3);
      FloatVector v15 = v4.mul(v5);
      FloatVector v16 = v14.add(v15);
      FloatVector v17 = v16.mul(v6);
      FloatVector v18 = v7.mul(v8);
      FloatVector v19 = v4.mul(v4);
      FloatVector v20 = v19.mul(v9);
      FloatVector v21 = v18.add(v20);
      FloatVector v22 = v21.sqrt();
      FloatVector v23 = v22.mul(v10);
      FloatVector v24 = v23.add(v11);
      FloatVector v25 = v17.div(v24);
      FloatVector v26 = v13.sub(v25);
      FloatVector v27 = v0.blend(v26, v12);
      FloatVector v28 = v2.blend(v16, v12);
      FloatVector v29 = v7.blend(v21, v12);
      v27.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop5(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    VectorMask<Float> v3 =
        FloatVector.broadcast(F, (float) ints[slots[3]][at[slots[3]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v2.sub(v4);
      FloatVector v6 = v2.blend(v5, v3);
      v6.intoArray(r0, t0 + i);
    }
  }

  private static void loop6(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    VectorMask<Float> v5 =
        FloatVector.broadcast(F, (float) ints[slots[5]][at[slots[5]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v6 = v0.mul(v1);
      FloatVector v7 = v6.add(v2);
      FloatVector v8 = v7.mul(v3);
      FloatVector v9 = v4.sub(v8);
      FloatVector v10 = v4.blend(v9, v5);
      FloatVector v11 = v0.blend(v7, v5);
      v10.intoArray(r0, t0 + i);
      v11.intoArray(r1, t1 + i);
    }
  }

  private static void loop7(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    VectorMask<Float> v6 =
        FloatVector.broadcast(F, (float) ints[slots[6]][at[slots[6]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = v0.mul(v1);
      FloatVector v8 = v2.mul(v3);
      FloatVector v9 = v4.add(v8);
      FloatVector v10 = v7.add(v9);
      FloatVector v11 = v10.mul(v5);
      FloatVector v12 = v2.sub(v11);
      FloatVector v13 = v2.blend(v12, v6);
      FloatVector v14 = v0.blend(v10, v6);
      v13.intoArray(r0, t0 + i);
      v14.intoArray(r1, t1 + i);
    }
  }

  private static void loop8(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    VectorMask<Float> v5 =
        FloatVector.broadcast(F, (float) ints[slots[5]][at[slots[5]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[6]];
    int t0 = at[slots[6]];
    float[] r1 = floats[slots[7]];
    int t1 = at[slots[7]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v6 = v0.mul(v1);
      FloatVector v7 = v6.add(v2);
      FloatVector v8 = v7.mul(v1);
      FloatVector v9 = v2.add(v8);
      FloatVector v10 = v9.mul(v3);
      FloatVector v11 = v4.sub(v10);
      FloatVector v12 = v4.blend(v11, v5);
      FloatVector v13 = v0.blend(v7, v5);
      v12.intoArray(r0, t0 + i);
      v13.intoArray(r1, t1 + i);
    }
  }

  private static void loop9(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    float[] a11 = floats[slots[11]];
    int o11 = at[slots[11]];
    VectorMask<Float> v12 =
        FloatVector.broadcast(F, (float) ints[slots[12]][at[slots[12]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[13]];
    int t0 = at[slots[13]];
    float[] r1 = floats[slots[14]];
    int t1 = at[slots[14]];
    float[] r2 = floats[slots[15]];
    int t2 = at[slots[15]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v11 = FloatVector.fromArray(F, a11, o11 + i);
      FloatVector v13 = v0.mul(v1);
      FloatVector v14 = v2.mul(v3);
      FloatVector v15 = v14.mul(v4);
      FloatVector v16 = v13.add(v15);
      FloatVector v17 = v16.mul(v5);
      FloatVector v18 = v6.mul(v7);
      FloatVector v19 = v14.mul(v14);
      FloatVector v20 = v19.mul(v8);
      FloatVector v21 = v18.add(v20);
      FloatVector v22 = v21.sqrt();
      FloatVector v23 = v22.mul(v9);
      FloatVector v24 = v23.add(v10);
      FloatVector v25 = v17.div(v24);
      FloatVector v26 = v11.sub(v25);
      FloatVector v27 = v11.blend(v26, v12);
      FloatVector v28 = v0.blend(v16, v12);
      FloatVector v29 = v6.blend(v21, v12);
      v27.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop10(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
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
    VectorMask<Float> v13 =
        FloatVector.broadcast(F, (float) ints[slots[13]][at[slots[13]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v14 = v0.mul(v1);
      FloatVector v15 = v2.mul(v3);
      FloatVector v16 = v4.mul(v5);
      FloatVector v17 = v16.mul(v6);
      FloatVector v18 = v15.add(v17);
      FloatVector v19 = v18.mul(v7);
      FloatVector v20 = v8.mul(v9);
      FloatVector v21 = v16.mul(v16);
      FloatVector v22 = v21.mul(v10);
      FloatVector v23 = v20.add(v22);
      FloatVector v24 = v23.sqrt();
      FloatVector v25 = v24.mul(v11);
      FloatVector v26 = v25.add(v12);
      FloatVector v27 = v19.div(v26);
      FloatVector v28 = v14.sub(v27);
      FloatVector v29 = v0.blend(v28, v13);
      FloatVector v30 = v2.blend(v18, v13);
      FloatVector v31 = v8.blend(v23, v13);
      v29.intoArray(r0, t0 + i);
      v30.intoArray(r1, t1 + i);
      v31.intoArray(r2, t2 + i);
    }
  }

  private static void loop11(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    VectorMask<Float> v4 =
        FloatVector.broadcast(F, (float) ints[slots[4]][at[slots[4]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v0.mul(v1);
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v3.sub(v6);
      FloatVector v8 = v3.blend(v7, v4);
      v8.intoArray(r0, t0 + i);
    }
  }

  private static void loop12(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    VectorMask<Float> v6 =
        FloatVector.broadcast(F, (float) ints[slots[6]][at[slots[6]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = v0.mul(v1);
      FloatVector v8 = v2.mul(v3);
      FloatVector v9 = v7.add(v8);
      FloatVector v10 = v9.mul(v4);
      FloatVector v11 = v5.sub(v10);
      FloatVector v12 = v5.blend(v11, v6);
      FloatVector v13 = v0.blend(v9, v6);
      v12.intoArray(r0, t0 + i);
      v13.intoArray(r1, t1 + i);
    }
  }

  private static void loop13(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    float[] a4 = floats[slots[4]];
    int o4 = at[slots[4]];
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    VectorMask<Float> v7 =
        FloatVector.broadcast(F, (float) ints[slots[7]][at[slots[7]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[8]];
    int t0 = at[slots[8]];
    float[] r1 = floats[slots[9]];
    int t1 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v8 = v0.mul(v1);
      FloatVector v9 = v2.mul(v3);
      FloatVector v10 = v4.mul(v5);
      FloatVector v11 = v9.add(v10);
      FloatVector v12 = v8.add(v11);
      FloatVector v13 = v12.mul(v6);
      FloatVector v14 = v4.sub(v13);
      FloatVector v15 = v4.blend(v14, v7);
      FloatVector v16 = v0.blend(v12, v7);
      v15.intoArray(r0, t0 + i);
      v16.intoArray(r1, t1 + i);
    }
  }

  private static void loop14(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    int[] a2 = ints[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] a8 = floats[slots[8]];
    int o8 = at[slots[8]];
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    VectorMask<Float> v13 =
        FloatVector.broadcast(F, (float) ints[slots[13]][at[slots[13]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v2 = IntVector.fromArray(I, a2, o2 + i).compare(VectorOperators.NE, 0);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v14 = v0.mul(v1);
      FloatVector v15 =
          v0.reinterpretAsInts().blend(v14.reinterpretAsInts(), v2).reinterpretAsFloats();
      FloatVector v16 = v3.mul(v4);
      FloatVector v17 = v5.mul(v6);
      FloatVector v18 = v16.add(v17);
      FloatVector v19 = v18.mul(v7);
      FloatVector v20 = v8.mul(v9);
      FloatVector v21 = v5.mul(v5);
      FloatVector v22 = v21.mul(v10);
      FloatVector v23 = v20.add(v22);
      FloatVector v24 = v23.sqrt();
      FloatVector v25 = v24.mul(v11);
      FloatVector v26 = v25.add(v12);
      FloatVector v27 = v19.div(v26);
      FloatVector v28 = v15.sub(v27);
      FloatVector v29 = v0.blend(v28, v13);
      FloatVector v30 = v3.blend(v18, v13);
      FloatVector v31 = v8.blend(v23, v13);
      v29.intoArray(r0, t0 + i);
      v30.intoArray(r1, t1 + i);
      v31.intoArray(r2, t2 + i);
    }
  }

  private static void loop15(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    int[] a2 = ints[slots[2]];
    int o2 = at[slots[2]];
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
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    VectorMask<Float> v14 =
        FloatVector.broadcast(F, (float) ints[slots[14]][at[slots[14]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[15]];
    int t0 = at[slots[15]];
    float[] r1 = floats[slots[16]];
    int t1 = at[slots[16]];
    float[] r2 = floats[slots[17]];
    int t2 = at[slots[17]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v2 = IntVector.fromArray(I, a2, o2 + i).compare(VectorOperators.NE, 0);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v9 = FloatVector.fromArray(F, a9, o9 + i);
      FloatVector v15 = v0.mul(v1);
      FloatVector v16 =
          v0.reinterpretAsInts().blend(v15.reinterpretAsInts(), v2).reinterpretAsFloats();
      FloatVector v17 = v3.mul(v4);
      FloatVector v18 = v5.mul(v6);
      FloatVector v19 = v18.mul(v7);
      FloatVector v20 = v17.add(v19);
      FloatVector v21 = v20.mul(v8);
      FloatVector v22 = v9.mul(v10);
      FloatVector v23 = v18.mul(v18);
      FloatVector v24 = v23.mul(v11);
      FloatVector v25 = v22.add(v24);
      FloatVector v26 = v25.sqrt();
      FloatVector v27 = v26.mul(v12);
      FloatVector v28 = v27.add(v13);
      FloatVector v29 = v21.div(v28);
      FloatVector v30 = v16.sub(v29);
      FloatVector v31 = v0.blend(v30, v14);
      FloatVector v32 = v3.blend(v20, v14);
      FloatVector v33 = v9.blend(v25, v14);
      v31.intoArray(r0, t0 + i);
      v32.intoArray(r1, t1 + i);
      v33.intoArray(r2, t2 + i);
    }
  }

  private static void loop16(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
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
    VectorMask<Float> v12 =
        FloatVector.broadcast(F, (float) ints[slots[12]][at[slots[12]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[13]];
    int t0 = at[slots[13]];
    float[] r1 = floats[slots[14]];
    int t1 = at[slots[14]];
    float[] r2 = floats[slots[15]];
    int t2 = at[slots[15]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v13 = v0.mul(v1);
      FloatVector v14 = v2.mul(v3);
      FloatVector v15 = v4.add(v14);
      FloatVector v16 = v15.mul(v5);
      FloatVector v17 = v13.add(v16);
      FloatVector v18 = v17.mul(v6);
      FloatVector v19 = v7.mul(v8);
      FloatVector v20 = v15.mul(v15);
      FloatVector v21 = v20.mul(v9);
      FloatVector v22 = v19.add(v21);
      FloatVector v23 = v22.sqrt();
      FloatVector v24 = v23.mul(v10);
      FloatVector v25 = v24.add(v11);
      FloatVector v26 = v18.div(v25);
      FloatVector v27 = v2.sub(v26);
      FloatVector v28 = v2.blend(v27, v12);
      FloatVector v29 = v0.blend(v17, v12);
      FloatVector v30 = v7.blend(v22, v12);
      v28.intoArray(r0, t0 + i);
      v29.intoArray(r1, t1 + i);
      v30.intoArray(r2, t2 + i);
    }
  }

  private static void loop17(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
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
    VectorMask<Float> v13 =
        FloatVector.broadcast(F, (float) ints[slots[13]][at[slots[13]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[14]];
    int t0 = at[slots[14]];
    float[] r1 = floats[slots[15]];
    int t1 = at[slots[15]];
    float[] r2 = floats[slots[16]];
    int t2 = at[slots[16]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v14 = v0.mul(v1);
      FloatVector v15 = v2.mul(v3);
      FloatVector v16 = v4.mul(v5);
      FloatVector v17 = v15.add(v16);
      FloatVector v18 = v17.mul(v6);
      FloatVector v19 = v14.add(v18);
      FloatVector v20 = v19.mul(v7);
      FloatVector v21 = v8.mul(v9);
      FloatVector v22 = v17.mul(v17);
      FloatVector v23 = v22.mul(v10);
      FloatVector v24 = v21.add(v23);
      FloatVector v25 = v24.sqrt();
      FloatVector v26 = v25.mul(v11);
      FloatVector v27 = v26.add(v12);
      FloatVector v28 = v20.div(v27);
      FloatVector v29 = v4.sub(v28);
      FloatVector v30 = v4.blend(v29, v13);
      FloatVector v31 = v0.blend(v19, v13);
      FloatVector v32 = v8.blend(v24, v13);
      v30.intoArray(r0, t0 + i);
      v31.intoArray(r1, t1 + i);
      v32.intoArray(r2, t2 + i);
    }
  }

  private static void loop18(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    VectorMask<Float> v6 =
        FloatVector.broadcast(F, (float) ints[slots[6]][at[slots[6]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = floats[slots[7]];
    int t0 = at[slots[7]];
    float[] r1 = floats[slots[8]];
    int t1 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = v0.mul(v1);
      FloatVector v8 = v2.mul(v3);
      FloatVector v9 = v8.add(v7);
      FloatVector v10 = v9.mul(v3);
      FloatVector v11 = v7.add(v10);
      FloatVector v12 = v11.mul(v4);
      FloatVector v13 = v5.sub(v12);
      FloatVector v14 = v5.blend(v13, v6);
      FloatVector v15 = v2.blend(v9, v6);
      v14.intoArray(r0, t0 + i);
      v15.intoArray(r1, t1 + i);
    }
  }

  private static void loop19(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
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
    VectorMask<Float> v11 =
        FloatVector.broadcast(F, (float) ints[slots[11]][at[slots[11]]])
            .compare(VectorOperators.NE, 0f);
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v10 = FloatVector.fromArray(F, a10, o10 + i);
      FloatVector v12 = FloatVector.fromArray(F, a12, o12 + i);
      FloatVector v14 = v0.mul(v1);
      FloatVector v15 = v2.mul(v3);
      FloatVector v16 = v14.add(v15);
      FloatVector v17 = v16.mul(v4);
      FloatVector v18 = v5.mul(v6);
      FloatVector v19 = v2.mul(v2);
      FloatVector v20 = v19.mul(v7);
      FloatVector v21 = v18.add(v20);
      FloatVector v22 = v21.sqrt();
      FloatVector v23 = v22.mul(v8);
      FloatVector v24 = v23.add(v9);
      FloatVector v25 = v17.div(v24);
      FloatVector v26 = v10.sub(v25);
      FloatVector v27 = v10.blend(v26, v11);
      FloatVector v28 = v0.blend(v16, v11);
      FloatVector v29 = v5.blend(v21, v11);
      FloatVector v30 = v26.sub(v12);
      FloatVector v31 = v30.mul(v13);
      FloatVector v32 = v12.add(v31);
      FloatVector v33 = v12.blend(v32, v11);
      v27.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
      v33.intoArray(r3, t3 + i);
    }
  }

  private static void loop20(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    FloatVector v5 = FloatVector.broadcast(F, floats[slots[5]][at[slots[5]]]);
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, floats[slots[8]][at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    float[] a11 = floats[slots[11]];
    int o11 = at[slots[11]];
    VectorMask<Float> v12 =
        FloatVector.broadcast(F, (float) ints[slots[12]][at[slots[12]]])
            .compare(VectorOperators.NE, 0f);
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v11 = FloatVector.fromArray(F, a11, o11 + i);
      FloatVector v13 = FloatVector.fromArray(F, a13, o13 + i);
      FloatVector v15 = v0.mul(v1);
      FloatVector v16 = v2.mul(v3);
      FloatVector v17 = v16.mul(v4);
      FloatVector v18 = v15.add(v17);
      FloatVector v19 = v18.mul(v5);
      FloatVector v20 = v6.mul(v7);
      FloatVector v21 = v16.mul(v16);
      FloatVector v22 = v21.mul(v8);
      FloatVector v23 = v20.add(v22);
      FloatVector v24 = v23.sqrt();
      FloatVector v25 = v24.mul(v9);
      FloatVector v26 = v25.add(v10);
      FloatVector v27 = v19.div(v26);
      FloatVector v28 = v11.sub(v27);
      FloatVector v29 = v11.blend(v28, v12);
      FloatVector v30 = v0.blend(v18, v12);
      FloatVector v31 = v6.blend(v23, v12);
      FloatVector v32 = v28.sub(v13);
      FloatVector v33 = v32.mul(v14);
      FloatVector v34 = v13.add(v33);
      FloatVector v35 = v13.blend(v34, v12);
      v29.intoArray(r0, t0 + i);
      v30.intoArray(r1, t1 + i);
      v31.intoArray(r2, t2 + i);
      v35.intoArray(r3, t3 + i);
    }
  }

  private static void loop21(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
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
    VectorMask<Float> v12 =
        FloatVector.broadcast(F, (float) ints[slots[12]][at[slots[12]]])
            .compare(VectorOperators.NE, 0f);
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v13 = FloatVector.fromArray(F, a13, o13 + i);
      FloatVector v15 = v0.mul(v1);
      FloatVector v16 = v2.mul(v3);
      FloatVector v17 = v4.mul(v5);
      FloatVector v18 = v16.add(v17);
      FloatVector v19 = v18.mul(v6);
      FloatVector v20 = v7.mul(v8);
      FloatVector v21 = v4.mul(v4);
      FloatVector v22 = v21.mul(v9);
      FloatVector v23 = v20.add(v22);
      FloatVector v24 = v23.sqrt();
      FloatVector v25 = v24.mul(v10);
      FloatVector v26 = v25.add(v11);
      FloatVector v27 = v19.div(v26);
      FloatVector v28 = v15.sub(v27);
      FloatVector v29 = v0.blend(v28, v12);
      FloatVector v30 = v2.blend(v18, v12);
      FloatVector v31 = v7.blend(v23, v12);
      FloatVector v32 = v28.sub(v13);
      FloatVector v33 = v32.mul(v14);
      FloatVector v34 = v13.add(v33);
      FloatVector v35 = v13.blend(v34, v12);
      v29.intoArray(r0, t0 + i);
      v30.intoArray(r1, t1 + i);
      v31.intoArray(r2, t2 + i);
      v35.intoArray(r3, t3 + i);
    }
  }

  private static void loop22(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
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
    VectorMask<Float> v13 =
        FloatVector.broadcast(F, (float) ints[slots[13]][at[slots[13]]])
            .compare(VectorOperators.NE, 0f);
    float[] a14 = floats[slots[14]];
    int o14 = at[slots[14]];
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v14 = FloatVector.fromArray(F, a14, o14 + i);
      FloatVector v16 = v0.mul(v1);
      FloatVector v17 = v2.mul(v3);
      FloatVector v18 = v4.mul(v5);
      FloatVector v19 = v18.mul(v6);
      FloatVector v20 = v17.add(v19);
      FloatVector v21 = v20.mul(v7);
      FloatVector v22 = v8.mul(v9);
      FloatVector v23 = v18.mul(v18);
      FloatVector v24 = v23.mul(v10);
      FloatVector v25 = v22.add(v24);
      FloatVector v26 = v25.sqrt();
      FloatVector v27 = v26.mul(v11);
      FloatVector v28 = v27.add(v12);
      FloatVector v29 = v21.div(v28);
      FloatVector v30 = v16.sub(v29);
      FloatVector v31 = v0.blend(v30, v13);
      FloatVector v32 = v2.blend(v20, v13);
      FloatVector v33 = v8.blend(v25, v13);
      FloatVector v34 = v30.sub(v14);
      FloatVector v35 = v34.mul(v15);
      FloatVector v36 = v14.add(v35);
      FloatVector v37 = v14.blend(v36, v13);
      v31.intoArray(r0, t0 + i);
      v32.intoArray(r1, t1 + i);
      v33.intoArray(r2, t2 + i);
      v37.intoArray(r3, t3 + i);
    }
  }

  private static void loop23(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    int[] a2 = ints[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, floats[slots[6]][at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] a8 = floats[slots[8]];
    int o8 = at[slots[8]];
    FloatVector v9 = FloatVector.broadcast(F, floats[slots[9]][at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, floats[slots[10]][at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, floats[slots[11]][at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, floats[slots[12]][at[slots[12]]]);
    VectorMask<Float> v13 =
        FloatVector.broadcast(F, (float) ints[slots[13]][at[slots[13]]])
            .compare(VectorOperators.NE, 0f);
    float[] a14 = floats[slots[14]];
    int o14 = at[slots[14]];
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v2 = IntVector.fromArray(I, a2, o2 + i).compare(VectorOperators.NE, 0);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v8 = FloatVector.fromArray(F, a8, o8 + i);
      FloatVector v14 = FloatVector.fromArray(F, a14, o14 + i);
      FloatVector v16 = v0.mul(v1);
      FloatVector v17 =
          v0.reinterpretAsInts().blend(v16.reinterpretAsInts(), v2).reinterpretAsFloats();
      FloatVector v18 = v3.mul(v4);
      FloatVector v19 = v5.mul(v6);
      FloatVector v20 = v18.add(v19);
      FloatVector v21 = v20.mul(v7);
      FloatVector v22 = v8.mul(v9);
      FloatVector v23 = v5.mul(v5);
      FloatVector v24 = v23.mul(v10);
      FloatVector v25 = v22.add(v24);
      FloatVector v26 = v25.sqrt();
      FloatVector v27 = v26.mul(v11);
      FloatVector v28 = v27.add(v12);
      FloatVector v29 = v21.div(v28);
      FloatVector v30 = v17.sub(v29);
      FloatVector v31 = v0.blend(v30, v13);
      FloatVector v32 = v3.blend(v20, v13);
      FloatVector v33 = v8.blend(v25, v13);
      FloatVector v34 = v30.sub(v14);
      FloatVector v35 = v34.mul(v15);
      FloatVector v36 = v14.add(v35);
      FloatVector v37 = v14.blend(v36, v13);
      v31.intoArray(r0, t0 + i);
      v32.intoArray(r1, t1 + i);
      v33.intoArray(r2, t2 + i);
      v37.intoArray(r3, t3 + i);
    }
  }

  private static void loop24(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    int[] a2 = ints[slots[2]];
    int o2 = at[slots[2]];
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
    FloatVector v13 = FloatVector.broadcast(F, floats[slots[13]][at[slots[13]]]);
    VectorMask<Float> v14 =
        FloatVector.broadcast(F, (float) ints[slots[14]][at[slots[14]]])
            .compare(VectorOperators.NE, 0f);
    float[] a15 = floats[slots[15]];
    int o15 = at[slots[15]];
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v2 = IntVector.fromArray(I, a2, o2 + i).compare(VectorOperators.NE, 0);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v9 = FloatVector.fromArray(F, a9, o9 + i);
      FloatVector v15 = FloatVector.fromArray(F, a15, o15 + i);
      FloatVector v17 = v0.mul(v1);
      FloatVector v18 =
          v0.reinterpretAsInts().blend(v17.reinterpretAsInts(), v2).reinterpretAsFloats();
      FloatVector v19 = v3.mul(v4);
      FloatVector v20 = v5.mul(v6);
      FloatVector v21 = v20.mul(v7);
      FloatVector v22 = v19.add(v21);
      FloatVector v23 = v22.mul(v8);
      FloatVector v24 = v9.mul(v10);
      FloatVector v25 = v20.mul(v20);
      FloatVector v26 = v25.mul(v11);
      FloatVector v27 = v24.add(v26);
      FloatVector v28 = v27.sqrt();
      FloatVector v29 = v28.mul(v12);
      FloatVector v30 = v29.add(v13);
      FloatVector v31 = v23.div(v30);
      FloatVector v32 = v18.sub(v31);
      FloatVector v33 = v0.blend(v32, v14);
      FloatVector v34 = v3.blend(v22, v14);
      FloatVector v35 = v9.blend(v27, v14);
      FloatVector v36 = v32.sub(v15);
      FloatVector v37 = v36.mul(v16);
      FloatVector v38 = v15.add(v37);
      FloatVector v39 = v15.blend(v38, v14);
      v33.intoArray(r0, t0 + i);
      v34.intoArray(r1, t1 + i);
      v35.intoArray(r2, t2 + i);
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
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] r0 = floats[slots[2]];
    int t0 = at[slots[2]];
    int[] r1 = ints[slots[3]];
    int t1 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = v0.blend(0f, v0.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v3 = v1.compare(VectorOperators.LT, v2);
      v2.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v3).reinterpretAsInts().intoArray(r1, t1 + i);
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
    int[] a1 = ints[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v3 =
          v2.reinterpretAsInts().blend(v0.reinterpretAsInts(), v1).reinterpretAsFloats();
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop30(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop31(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      v3.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop32(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop33(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop34(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] r0 = floats[slots[5]];
    int t0 = at[slots[5]];
    int[] r1 = ints[slots[6]];
    int t1 = at[slots[6]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = v0.mul(v1);
      FloatVector v6 = v5.add(v2);
      FloatVector v7 = v6.add(v3);
      FloatVector v8 = v7.blend(0f, v7.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v9 = v4.compare(VectorOperators.LT, v8);
      v8.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v9).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop35(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v7 = v5.mul(v4);
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop36(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    int[] a1 = ints[slots[1]];
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 =
          v2.reinterpretAsInts().blend(v0.reinterpretAsInts(), v1).reinterpretAsFloats();
      FloatVector v6 = v5.mul(v3);
      FloatVector v7 = v5.mul(v4);
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
    }
  }

  private static void loop37(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    int[] a2 = ints[slots[2]];
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
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      VectorMask<Integer> v2 = IntVector.fromArray(I, a2, o2 + i).compare(VectorOperators.NE, 0);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = v1.add(v0);
      FloatVector v7 =
          v3.reinterpretAsInts().blend(v6.reinterpretAsInts(), v2).reinterpretAsFloats();
      FloatVector v8 = v7.mul(v4);
      FloatVector v9 = v7.mul(v5);
      v7.intoArray(r0, t0 + i);
      v8.intoArray(r1, t1 + i);
      v9.intoArray(r2, t2 + i);
    }
  }

  private static void loop38(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    FloatVector v0 = FloatVector.broadcast(F, floats[slots[0]][at[slots[0]]]);
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    float[] r1 = floats[slots[5]];
    int t1 = at[slots[5]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v4.mul(v2);
      FloatVector v6 = v3.add(v5);
      FloatVector v7 = v6.add(v5);
      FloatVector v8 = v7.neg();
      v7.intoArray(r0, t0 + i);
      v8.intoArray(r1, t1 + i);
    }
  }

  private static void loop39(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    FloatVector v0 = FloatVector.broadcast(F, floats[slots[0]][at[slots[0]]]);
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v2.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop40(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
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
    float[] r0 = floats[slots[9]];
    int t0 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v9 = v0.mul(v1);
      FloatVector v10 = v9.mul(v2);
      FloatVector v11 = v10.mul(v3);
      FloatVector v12 = v11.mul(v4);
      FloatVector v13 = v12.mul(v5);
      FloatVector v14 = v13.mul(v6);
      FloatVector v15 = v10.mul(v7);
      FloatVector v16 = v15.mul(v8);
      FloatVector v17 = v14.add(v16);
      v17.intoArray(r0, t0 + i);
    }
  }

  private static void loop41(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v2.add(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop42(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v4 = v0.add(v1);
      FloatVector v5 = v4.mul(v2);
      FloatVector v6 = v5.mul(v3);
      v4.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop43(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v5 = v4.mul(v2);
      FloatVector v6 = v5.mul(v3);
      v4.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop44(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop45(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    int[] a0 = ints[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 =
          v2.reinterpretAsInts().blend(v1.reinterpretAsInts(), v0).reinterpretAsFloats();
      FloatVector v5 = v4.add(v3);
      v5.intoArray(r0, t0 + i);
    }
  }

  private static void loop46(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    int[] a0 = ints[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, floats[slots[2]][at[slots[2]]]);
    float[] a3 = floats[slots[3]];
    int o3 = at[slots[3]];
    float[] r0 = floats[slots[4]];
    int t0 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v4 =
          v2.reinterpretAsInts().blend(v1.reinterpretAsInts(), v0).reinterpretAsFloats();
      FloatVector v5 = v3.mul(v4);
      v5.intoArray(r0, t0 + i);
    }
  }

  private static void loop47(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop48(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
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
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v7 = v0.mul(v1);
      FloatVector v8 = v7.mul(v2);
      FloatVector v9 = v8.mul(v3);
      FloatVector v10 = v9.mul(v4);
      FloatVector v11 = v0.mul(v5);
      FloatVector v12 = v11.mul(v6);
      FloatVector v13 = v10.add(v12);
      v13.intoArray(r0, t0 + i);
    }
  }

  private static void loop49(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    float[] a1 = floats[slots[1]];
    int o1 = at[slots[1]];
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
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
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v7 = FloatVector.fromArray(F, a7, o7 + i);
      FloatVector v9 = v0.mul(v1);
      FloatVector v10 = v9.mul(v2);
      FloatVector v11 = v10.mul(v3);
      FloatVector v12 = v11.mul(v4);
      FloatVector v13 = v12.mul(v5);
      FloatVector v14 = v11.add(v13);
      FloatVector v15 = v12.mul(v6);
      FloatVector v16 = v15.mul(v6);
      FloatVector v17 = v14.add(v16);
      FloatVector v18 = v17.add(v16);
      FloatVector v19 = v0.mul(v7);
      FloatVector v20 = v19.mul(v8);
      FloatVector v21 = v18.add(v20);
      v21.intoArray(r0, t0 + i);
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
      FloatVector v6 = v0.mul(v1);
      FloatVector v7 = v0.mul(v2);
      FloatVector v8 = v7.mul(v3);
      FloatVector v9 = v7.mul(v4);
      FloatVector v10 = v9.mul(v5);
      FloatVector v11 = v8.add(v10);
      v6.intoArray(r0, t0 + i);
      v11.intoArray(r1, t1 + i);
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
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v2.mul(v3);
      FloatVector v6 = v4.sub(v5);
      v6.intoArray(r0, t0 + i);
    }
  }

  private static void loop52(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop53(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v5 = v2.neg();
      FloatVector v6 = v5.mul(v3);
      FloatVector v7 = v4.add(v6);
      v7.intoArray(r0, t0 + i);
    }
  }

  private static void loop54(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      v6.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
    }
  }

  private static void loop55(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop56(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    float[] r0 = floats[slots[3]];
    int t0 = at[slots[3]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v2.mul(v3);
      v4.intoArray(r0, t0 + i);
    }
  }

  private static void loop57(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
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
    float[] r3 = floats[slots[8]];
    int t3 = at[slots[8]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v4 = FloatVector.fromArray(F, a4, o4 + i);
      FloatVector v5 = v0.add(v1);
      FloatVector v6 = v2.mul(v5);
      FloatVector v7 = v2.mul(v3);
      FloatVector v8 = v4.mul(v4);
      FloatVector v9 = v8.neg();
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
      v9.intoArray(r3, t3 + i);
    }
  }

  private static void loop58(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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

  private static void loop59(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v5.mul(v5);
      FloatVector v8 = v5.mul(v7);
      FloatVector v9 = v8.mul(v3);
      FloatVector v10 = v9.add(v5);
      FloatVector v11 = v10.mul(v4);
      v11.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
    }
  }

  private static void loop60(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v6 = v5.mul(v2);
      FloatVector v7 = v5.mul(v5);
      FloatVector v8 = v5.mul(v7);
      FloatVector v9 = v8.mul(v3);
      FloatVector v10 = v9.add(v5);
      FloatVector v11 = v10.mul(v4);
      v5.intoArray(r0, t0 + i);
      v6.intoArray(r1, t1 + i);
      v7.intoArray(r2, t2 + i);
      v11.intoArray(r3, t3 + i);
    }
  }

  private static void loop61(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v0.mul(v0);
      FloatVector v6 = v0.mul(v5);
      FloatVector v7 = v6.mul(v2);
      FloatVector v8 = v7.add(v0);
      FloatVector v9 = v8.mul(v3);
      v4.intoArray(r0, t0 + i);
      v9.intoArray(r1, t1 + i);
    }
  }

  private static void loop62(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
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
      FloatVector v4 = v0.mul(v1);
      FloatVector v5 = v0.mul(v0);
      FloatVector v6 = v0.mul(v5);
      FloatVector v7 = v6.mul(v2);
      FloatVector v8 = v7.add(v0);
      FloatVector v9 = v8.mul(v3);
      v4.intoArray(r0, t0 + i);
      v5.intoArray(r1, t1 + i);
      v9.intoArray(r2, t2 + i);
    }
  }

  private static void loop63(float[][] floats, int[][] ints, int[] at, int[] slots, int n) {
    float[] a0 = floats[slots[0]];
    int o0 = at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, floats[slots[1]][at[slots[1]]]);
    float[] a2 = floats[slots[2]];
    int o2 = at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, floats[slots[3]][at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, floats[slots[4]][at[slots[4]]]);
    float[] a5 = floats[slots[5]];
    int o5 = at[slots[5]];
    float[] a6 = floats[slots[6]];
    int o6 = at[slots[6]];
    FloatVector v7 = FloatVector.broadcast(F, floats[slots[7]][at[slots[7]]]);
    float[] r0 = floats[slots[8]];
    int t0 = at[slots[8]];
    float[] r1 = floats[slots[9]];
    int t1 = at[slots[9]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v5 = FloatVector.fromArray(F, a5, o5 + i);
      FloatVector v6 = FloatVector.fromArray(F, a6, o6 + i);
      FloatVector v8 = v0.add(v1);
      FloatVector v9 = v2.mul(v8);
      FloatVector v10 = v0.mul(v0);
      FloatVector v11 = v1.sub(v10);
      FloatVector v12 = v2.mul(v11);
      FloatVector v13 = v12.mul(v3);
      FloatVector v14 = v13.mul(v4);
      FloatVector v15 = v14.mul(v5);
      FloatVector v16 = v13.add(v15);
      FloatVector v17 = v14.mul(v6);
      FloatVector v18 = v17.mul(v6);
      FloatVector v19 = v16.add(v18);
      FloatVector v20 = v19.add(v18);
      FloatVector v21 = v8.mul(v7);
      FloatVector v22 = v20.add(v21);
      v9.intoArray(r0, t0 + i);
      v22.intoArray(r1, t1 + i);
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
    float[] r1 = floats[slots[4]];
    int t1 = at[slots[4]];
    for (int i = 0; i < NativeImage.end(n); i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v0.mul(v1);
      FloatVector v4 = v2.sub(v1);
      FloatVector v5 = v1.mul(v4);
      FloatVector v6 = v0.mul(v5);
      FloatVector v7 = v1.add(v6);
      v3.intoArray(r0, t0 + i);
      v7.intoArray(r1, t1 + i);
    }
  }
}
