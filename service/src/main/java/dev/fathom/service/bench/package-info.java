/**
 * What {@code fathom bench} times. {@link dev.fathom.service.bench.Workload} lists the workloads;
 * each goes through the interfaces that users have, and is defined as its peer in PyTorch is.
 */
package dev.fathom.service.bench;
