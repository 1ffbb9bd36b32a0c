package dev.fathom.backend.java;

import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Written by LoopGenerator from loops.txt; not to be edited by hand. */
final class GeneratedLoops {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int W = F.length();

  static final Map<String, TileLoop> ALL =
      Map.ofEntries(
          Map.entry("xx|add 0 1;relu 2|3", GeneratedLoops::loop0),
          Map.entry("xu|add 0 1;relu 2|3", GeneratedLoops::loop1),
          Map.entry(
              "xxxxbuuuuuuuu|multiply 1 8;multiply 3 9;add 13 14;multiply 2 10;multiply 3 3;multiply 17 11;add 16 18;multiply 15 6;multiply 19 7;multiply 5 20;sqrt 21;add 23 12;divide 22 24;subtract 0 25;select 4 26 0;select 4 15 1;select 4 19 2|27 28 29",
              GeneratedLoops::loop2));

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
}
