package dev.fathom.backend.java.platform;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Whether the Vector API is there; the choice is made and logged once. */
public final class VectorSupport {
  public static final boolean AVAILABLE = find();

  private VectorSupport() {}

  private static boolean find() {
    boolean found = isModuleThere();
    System.Logger log = System.getLogger("dev.fathom.backend.java");
    if (!found) {
      // For a native image this was chosen when it was built, instead of by JVM flags.
      log.log(
          System.Logger.Level.WARNING,
          "scalar kernels, which are many times slower: "
              + (NativeImage.RUNNING ? "build the native image" : "start the JVM")
              + " with --add-modules jdk.incubator.vector to use vector kernels");
      return false;
    }
    if (NativeImage.RUNNING && !Width.isFast()) {
      log.log(
          System.Logger.Level.WARNING,
          "scalar kernels, which are many times slower: build the native image with"
              + " -H:+VectorAPISupport, and not with -Ob, to use vector kernels");
      return false;
    }
    log.log(System.Logger.Level.DEBUG, "vector kernels, " + bits() + " bit");
    return true;
  }

  /** {@return whether the module is in the boot layer, or was added to the JVM since} */
  private static boolean isModuleThere() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      return true;
    }
    try {
      ClassLoader.getPlatformClassLoader().loadClass("jdk.incubator.vector.Vector");
      return true;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }

  /** {@return the width of the machine's vectors; only where the module is there} */
  public static int bits() {
    return Width.SPECIES.vectorBitSize();
  }

  /** A class of its own, so that the class around it loads without the module of the Vector API. */
  private static final class Width {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final int TRIES = 5;

    /**
     * {@return whether vectors are kept in registers} A native image without support for them gives
     * the right results, but with an object for each vector, which is some hundred times slower; so
     * a short measurement is enough to tell. It is for compiled code only, since an interpreter
     * makes objects too.
     */
    static boolean isFast() {
      var values = new float[4096];
      long vector = Long.MAX_VALUE;
      long scalar = Long.MAX_VALUE;
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        squareVectors(values);
        long middle = System.nanoTime();
        squareScalars(values);
        vector = Math.min(vector, middle - start);
        scalar = Math.min(scalar, System.nanoTime() - middle);
      }
      return vector < scalar;
    }

    private static void squareVectors(float[] values) {
      for (int i = 0; i < values.length; i += SPECIES.length()) {
        var some = FloatVector.fromArray(SPECIES, values, i);
        some.fma(some, some).intoArray(values, i);
      }
    }

    private static void squareScalars(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.fma(values[i], values[i], values[i]);
      }
    }
  }
}
