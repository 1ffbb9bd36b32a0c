package dev.fathom.spi;

/**
 * A device as a provider lists it.
 *
 * @param index its number within the provider
 * @param name for people, for example {@code "Java Vector API, 512 bit, 2 threads"}
 * @param memoryBytes what can be allocated at most
 * @param variant all that may change the bits of a result: vector width, driver, kernel variants; a
 *     checkpoint records it
 */
public record Device(int index, String name, long memoryBytes, String variant) {}
