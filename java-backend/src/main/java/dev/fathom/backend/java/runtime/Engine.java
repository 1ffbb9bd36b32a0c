package dev.fathom.backend.java.runtime;

/**
 * The threads and settings that all kernels of an open backend share.
 *
 * @param workers the threads
 * @param vector whether vector kernels are used, otherwise scalar ones
 * @param winograd which convolutions use Winograd's transforms
 */
public record Engine(Workers workers, boolean vector, Winograd winograd) {
  /** Which of the convolutions that may use Winograd's transforms do. */
  public enum Winograd {
    /** Those that are faster so. */
    AUTO,
    /** All, for tests. */
    ALWAYS,
    OFF
  }
}
