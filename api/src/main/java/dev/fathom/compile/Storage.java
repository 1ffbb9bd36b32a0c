package dev.fathom.compile;

import dev.fathom.spi.DType;

/**
 * A run of elements that holds a value, before it has an address. A storage may be placed inside
 * another one: a part of a concatenation, or the new content of a state.
 */
final class Storage {
  /** Where the memory comes from and how long it lives. */
  enum Kind {
    /** Lives from its first write to its last read within one run. */
    TEMPORARY,
    /** Kept between runs: feeds, states and frozen inputs. */
    RESIDENT,
    /** Written once by the prepare program. */
    PREPARED
  }

  private final String name;
  private final DType dtype;
  private final long elements;
  private Kind kind;
  private Storage whole;
  private long offset;

  Storage(Kind kind, String name, DType dtype, long elements) {
    this.kind = kind;
    this.name = name;
    this.dtype = dtype;
    this.elements = elements;
  }

  String name() {
    return name;
  }

  DType dtype() {
    return dtype;
  }

  long elements() {
    return elements;
  }

  long bytes() {
    return elements * dtype.bytes();
  }

  Kind kind() {
    return kind;
  }

  /** Makes a temporary one survive as a result of the prepare program. */
  void keepPrepared() {
    kind = Kind.PREPARED;
  }

  boolean isPlaced() {
    return whole != null;
  }

  /** Lets this storage be the elements of {@code other} from {@code at} on. */
  void placeIn(Storage other, long at) {
    whole = other;
    offset = at;
  }

  /** {@return the storage that owns the memory} */
  Storage root() {
    Storage at = this;
    while (at.whole != null) {
      at = at.whole;
    }
    return at;
  }

  /** {@return the first element's position in the root} */
  long rootOffset() {
    long sum = 0;
    for (Storage at = this; at.whole != null; at = at.whole) {
      sum += at.offset;
    }
    return sum;
  }

  @Override
  public String toString() {
    return name + " " + dtype.label() + "[" + elements + "]";
  }
}
