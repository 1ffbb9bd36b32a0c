package dev.fathom.spec;

import dev.fathom.json.Fields;
import dev.fathom.loss.Loss;
import dev.fathom.task.Task;

/**
 * A kind of task in a spec.
 *
 * @param loss the name of the loss that it makes small unless the spec names another
 * @param read reads the task
 */
public record TaskType(String loss, Read read) {
  /** Reads a task. */
  @FunctionalInterface
  public interface Read {
    /** {@return the task, not fitted yet, with the loss that the spec names} */
    Task of(Fields fields, Loss loss);
  }
}
