package dev.fathom.backend.java.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.backend.java.JavaBackendProvider;
import dev.fathom.backend.java.Launch;
import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Contract;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.Queue;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Source;
import dev.fathom.spi.View;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class JavaQueueTest {
  private static final View SQUARE = View.contiguous(DType.F32, Shape.of(40, 40));
  private static final Contract PRODUCT =
      new Contract(Source.of(SQUARE), Source.of(SQUARE), 0, 1, DType.F32, Epilogue.store(SQUARE));

  @Test
  void theProviderIsFoundAndListsOneDevice() {
    BackendProvider provider =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.name().equals("java"))
            .findFirst()
            .orElseThrow();
    var available = (BackendProvider.Probe.Available) provider.probe();
    assertEquals(1, available.devices().size());
    assertEquals(0, available.rank());
    try (Backend backend = provider.open(available.devices().getFirst(), Map.of("threads", "3"))) {
      assertTrue(backend.device().name().endsWith("3 threads"), backend.device().name());
      assertTrue(backend.device().variant().startsWith("vector-"), backend.device().variant());
    }
  }

  @Test
  void unknownAndWrongSettingsAreNamed() {
    BackendProvider provider = new JavaBackendProvider();
    for (Map<String, String> settings :
        java.util.List.of(
            Map.of("thread", "1"), Map.of("threads", "0"), Map.of("vector", "maybe"))) {
      IllegalArgumentException error =
          assertThrows(IllegalArgumentException.class, () -> provider.open(null, settings));
      String key = settings.keySet().iterator().next();
      assertTrue(error.getMessage().contains(key), error.getMessage());
    }
  }

  @Test
  void anErrorInAKernelPoisonsTheQueueAndNamesTheSpec() {
    try (Backend backend = Launch.open(2, true)) {
      Launch launch = new Launch(backend, PRODUCT).randomise(1).run();
      Binding[] outside = launch.bindings.clone();
      outside[2] = new Binding(outside[2].buffer(), 100);
      launch.queue.launch(launch.kernel, outside, new long[0]);
      BackendException error = assertThrows(BackendException.class, launch.queue::await);
      assertTrue(error.getMessage().contains("[contract]"), error.getMessage());
      double[] before = launch.values(2);
      assertThrows(
          BackendException.class,
          () -> launch.queue.launch(launch.kernel, launch.bindings, new long[0]));
      assertArrayEquals(before, launch.values(2));
      // Another queue of the same backend works on.
      try (Queue fresh = backend.openQueue(Backend.Priority.NORMAL)) {
        fresh.launch(launch.kernel, launch.bindings, new long[0]);
        fresh.await();
      }
    }
  }

  @Test
  void bindingsThatDoNotFitAreRefusedAndTheQueueStaysGood() {
    try (Backend backend = Launch.open(1, true)) {
      Launch launch = new Launch(backend, PRODUCT).randomise(1);
      Binding[] tooFew = {launch.bindings[0]};
      assertThrows(
          IllegalArgumentException.class,
          () -> launch.queue.launch(launch.kernel, tooFew, new long[0]));
      Binding[] wrongType = launch.bindings.clone();
      wrongType[0] = new Binding(backend.allocate(DType.F64, 1600), 0);
      assertThrows(
          IllegalArgumentException.class,
          () -> launch.queue.launch(launch.kernel, wrongType, new long[0]));
      launch.run();
    }
  }

  @Test
  void transfersKeepEveryBitAtAnyAlignment() {
    try (Backend backend = Launch.open(1, true);
        Queue queue = backend.openQueue(Backend.Priority.NORMAL)) {
      for (DType dtype : DType.values()) {
        byte[] host = new byte[1 + 5 * dtype.bytes()];
        new java.util.Random(3).nextBytes(host);
        Binding binding = new Binding(backend.allocate(dtype, 9), 3);
        MemorySegment unaligned = MemorySegment.ofArray(host).asSlice(1);
        queue.write(binding, unaligned);
        byte[] back = new byte[host.length];
        queue.read(binding, MemorySegment.ofArray(back).asSlice(1));
        host[0] = 0;
        assertArrayEquals(host, back, dtype.label());
        Binding end = new Binding(binding.buffer(), 5);
        assertThrows(IllegalArgumentException.class, () -> queue.write(end, unaligned));
      }
    }
  }

  @Test
  void inferenceBesideTrainingGetsTheSameBits() throws InterruptedException {
    try (Backend backend = Launch.open(2, true)) {
      View big = View.contiguous(DType.F32, Shape.of(200, 200));
      Contract product =
          new Contract(Source.of(big), Source.of(big), 0, 1, DType.F32, Epilogue.store(big));
      Launch training = new Launch(backend, product).randomise(4).run();
      double[] expected = training.values(2);
      Thread[] threads = new Thread[3];
      double[][] results = new double[threads.length][];
      for (int i = 0; i < threads.length; i++) {
        int index = i;
        threads[i] =
            new Thread(
                () -> {
                  Launch launch = new Launch(backend, product).randomise(4);
                  try (Queue queue =
                      backend.openQueue(
                          index == 0 ? Backend.Priority.HIGH : Backend.Priority.NORMAL)) {
                    launch.run();
                    for (int k = 0; k < 200; k++) {
                      queue.launch(launch.kernel, launch.bindings, new long[0]);
                    }
                    queue.await();
                  }
                  results[index] = launch.values(2);
                });
        threads[i].start();
      }
      for (int i = 0; i < threads.length; i++) {
        threads[i].join();
        assertArrayEquals(expected, results[i], 0.0);
      }
    }
  }
}
