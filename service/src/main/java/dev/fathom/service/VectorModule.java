package dev.fathom.service;

/**
 * The module of the Vector API, which is in no JVM unless asked for. The option {@code
 * --add-modules} prints a warning at every start that cannot be turned off, so the module is added
 * later, in the way in which a JVM itself adds that of an agent. The manifest of the jar exports
 * the package that is needed ({@code application.properties}); where it does not, as in a test, the
 * option is the only way.
 */
public final class VectorModule {

  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /** {@return whether the module is there} Adds it if it is not and can be. */
  public static boolean add() {
    if (ModuleLayer.boot().findModule(NAME).isPresent()) {
      return true;
    }
    try {
      // Not Class.forName, which would take the module system into a native image.
      var modules = ClassLoader.getPlatformClassLoader().loadClass("jdk.internal.module.Modules");
      modules.getMethod("loadModule", String.class).invoke(null, NAME);
      return true;
    } catch (ReflectiveOperationException _) {
      // The backend warns, and says what to do.
      return false;
    }
  }
}
