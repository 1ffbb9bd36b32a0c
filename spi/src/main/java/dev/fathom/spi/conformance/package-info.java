/**
 * The definition of a correct backend, and cases that check one. It needs no test framework, since
 * it is used by the self-test at start-up, by {@code fathom backends --check}, and by the JUnit
 * adapter for plugin authors.
 *
 * <p>Start with {@link dev.fathom.spi.conformance.ConformanceCases#all()} and give them to a {@link
 * dev.fathom.spi.conformance.ConformanceRunner}. Results are compared with the {@link
 * dev.fathom.spi.conformance.Oracle}, a plain f64 interpreter of every {@link
 * dev.fathom.spi.KernelSpec}, which also defines what a spec means.
 *
 * <p>Not checked: that a failing kernel poisons its queue, since no spec can make a correct device
 * fail; and speed.
 */
package dev.fathom.spi.conformance;
