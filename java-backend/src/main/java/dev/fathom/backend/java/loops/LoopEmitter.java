package dev.fathom.backend.java.loops;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.fathom.backend.java.loops.LoopCode.Argument;
import dev.fathom.backend.java.loops.LoopCode.Call;
import dev.fathom.backend.java.loops.LoopCode.Comparison;
import dev.fathom.backend.java.loops.LoopCode.Leaf;
import dev.fathom.backend.java.loops.LoopCode.Load;
import dev.fathom.backend.java.loops.LoopCode.Species;
import dev.fathom.backend.java.loops.LoopCode.Splat;
import dev.fathom.backend.java.loops.LoopCode.Term;
import dev.fathom.backend.java.loops.LoopCode.Type;
import dev.fathom.backend.java.loops.LoopCode.Uniform;
import dev.fathom.backend.java.loops.LoopCode.Variable;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the class of a loop at run time, as the bytecode of what {@code GeneratedLoops} has as
 * Java. Does not work in a native image.
 */
final class LoopEmitter {
  /** HotSpot compiles no method that is longer. */
  static final int MOST_BYTES = 8000;

  private static final ClassDesc FLOATS = describe(FloatVector.class);
  private static final ClassDesc INTS = describe(IntVector.class);
  private static final ClassDesc VECTOR = describe(Vector.class);
  private static final ClassDesc MASK = describe(VectorMask.class);
  private static final ClassDesc SPECIES = describe(VectorSpecies.class);
  private static final ClassDesc OPERATORS = describe(VectorOperators.class);
  private static final ClassDesc COMPARISON = describe(VectorOperators.Comparison.class);
  private static final ClassDesc LOOPS = describe(VectorLoops.class);
  private static final ClassDesc LOOP = describe(TileLoop.class);
  private static final ClassDesc EMITTED = ClassDesc.of(LOOP.packageName(), "EmittedLoop");

  private static final ClassDesc FLOAT_ARRAY = CD_float.arrayType();
  private static final ClassDesc INT_ARRAY = CD_int.arrayType();

  /** {@link TileLoop#run}. */
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void, FLOAT_ARRAY.arrayType(), INT_ARRAY.arrayType(), INT_ARRAY, INT_ARRAY, CD_int);

  // Its parameters.
  private static final int FLOAT_ARRAYS = 1;
  private static final int INT_ARRAYS = 2;
  private static final int AT = 3;
  private static final int SLOTS = 4;
  private static final int N = 5;

  private final CodeBuilder code;

  /** Where array and offset of each leaf are, then those of each result. */
  private final int[] arrays;

  private final int[] offsets;
  private final List<Integer> variables = new ArrayList<>();

  /** Where the number of the first element of a turn is. */
  private final int turn;

  private LoopEmitter(CodeBuilder code, int slots) {
    this.code = code;
    this.arrays = new int[slots];
    this.offsets = new int[slots];
    this.turn = code.allocateLocal(TypeKind.INT);
  }

  /** {@return the loop of that name; null if it is too long} */
  static TileLoop emit(String key) {
    byte[] bytes = write(LoopCode.of(key));
    if (length(bytes) > MOST_BYTES) {
      return null;
    }
    try {
      MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClass(bytes, true);
      MethodType constructor = MethodType.methodType(void.class);
      return (TileLoop) hidden.findConstructor(hidden.lookupClass(), constructor).invoke();
    } catch (Throwable e) { // whatever a constructor may throw, which this one does not
      throw new IllegalStateException("[loop] could not define " + key, e);
    }
  }

  /** {@return how many bytes of bytecode the loop has} */
  static int length(String key) {
    return length(write(LoopCode.of(key)));
  }

  private static int length(byte[] loop) {
    return ClassFile.of().parse(loop).methods().stream()
        .mapToInt(method -> ((CodeAttribute) method.code().orElseThrow()).codeLength())
        .max()
        .orElseThrow();
  }

  private static byte[] write(LoopCode loop) {
    return ClassFile.of()
        .build(
            EMITTED,
            type ->
                type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                    .withInterfaceSymbols(LOOP)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        0,
                        code ->
                            code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        "run",
                        RUN,
                        ClassFile.ACC_PUBLIC,
                        code ->
                            new LoopEmitter(code, loop.leaves().size() + loop.results().size())
                                .body(loop)));
  }

  private void body(LoopCode loop) {
    int leaves = loop.leaves().size();
    for (int leaf = 0; leaf < leaves; leaf++) {
      Leaf each = loop.leaves().get(leaf);
      variables.add(code.allocateLocal(TypeKind.REFERENCE));
      if (each.uniform()) {
        assign(leaf, each.term());
      } else {
        locate(leaf, arrayType(each.term()));
      }
    }
    for (int result = 0; result < loop.results().size(); result++) {
      locate(leaves + result, loop.results().get(result).type());
    }
    Label begin = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(turn).labelBinding(begin).iload(turn).iload(N).if_icmpge(end);
    for (int leaf = 0; leaf < leaves; leaf++) {
      if (!loop.leaves().get(leaf).uniform()) {
        assign(leaf, loop.leaves().get(leaf).term());
      }
    }
    for (Term operation : loop.operations()) {
      variables.add(code.allocateLocal(TypeKind.REFERENCE));
      assign(variables.size() - 1, operation);
    }
    for (int result = 0; result < loop.results().size(); result++) {
      Term value = loop.results().get(result);
      boolean floats = value.type() == Type.FLOATS;
      push(value);
      place(leaves + result);
      code.invokevirtual(
          floats ? FLOATS : INTS,
          "intoArray",
          MethodTypeDesc.of(CD_void, floats ? FLOAT_ARRAY : INT_ARRAY, CD_int));
    }
    code.iinc(turn, VectorLoops.F.length()).goto_(begin).labelBinding(end).return_();
  }

  /** {@return the element type of a leaf's array} */
  private static Type arrayType(Term leaf) {
    return switch (leaf) {
      case Load load -> load.type();
      case Call call -> arrayType(call.on());
      default -> throw new AssertionError(leaf);
    };
  }

  /** Brings the array and the offset of a slot to variables. */
  private void locate(int slot, Type type) {
    arrays[slot] = code.allocateLocal(TypeKind.REFERENCE);
    offsets[slot] = code.allocateLocal(TypeKind.INT);
    pushArray(slot, type == Type.FLOATS);
    code.astore(arrays[slot]);
    pushOffset(slot);
    code.istore(offsets[slot]);
  }

  private void pushArray(int slot, boolean floats) {
    code.aload(floats ? FLOAT_ARRAYS : INT_ARRAYS)
        .aload(SLOTS)
        .loadConstant(slot)
        .iaload()
        .aaload();
  }

  private void pushOffset(int slot) {
    code.aload(AT).aload(SLOTS).loadConstant(slot).iaload().iaload();
  }

  /** Pushes the array of a slot, and where a vector of this turn is in it. */
  private void place(int slot) {
    code.aload(arrays[slot]).iload(offsets[slot]).iload(turn).iadd();
  }

  private void assign(int variable, Term term) {
    push(term);
    code.astore(variables.get(variable));
  }

  private void push(Term term) {
    switch (term) {
      case Variable variable -> code.aload(variables.get(variable.number()));
      case Load load -> {
        boolean floats = load.type() == Type.FLOATS;
        pushSpecies(floats ? "F" : "I");
        place(load.leaf());
        ClassDesc array = floats ? FLOAT_ARRAY : INT_ARRAY;
        code.invokestatic(
            floats ? FLOATS : INTS,
            "fromArray",
            MethodTypeDesc.of(floats ? FLOATS : INTS, SPECIES, array, CD_int));
      }
      case Uniform uniform -> {
        pushSpecies("F");
        pushArray(uniform.leaf(), !uniform.flag());
        pushOffset(uniform.leaf());
        if (uniform.flag()) {
          code.iaload().i2f();
        } else {
          code.faload();
        }
        broadcast();
      }
      case Splat(float number) -> {
        pushSpecies("F");
        code.loadConstant(number);
        broadcast();
      }
      case Call call -> {
        push(call.on());
        List<ClassDesc> parameters = call.arguments().stream().map(this::pushArgument).toList();
        code.invokevirtual(
            classOf(call.on().type()),
            call.method(),
            MethodTypeDesc.of(classOf(call.type()), parameters));
      }
    }
  }

  private void broadcast() {
    code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
  }

  private void pushSpecies(String field) {
    code.getstatic(LOOPS, field, SPECIES);
  }

  /** {@return the type of the parameter} */
  private ClassDesc pushArgument(Argument argument) {
    switch (argument) {
      case Term term -> {
        push(term);
        return term.type().isMask() ? MASK : VECTOR;
      }
      case LoopCode.Number(Float number) -> {
        code.loadConstant(number);
        return CD_float;
      }
      case LoopCode.Number(java.lang.Number number) -> {
        code.loadConstant(number.intValue());
        return CD_int;
      }
      case Comparison(String name) -> {
        code.getstatic(OPERATORS, name, COMPARISON);
        return COMPARISON;
      }
      case Species _ -> {
        pushSpecies("F");
        return SPECIES;
      }
    }
  }

  private static ClassDesc classOf(Type type) {
    return switch (type) {
      case FLOATS -> FLOATS;
      case INTS -> INTS;
      case FLOAT_MASK, INT_MASK -> MASK;
    };
  }

  private static ClassDesc describe(Class<?> type) {
    return ClassDesc.ofDescriptor(type.descriptorString());
  }
}
