package dev.fathom.spi.conformance;

/**
 * The result of a case on a backend.
 *
 * @param id the case's id
 * @param outcome whether the backend conforms
 * @param detail why it failed (the first wrong element, or the exception) or declined; else empty
 */
public record ConformanceReport(String id, Outcome outcome, String detail) {
  /** The possible results of a case. */
  public enum Outcome {
    /** All results are right. */
    PASSED,
    /** The backend does not take the spec, and need not. */
    DECLINED,
    /** The backend is wrong. */
    FAILED
  }

  /** {@return one line: outcome, id, detail} */
  @Override
  public String toString() {
    return outcome + " " + id + (detail.isEmpty() ? "" : ": " + detail);
  }
}
