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

  private static long of(long hash, long value) {
    long mixed = (hash ^ value) * 0x9e3779b97f4a7c15L;
    return mixed ^ mixed >>> 32;
  }

  /** {@return the hash of {@code hash} and a part of an array, from {@code from} on} */
  public static long of(long hash, byte[] bytes, int from, int length) {
    long mixed = of(hash, length);
    int end = from + length;
    int words = from + (length & -Long.BYTES);
    for (int i = from; i < words; i += Long.BYTES) {
      mixed = of(mixed, (long) WORDS.get(bytes, i));
    }
    for (int i = words; i < end; i++) {
      mixed = of(mixed, bytes[i]);
    }
    return mixed;
  }
}
