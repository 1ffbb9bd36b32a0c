package dev.fathom.service.cli;

/**
 * An error that the caller can mend. Its message is printed, one sentence, and the exit code is 2.
 */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CommandException(String message) {
    super(message);
  }
}
