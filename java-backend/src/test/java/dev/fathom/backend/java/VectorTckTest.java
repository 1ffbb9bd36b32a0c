package dev.fathom.backend.java;

import dev.fathom.spi.Backend;
import dev.fathom.spi.tck.BackendTck;

class VectorTckTest extends BackendTck {
  @Override
  protected Backend open() {
    return Launch.open(2, true);
  }
}
