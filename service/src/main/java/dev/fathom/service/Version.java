package dev.fathom.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The version and the JVM's flags, which the build wrote to resources. */
public final class Version {

  /** For example {@code 0.1.0}. */
  public static final String TEXT = read("version.txt");

  /** The flags that a JVM with Fathom needs. */
  public static final List<String> JVM_FLAGS = List.of(read("jvm-flags.txt").split(" "));

  private Version() {}

  private static String read(String resource) {
    try (var in = Version.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
