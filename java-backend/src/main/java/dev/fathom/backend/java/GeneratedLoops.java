package dev.fathom.backend.java;

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
              "xxxxbuuuuuuuu|multiply 1 8;multiply 3 9;add 13 14;multiply 2 10;multiply 3 3;multiply 17 11;add 16 18;multiply 15 6;multiply 19 7;multiply 5 20;sqrt 21;add 23 12;divide 22 24;subtract 0 25;select 4 26 0;select 4 15 1;select 4 19 2|27 28 29",
              GeneratedLoops::loop2),
          Map.entry(
              "xuxuuxuuuuxb|multiply 0 1;multiply 2 3;add 12 13;multiply 14 4;multiply 5 6;multiply 2 2;multiply 17 7;add 16 18;sqrt 19;multiply 20 8;add 21 9;divide 15 22;subtract 10 23;select 11 24 10;select 11 14 0;select 11 19 5|25 26 27",
              GeneratedLoops::loop3),
          Map.entry("xxu|add 0 1;relu 3;less 2 4|4 5", GeneratedLoops::loop4),
          Map.entry("xuu|add 0 1;relu 3;less 2 4|4 5", GeneratedLoops::loop5),
          Map.entry("xu|relu 0;less 1 2|2 3", GeneratedLoops::loop6),
          Map.entry("mxu|select 0 1 2|3", GeneratedLoops::loop7),
          Map.entry("xmu|select 1 0 2|3", GeneratedLoops::loop8),
          Map.entry("x|multiply 0 0|1", GeneratedLoops::loop9));

  private GeneratedLoops() {}

  private static void loop0(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    float[] a1 = s.f[slots[1]];
    int o1 = s.at[slots[1]];
    float[] r0 = s.f[slots[2]];
    int t0 = s.at[slots[2]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = v0.add(v1);
      FloatVector v3 = v2.blend(0f, v2.compare(VectorOperators.LE, 0f));
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop1(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, s.f[slots[1]][s.at[slots[1]]]);
    float[] r0 = s.f[slots[2]];
    int t0 = s.at[slots[2]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = v0.add(v1);
      FloatVector v3 = v2.blend(0f, v2.compare(VectorOperators.LE, 0f));
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop2(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    float[] a1 = s.f[slots[1]];
    int o1 = s.at[slots[1]];
    float[] a2 = s.f[slots[2]];
    int o2 = s.at[slots[2]];
    float[] a3 = s.f[slots[3]];
    int o3 = s.at[slots[3]];
    VectorMask<Float> v4 =
        FloatVector.broadcast(F, (float) s.i[slots[4]][s.at[slots[4]]])
            .compare(VectorOperators.NE, 0f);
    FloatVector v5 = FloatVector.broadcast(F, s.f[slots[5]][s.at[slots[5]]]);
    FloatVector v6 = FloatVector.broadcast(F, s.f[slots[6]][s.at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, s.f[slots[7]][s.at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, s.f[slots[8]][s.at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, s.f[slots[9]][s.at[slots[9]]]);
    FloatVector v10 = FloatVector.broadcast(F, s.f[slots[10]][s.at[slots[10]]]);
    FloatVector v11 = FloatVector.broadcast(F, s.f[slots[11]][s.at[slots[11]]]);
    FloatVector v12 = FloatVector.broadcast(F, s.f[slots[12]][s.at[slots[12]]]);
    float[] r0 = s.f[slots[13]];
    int t0 = s.at[slots[13]];
    float[] r1 = s.f[slots[14]];
    int t1 = s.at[slots[14]];
    float[] r2 = s.f[slots[15]];
    int t2 = s.at[slots[15]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v2 = FloatVector.fromArray(F, a2, o2 + i);
      FloatVector v3 = FloatVector.fromArray(F, a3, o3 + i);
      FloatVector v13 = v1.mul(v8);
      FloatVector v14 = v3.mul(v9);
      FloatVector v15 = v13.add(v14);
      FloatVector v16 = v2.mul(v10);
      FloatVector v17 = v3.mul(v3);
      FloatVector v18 = v17.mul(v11);
      FloatVector v19 = v16.add(v18);
      FloatVector v20 = v15.mul(v6);
      FloatVector v21 = v19.mul(v7);
      FloatVector v22 = v5.mul(v20);
      FloatVector v23 = v21.sqrt();
      FloatVector v24 = v23.add(v12);
      FloatVector v25 = v22.div(v24);
      FloatVector v26 = v0.sub(v25);
      FloatVector v27 = v0.blend(v26, v4);
      FloatVector v28 = v1.blend(v15, v4);
      FloatVector v29 = v2.blend(v19, v4);
      v27.intoArray(r0, t0 + i);
      v28.intoArray(r1, t1 + i);
      v29.intoArray(r2, t2 + i);
    }
  }

  private static void loop3(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, s.f[slots[1]][s.at[slots[1]]]);
    float[] a2 = s.f[slots[2]];
    int o2 = s.at[slots[2]];
    FloatVector v3 = FloatVector.broadcast(F, s.f[slots[3]][s.at[slots[3]]]);
    FloatVector v4 = FloatVector.broadcast(F, s.f[slots[4]][s.at[slots[4]]]);
    float[] a5 = s.f[slots[5]];
    int o5 = s.at[slots[5]];
    FloatVector v6 = FloatVector.broadcast(F, s.f[slots[6]][s.at[slots[6]]]);
    FloatVector v7 = FloatVector.broadcast(F, s.f[slots[7]][s.at[slots[7]]]);
    FloatVector v8 = FloatVector.broadcast(F, s.f[slots[8]][s.at[slots[8]]]);
    FloatVector v9 = FloatVector.broadcast(F, s.f[slots[9]][s.at[slots[9]]]);
    float[] a10 = s.f[slots[10]];
    int o10 = s.at[slots[10]];
    VectorMask<Float> v11 =
        FloatVector.broadcast(F, (float) s.i[slots[11]][s.at[slots[11]]])
            .compare(VectorOperators.NE, 0f);
    float[] r0 = s.f[slots[12]];
    int t0 = s.at[slots[12]];
    float[] r1 = s.f[slots[13]];
    int t1 = s.at[slots[13]];
    float[] r2 = s.f[slots[14]];
    int t2 = s.at[slots[14]];
    for (int i = 0; i < n; i += W) {
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

  private static void loop4(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    float[] a1 = s.f[slots[1]];
    int o1 = s.at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, s.f[slots[2]][s.at[slots[2]]]);
    float[] r0 = s.f[slots[3]];
    int t0 = s.at[slots[3]];
    int[] r1 = s.i[slots[4]];
    int t1 = s.at[slots[4]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v3.blend(0f, v3.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v5 = v2.compare(VectorOperators.LT, v4);
      v4.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v5).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop5(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, s.f[slots[1]][s.at[slots[1]]]);
    FloatVector v2 = FloatVector.broadcast(F, s.f[slots[2]][s.at[slots[2]]]);
    float[] r0 = s.f[slots[3]];
    int t0 = s.at[slots[3]];
    int[] r1 = s.i[slots[4]];
    int t1 = s.at[slots[4]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v3 = v0.add(v1);
      FloatVector v4 = v3.blend(0f, v3.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v5 = v2.compare(VectorOperators.LT, v4);
      v4.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v5).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop6(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    FloatVector v1 = FloatVector.broadcast(F, s.f[slots[1]][s.at[slots[1]]]);
    float[] r0 = s.f[slots[2]];
    int t0 = s.at[slots[2]];
    int[] r1 = s.i[slots[3]];
    int t1 = s.at[slots[3]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v2 = v0.blend(0f, v0.compare(VectorOperators.LE, 0f));
      VectorMask<Float> v3 = v1.compare(VectorOperators.LT, v2);
      v2.intoArray(r0, t0 + i);
      FloatVector.zero(F).blend(TRUE, v3).reinterpretAsInts().intoArray(r1, t1 + i);
    }
  }

  private static void loop7(TileState s, int[] slots, int n) {
    int[] a0 = s.i[slots[0]];
    int o0 = s.at[slots[0]];
    float[] a1 = s.f[slots[1]];
    int o1 = s.at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, s.f[slots[2]][s.at[slots[2]]]);
    float[] r0 = s.f[slots[3]];
    int t0 = s.at[slots[3]];
    for (int i = 0; i < n; i += W) {
      VectorMask<Integer> v0 = IntVector.fromArray(I, a0, o0 + i).compare(VectorOperators.NE, 0);
      FloatVector v1 = FloatVector.fromArray(F, a1, o1 + i);
      FloatVector v3 =
          v2.reinterpretAsInts().blend(v1.reinterpretAsInts(), v0).reinterpretAsFloats();
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop8(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    int[] a1 = s.i[slots[1]];
    int o1 = s.at[slots[1]];
    FloatVector v2 = FloatVector.broadcast(F, s.f[slots[2]][s.at[slots[2]]]);
    float[] r0 = s.f[slots[3]];
    int t0 = s.at[slots[3]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      VectorMask<Integer> v1 = IntVector.fromArray(I, a1, o1 + i).compare(VectorOperators.NE, 0);
      FloatVector v3 =
          v2.reinterpretAsInts().blend(v0.reinterpretAsInts(), v1).reinterpretAsFloats();
      v3.intoArray(r0, t0 + i);
    }
  }

  private static void loop9(TileState s, int[] slots, int n) {
    float[] a0 = s.f[slots[0]];
    int o0 = s.at[slots[0]];
    float[] r0 = s.f[slots[1]];
    int t0 = s.at[slots[1]];
    for (int i = 0; i < n; i += W) {
      FloatVector v0 = FloatVector.fromArray(F, a0, o0 + i);
      FloatVector v1 = v0.mul(v0);
      v1.intoArray(r0, t0 + i);
    }
  }
}
