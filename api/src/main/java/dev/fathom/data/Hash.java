package dev.fathom.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A hash of 64 bits, the same on every machine: what differs has another one, but for chance. No
 * safeguard against somebody who wants the same hash.
 */
public final class Hash {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Hash() {}

  /** {@return the hash of {@code hash} and one value more} */
  public static long of(long hash, long value) {
    long mixed = (hash ^ value) * 0x9e3779b97f4a7c15L;
    return mixed ^ mixed >>> 32;
  }

  /** {@return the hash of {@code hash} and the first bytes of an array} */
  public static long of(long hash, byte[] bytes, int length) {
    long mixed = of(hash, length);
    int words = length & -Long.BYTES;
    for (int i = 0; i < words; i += Long.BYTES) {
      mixed = of(mixed, (long) WORDS.get(bytes, i));
    }
    for (int i = words; i < length; i++) {
      mixed = of(mixed, bytes[i]);
    }
    return mixed;
  }
}
