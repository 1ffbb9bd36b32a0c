package dev.fathom.compile;

import dev.fathom.spi.DType;
import java.util.ArrayList;
import java.util.List;

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
    /** Literals and outputs of the prepare program, which are written once. */
    PREPARED
  }

  private final String name;
  private final DType dtype;
  private final long elements;
  private Kind kind;
  private Storage whole;
  private boolean holdsParts;
  private boolean opaque;
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

  /** Says that only the backend knows how elements lie here. */
  void markOpaque() {
    opaque = true;
  }

  boolean isOpaque() {
    return opaque;
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

  /** {@return whether other storages were placed inside} */
  boolean holdsParts() {
    return holdsParts;
  }

  /** Lets this storage be the elements of {@code other} from {@code at} on. */
  void placeIn(Storage other, long at) {
    other.holdsParts = true;
    whole = other;
    offset = at;
  }

  /** {@return the storage that owns the memory} */
  Storage root() {
    shorten();
    return whole == null ? this : whole;
  }

  /** {@return the first element's position in the root} */
  long rootOffset() {
    shorten();
    return offset;
  }

  /** Points straight at the root, so that long chains of places cost nothing later. */
  private void shorten() {
    List<Storage> chain = new ArrayList<>();
    Storage at = this;
    while (at.whole != null) {
      chain.add(at);
      at = at.whole;
    }
    for (Storage storage : chain.reversed()) {
      if (storage.whole != at) {
        storage.offset += storage.whole.offset;
        storage.whole = at;
      }
    }
  }

  @Override
  public String toString() {
    return name + " " + dtype.label() + "[" + elements + "]";
  }
}
