package dev.fathom.train;

import dev.fathom.nn.NamePatterns;
import dev.fathom.nn.Network;
import dev.fathom.optim.Optimizer;

/**
 * Parameters that one optimiser changes: those of a network.
 *
 * @param name letters, digits, _ and -; unique, and empty for the only group of a training
 * @param network whose parameters they are
 * @param optimizer that changes them
 * @param every in which steps they change: in each n-th, the first included; usually 1
 * @param frozen parameters that do not change
 */
public record Group(
    String name, Network network, Optimizer optimizer, int every, NamePatterns frozen) {
  /** The name of the only group of a training. */
  public static final String DEFAULT = "";

  public Group {
    if (!name.matches("[A-Za-z0-9_-]{0,63}")) {
      throw new IllegalArgumentException(
          "[group] expected a name of letters, digits, _ and - but got '" + name + "'");
    }
    if (every < 1) {
      throw new IllegalArgumentException(
          "[group] expected to change in every 1st step or more seldom but got " + every);
    }
  }

  /** A group of which all parameters change. */
  public Group(String name, Network network, Optimizer optimizer, int every) {
    this(name, network, optimizer, every, NamePatterns.NONE);
  }

  /** A group that changes in each step. */
  public Group(String name, Network network, Optimizer optimizer) {
    this(name, network, optimizer, 1);
  }

  /** {@return a name of this group's own in a program or file} */
  String named(String what) {
    return name.isEmpty() ? what : name + "." + what;
  }

  /** {@return the state of the program that is evaluated and kept: parameters or their average} */
  String weights() {
    return named(optimizer.average().orElse(TrainingPrograms.PARAMETERS));
  }

  /** {@return whether the network has states, such as batch statistics} */
  boolean hasStates() {
    return network.states().elements() > 0;
  }
}
