package dev.fathom.task;

import dev.fathom.nn.Network;
import dev.fathom.optim.Optimizer;

/**
 * A network that learns beside that of a spec, or against it, and is no part of the model.
 *
 * @param name of its group of parameters
 * @param optimizer that changes them
 */
public record Partner(String name, Network network, Optimizer optimizer) {}
