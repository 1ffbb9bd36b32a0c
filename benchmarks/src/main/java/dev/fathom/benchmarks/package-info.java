/** Benchmarks of single kernels, by JMH; {@code bench} times whole workloads. */
package dev.fathom.benchmarks;
