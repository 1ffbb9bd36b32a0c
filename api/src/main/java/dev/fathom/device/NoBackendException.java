package dev.fathom.device;

import java.util.List;

/** The backend that was asked for is not there or does not work; the message says why. */
public final class NoBackendException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient List<Backends.Candidate> candidates;

  NoBackendException(String message, List<Backends.Candidate> candidates) {
    super(message);
    this.candidates = candidates;
  }

  /** {@return all that were found} */
  public List<Backends.Candidate> candidates() {
    return candidates;
  }
}
