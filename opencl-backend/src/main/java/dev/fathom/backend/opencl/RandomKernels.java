package dev.fathom.backend.opencl;

import dev.fathom.backend.opencl.OpenClKernel.Step;
import dev.fathom.backend.opencl.code.KernelCode;
import dev.fathom.backend.opencl.driver.WorkSize;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Random;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.List;

/**
 * Random numbers. A counter gives two words; each makes an element, or both together a normally
 * distributed one.
 */
final class RandomKernels {
  private RandomKernels() {}

  static Plan plan(Random spec) {
    return Tasks.plan(16 + 2 * spec.out().rank());
  }

  static List<Step> steps(Random spec, Target target) {
    View out = spec.out();
    Shape shape = out.shape();
    long elements = shape.elements();
    if (elements == 0) {
      return List.of();
    }
    boolean normal = spec.distribution() == Random.Distribution.NORMAL;
    boolean contiguous = out.isContiguous();
    int lanes = target.gpu() ? 1 : Target.LANES;
    long counters = normal ? elements : Math.ceilDiv(elements, 2);
    KernelCode code = new KernelCode("random");
    code.operand(0, out.dtype()).scalars(2).fixed("stream", spec.stream());
    code.fixed("elements", elements).fixed("counters", counters);
    // The order of numbers is that of the shape, wherever elements lie.
    Nest nest = Nest.of(shape, List.of(out), null, new boolean[shape.rank()]);
    functions(code, spec.distribution(), lanes);
    Positions at = contiguous ? null : new Positions(code, "q", nest, 0);
    String element = out.dtype() == dev.fathom.spi.DType.I32 ? "int" : "float";
    code.add("  uint k0 = stream, k1 = s1;\n");
    code.add("  threefry(s0, s0 >> 32, &k0, &k1);\n");
    WorkSize size =
        Tasks.open(code, target, Math.ceilDiv(counters, lanes), Tasks.DEAR_ELEMENTS / lanes);
    code.add("    const long i = task * %d;\n".formatted(lanes));
    String first = lanes == 1 ? "(uint)i" : "(uint16)((uint)i) + (uint16)(" + lanes() + ")";
    code.add("    words x0 = %s, x1 = 0;\n".formatted(first));
    code.add("    threefries(k0, k1, &x0, &x1);\n");
    store(code, at, element, lanes, normal ? "number(x0, x1)" : "number(x0)", "i", "counters");
    if (!normal) {
      store(code, at, element, lanes, "number(x1)", "counters + i", "elements");
    }
    code.add("  }\n");
    return List.of(new Step(code, size));
  }

  private static String lanes() {
    return "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15";
  }

  /** Stores the elements from number {@code from} on, as far as they come before {@code end}. */
  private static void store(
      KernelCode code,
      Positions at,
      String element,
      int lanes,
      String numbers,
      String from,
      String end) {
    String one = at == null ? "b0[o0 + from + j] = " : "b0[q0] = ";
    String where = at == null ? "" : at.ofElement("        ", "from + j");
    code.add("    {\n      const long from = %s;\n".formatted(from));
    if (lanes == 1) {
      code.add("      const int j = 0;\n      if (from < %s) {\n".formatted(end));
      code.add(where).add("        " + one + numbers + ";\n      }\n    }\n");
      return;
    }
    code.add("      const %s16 numbers = %s;\n".formatted(element, numbers));
    if (at == null) {
      code.add("      if (from + 16 <= %s) {\n".formatted(end));
      code.add("        vstore16(numbers, 0, b0 + o0 + from);\n      } else {\n");
    } else {
      code.add("      {\n");
    }
    code.add("      %s part[16];\n      vstore16(numbers, 0, part);\n".formatted(element));
    code.add("      for (int j = 0; j < 16 && from + j < %s; j++) {\n".formatted(end));
    code.add(where).add("        " + one + "part[j];\n      }\n      }\n    }\n");
  }

  private static void functions(KernelCode code, Random.Distribution distribution, int lanes) {
    String many = lanes == 1 ? "" : "" + lanes;
    for (String words : lanes == 1 ? List.of("uint") : List.of("uint", "uint16")) {
      code.functions()
          .append(
              """
              static inline void %2$s(const uint k0, const uint k1, %1$s* counter0, %1$s* counter1) {
                const uint k2 = 0x1bd11bdau ^ k0 ^ k1;
                %1$s x0 = *counter0 + k0;
                %1$s x1 = *counter1 + k1;
              """
                  .formatted(words, words.equals("uint") ? "threefry" : "threefries"));
      int[] rotations = {13, 15, 26, 6, 17, 29, 16, 24};
      for (int round = 0; round < 20; round++) {
        code.functions()
            .append(
                "  x0 += x1; x1 = rotate(x1, (%s)(%du)) ^ x0;\n"
                    .formatted(words, rotations[round % 8]));
        if (round % 4 == 3) {
          int injection = round / 4 + 1;
          code.functions()
              .append(
                  "  x0 += k%d; x1 += k%d + %du;\n"
                      .formatted(injection % 3, (injection + 1) % 3, injection));
        }
      }
      code.functions().append("  *counter0 = x0;\n  *counter1 = x1;\n}\n");
    }
    code.functions().append("typedef uint%s words;\n".formatted(many));
    if (lanes == 1) {
      code.functions().append("#define threefries threefry\n");
    }
    String number =
        switch (distribution) {
          case BITS -> "#define number(x) as_int%1$s(x)\n";
          case UNIFORM -> "#define number(x) (convert_float%1$s((x) >> 8) * 0x1p-24f)\n";
          case NORMAL ->
              """
                  static inline float%1$s number(const words x, const words y) {
                    const float%1$s u = convert_float%1$s((x >> 8) + 1) * 0x1p-24f;
                    const float%1$s v = convert_float%1$s(y >> 8) * 0x1p-24f;
                    return sqrt(-2 * log(u)) * cospi(2 * v);
                  }
                  """;
        };
    code.functions().append(number.formatted(many));
  }
}
