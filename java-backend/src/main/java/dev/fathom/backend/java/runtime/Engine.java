package dev.fathom.backend.java.runtime;

/**
 * The threads and settings that all kernels of an open backend share.
 *
 * @param workers the threads
 * @param vector whether vector kernels are used, otherwise scalar ones
 */
public record Engine(Workers workers, boolean vector) {}
