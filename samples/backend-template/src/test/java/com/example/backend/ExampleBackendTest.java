package com.example.backend;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.BackendProvider.Probe;
import dev.fathom.spi.Binding;
import dev.fathom.spi.DType;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Reduce;
import dev.fathom.spi.ReduceOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import dev.fathom.spi.tck.BackendTck;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Every case that says what a backend is, on the one that {@code META-INF/services} names. */
class ExampleBackendTest extends BackendTck {
  private static Backend open(Map<String, String> configuration) {
    BackendProvider provider = ServiceLoader.load(BackendProvider.class).findFirst().orElseThrow();
    Probe.Available found = (Probe.Available) provider.probe();
    return provider.open(found.devices().getFirst(), configuration);
  }

  @Override
  protected Backend open() {
    return open(Map.of());
  }

  @Test
  void aSettingThatItDoesNotKnowIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> open(Map.of("colour", "red")));
  }

  @Test
  void theFirstErrorPoisonsTheQueue() {
    View pair = View.contiguous(DType.F32, Shape.of(2));
    View scalar = View.contiguous(DType.F32, Shape.SCALAR);
    Reduce sum = new Reduce(ReduceOp.SUM, Source.of(pair), 1, scalar);
    try (Backend backend = open();
        Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      Binding one = new Binding(backend.allocate(DType.F32, 1), 0);
      queue.launch(backend.compile(sum), new Binding[] {one, one}, new long[0]);
      BackendException error = assertThrows(BackendException.class, queue::await);
      assertTrue(error.getMessage().startsWith("[reduce] failed: "), error.getMessage());
      assertThrows(BackendException.class, queue::await);
    }
  }
}
