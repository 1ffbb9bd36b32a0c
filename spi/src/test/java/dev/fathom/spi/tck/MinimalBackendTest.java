package dev.fathom.spi.tck;

import dev.fathom.spi.Backend;

class MinimalBackendTest extends BackendTck {
  @Override
  protected Backend open() {
    return new MinimalBackend();
  }
}
