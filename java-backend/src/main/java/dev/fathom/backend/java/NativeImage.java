package dev.fathom.backend.java;

/** Tells a native image from a JVM. Initialised at build time, so that kernels see a constant. */
final class NativeImage {
  static final boolean RUNNING = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

  private NativeImage() {}
}
