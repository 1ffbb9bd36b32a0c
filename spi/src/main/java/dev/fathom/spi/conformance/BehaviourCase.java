package dev.fathom.spi.conformance;

import dev.fathom.spi.Backend;
import java.util.function.Consumer;

/**
 * A promise of buffers and queues.
 *
 * @param id see {@link ConformanceCase#id()}
 * @param check throws an {@link IllegalStateException} that names the expectation and the actual
 *     value
 */
record BehaviourCase(String id, Consumer<Backend> check) implements ConformanceCase {}
