package dev.fathom.backend.opencl.code;

import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * One {@code __kernel} function under construction: its arguments and its body. Operand {@code i}
 * gives the arguments {@code b<i>}, a pointer to its buffer, and {@code o<i>}, its offset in
 * elements; run-time scalar {@code i} gives {@code s<i>}, its raw bits. Not thread-safe.
 */
public final class KernelCode {
  /** Helpers that every program begins with. */
  private static final String PREAMBLE =
      """
      #pragma OPENCL FP_CONTRACT OFF
      #ifdef cl_khr_fp64
      #pragma OPENCL EXTENSION cl_khr_fp64 : enable
      #endif
      static inline ushort bf16(float x) {
        uint bits = as_uint(x);
        return x != x ? (ushort)(bits >> 16 | 0x40) : (ushort)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
      }
      static inline ushort16 bf16x16(float16 x) {
        uint16 bits = as_uint16(x);
        uint16 even = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
        return convert_ushort16(select(even, bits >> 16 | 0x40, x != x));
      }
      """;

  /** The source of an argument's value. */
  public sealed interface Argument {
    /** The handle of a binding's buffer. */
    record Memory(int binding) implements Argument {}

    /** A binding's offset in elements. */
    record Offset(int binding) implements Argument {}

    /** A run-time scalar. */
    record Scalar(int index) implements Argument {}

    /** A number known when the kernel is compiled. */
    record Fixed(long value) implements Argument {}
  }

  private final String name;
  private final StringBuilder body = new StringBuilder();
  private final StringBuilder functions = new StringBuilder();
  private final List<String> parameters = new ArrayList<>();
  private final List<Argument> arguments = new ArrayList<>();

  /** Begins a function. */
  public KernelCode(String name) {
    this.name = name;
  }

  /** Adds the arguments of a binding. */
  public KernelCode operand(int binding, DType type) {
    parameters.add("__global " + CTypes.stored(type) + "* b" + binding);
    arguments.add(new Argument.Memory(binding));
    parameters.add("const long o" + binding);
    arguments.add(new Argument.Offset(binding));
    return this;
  }

  /** Adds the arguments of run-time scalars 0 to {@code count - 1}. */
  public KernelCode scalars(int count) {
    for (int i = 0; i < count; i++) {
      parameters.add("const long s" + i);
      arguments.add(new Argument.Scalar(i));
    }
    return this;
  }

  /** Adds an argument of type {@code long}, so that its value is not part of the source. */
  public KernelCode fixed(String parameter, long value) {
    parameters.add("const long " + parameter);
    arguments.add(new Argument.Fixed(value));
    return this;
  }

  /** {@return the text of helper functions, which stands before the kernel} */
  public StringBuilder functions() {
    return functions;
  }

  /** {@return the text of the body, to which statements are added} */
  public StringBuilder body() {
    return body;
  }

  /** Appends statements. */
  public KernelCode add(String statements) {
    body.append(statements);
    return this;
  }

  /** {@return the name of the function} */
  public String name() {
    return name;
  }

  /** {@return the sources of the arguments' values, in order} */
  public List<Argument> arguments() {
    return List.copyOf(arguments);
  }

  /** {@return the whole program} */
  public String source() {
    return PREAMBLE
        + functions
        + "__kernel void "
        + name
        + "(\n    "
        + String.join(",\n    ", parameters)
        + ") {\n"
        + body
        + "}\n";
  }
}
