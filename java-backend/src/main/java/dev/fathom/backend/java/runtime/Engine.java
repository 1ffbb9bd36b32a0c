package dev.fathom.backend.java.runtime;

/**
 * The means that every kernel of an open backend shares.
 *
 * @param workers the threads
 * @param vector whether vector kernels are used, otherwise scalar ones
 */
public record Engine(Workers workers, boolean vector) {}
