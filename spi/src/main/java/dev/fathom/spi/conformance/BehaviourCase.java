package dev.fathom.spi.conformance;

import dev.fathom.spi.Backend;
import java.util.function.Consumer;

/**
 * A promise of buffers and queues.
 *
 * @param id see {@link ConformanceCase#id()}
 * @param check throws an {@link IllegalStateException} that says what was expected and what came
 */
record BehaviourCase(String id, Consumer<Backend> check) implements ConformanceCase {}
