/**
 * The workloads of {@code fathom bench}. Start with {@link dev.fathom.service.bench.Workload},
 * which lists them. Each uses the interfaces that users have, and does the same work as its peer in
 * PyTorch.
 */
package dev.fathom.service.bench;
