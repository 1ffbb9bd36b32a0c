package dev.fathom.service;

import java.util.List;

/**
 * A request that is not fulfilled, with what the client is told. Each API writes it in its own
 * error form.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient List<Field> fields;

  /**
   * A part of the request that is wrong.
   *
   * @param pointer its place, a JSON pointer (RFC 6901)
   * @param detail what was expected and what came
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

  /** {@return what is wrong where, if that is known} */
  public List<Field> fields() {
    return fields;
  }
}
