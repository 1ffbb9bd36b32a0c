/**
 * What a backend implements: a provider found by {@link java.util.ServiceLoader}, its device memory
 * and queue, and the kernel specifications it is asked to compile.
 */
package dev.fathom.spi;
