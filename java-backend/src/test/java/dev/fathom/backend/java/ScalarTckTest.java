package dev.fathom.backend.java;

import dev.fathom.spi.Backend;
import dev.fathom.spi.tck.BackendTck;

class ScalarTckTest extends BackendTck {
  @Override
  protected Backend open() {
    return Launch.open(2, false);
  }
}
