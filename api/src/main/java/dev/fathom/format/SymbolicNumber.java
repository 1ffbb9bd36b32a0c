package dev.fathom.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole number that may depend on the batch: {@code perBatch * batch + constant}. As text it is
 * {@code 28}, {@code batch}, {@code 2*batch+3} or {@code batch-1}.
 *
 * @param perBatch factor of the batch; 0 if the number does not depend on it
 * @param constant the part that does not depend on the batch
 */
public record SymbolicNumber(long perBatch, long constant) {
  private static final Pattern TEXT = Pattern.compile("(-?)(?:(\\d+)\\*)?batch([+-]\\d+)?");

  /** {@return whether it depends on the batch} */
  public boolean isSymbolic() {
    return perBatch != 0;
  }

  /**
   * {@return the number for a batch of this size}
   *
   * @throws ArithmeticException if it passes 2^63
   */
  public long at(long batch) {
    return Math.addExact(Math.multiplyExact(perBatch, batch), constant);
  }

  /** {@return the number that is {@code first} for one batch and {@code second} for another one} */
  static Optional<SymbolicNumber> through(
      long firstBatch, long first, long secondBatch, long second) {
    long rise = Math.subtractExact(second, first);
    long run = secondBatch - firstBatch;
    if (rise % run != 0) {
      return Optional.empty();
    }
    long perBatch = rise / run;
    return Optional.of(
        new SymbolicNumber(
            perBatch, Math.subtractExact(first, Math.multiplyExact(perBatch, firstBatch))));
  }

  /** {@return the number, a JSON number or a text; empty if {@code json} is not one, spelled so} */
  static Optional<SymbolicNumber> of(JsonNode json) {
    if (json.isIntegralNumber() && json.canConvertToLong()) {
      return Optional.of(new SymbolicNumber(0, json.longValue()));
    }
    Matcher matcher = TEXT.matcher(json.isTextual() ? json.textValue() : "");
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      String factor = matcher.group(2) == null ? "1" : matcher.group(2);
      String constant = matcher.group(3) == null ? "0" : matcher.group(3);
      SymbolicNumber number =
          new SymbolicNumber(Long.parseLong(matcher.group(1) + factor), Long.parseLong(constant));
      // One spelling for each number: not "1*batch", "batch+0" or "batch+03".
      return Optional.of(number).filter(n -> n.toString().equals(json.textValue()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** {@return the number as it stands in a file} */
  JsonNode json() {
    return isSymbolic() ? TextNode.valueOf(toString()) : LongNode.valueOf(constant);
  }

  /** {@return for example {@code 2*batch+3}} */
  @Override
  public String toString() {
    if (!isSymbolic()) {
      return Long.toString(constant);
    }
    String times = perBatch == 1 ? "" : perBatch == -1 ? "-" : perBatch + "*";
    String plus = constant > 0 ? "+" + constant : constant < 0 ? Long.toString(constant) : "";
    return times + "batch" + plus;
  }
}
