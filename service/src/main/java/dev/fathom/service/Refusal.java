package dev.fathom.service;

import java.util.List;

/**
 * A request that is refused, with the status and the message for the client. Each API writes it in
 * its own error form.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient List<Field> fields;

  /**
   * A part of the request that is wrong.
   *
   * @param pointer its place, a JSON pointer (RFC 6901)
   * @param detail the expectation and the actual value
   */
  public record Field(String pointer, String detail) {}

  /**
   * @param status the HTTP status
   * @param detail one sentence
   */
  public Refusal(int status, String detail) {
    this(status, detail, List.of());
  }

  public Refusal(int status, String detail, List<Field> fields) {
    super(detail);
    this.status = status;
    this.fields = List.copyOf(fields);
  }

  /** {@return the HTTP status} */
  public int status() {
    return status;
  }

  /** {@return the parts of the request that are wrong; empty if that is not known} */
  public List<Field> fields() {
    return fields;
  }
}
