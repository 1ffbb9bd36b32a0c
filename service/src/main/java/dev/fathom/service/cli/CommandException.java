package dev.fathom.service.cli;

/** An error that the caller can mend: its message is printed as the one sentence, exit code 2. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CommandException(String message) {
    super(message);
  }
}
