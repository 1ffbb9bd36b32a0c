/**
 * What it means to be a correct backend, without any test framework: it stands behind the start-up
 * self-test, {@code fathom backends --check}, and the JUnit adapter for plugin authors.
 *
 * <p>Start with {@link dev.fathom.spi.conformance.ConformanceCases#all()} and give them to a {@link
 * dev.fathom.spi.conformance.ConformanceRunner}. Results are compared with the {@link
 * dev.fathom.spi.conformance.Oracle}, a plain f64 interpreter of every {@link
 * dev.fathom.spi.KernelSpec}, which is also where to look up what a spec means.
 *
 * <p>Not checked: that a failing kernel poisons its queue, since no spec can make a correct device
 * fail; and speed.
 */
package dev.fathom.spi.conformance;
