package dev.fathom.store;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Opaque ids that sort by the time they were made: a prefix and 26 characters of base 32 (0-9 a-z
 * without i, l, o, u) for 48 bits of milliseconds and 80 random bits, as in ULID. Two ids of one
 * millisecond differ by one, so ids always rise: of one process, and of those that {@link #follow}
 * others.
 */
final class Ids {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

  /** Not static: a native image must not carry a seeded generator. */
  private final RandomGenerator random = new SecureRandom();

  private BigInteger last = BigInteger.ZERO;

  /** Makes all ids to come greater than one that another process made, whatever the clock says. */
  synchronized void follow(String id) {
    BigInteger value = BigInteger.ZERO;
    for (char digit : id.substring(id.indexOf('_') + 1).toCharArray()) {
      value = value.shiftLeft(5).add(BigInteger.valueOf(DIGITS.indexOf(digit)));
    }
    last = last.max(value);
  }

  synchronized String next(String prefix, long millis) {
    byte[] tail = new byte[10];
    random.nextBytes(tail);
    tail[0] &= 0x7f; // Room to count up within the millisecond.
    BigInteger id = BigInteger.valueOf(millis).shiftLeft(80).add(new BigInteger(1, tail));
    if (id.shiftRight(80).compareTo(last.shiftRight(80)) <= 0) {
      id = last.add(BigInteger.ONE);
    }
    last = id;
    StringBuilder text = new StringBuilder(prefix).append('_');
    for (int shift = 125; shift >= 0; shift -= 5) {
      text.append(DIGITS.charAt(id.shiftRight(shift).intValue() & 31));
    }
    return text.toString();
  }
}
