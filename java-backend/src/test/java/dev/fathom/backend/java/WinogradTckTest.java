package dev.fathom.backend.java;

import dev.fathom.spi.Backend;
import dev.fathom.spi.tck.BackendTck;

class WinogradTckTest extends BackendTck {
  @Override
  protected Backend open() {
    return Launch.openWinograd(2, true);
  }
}
