package dev.fathom.compile;

/**
 * Where an operand of a launch lies, before storages have addresses.
 *
 * @param storage the memory
 * @param offset of the view's first element
 */
record Slot(Storage storage, long offset) {
  /** {@return the element of the root storage where it begins} */
  long place() {
    return storage.rootOffset() + offset;
  }
}
