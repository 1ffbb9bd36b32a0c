package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.View;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Which backend is chosen, and what is said of the others. */
class BackendsTest {
  private record Provider(
      String name, int spiVersion, Supplier<Probe> finding, Supplier<Backend> backend)
      implements BackendProvider {
    @Override
    public Probe probe() {
      return finding.get();
    }

    @Override
    public Backend open(Device device, Map<String, String> configuration) {
      return backend.get();
    }
  }

  private static Provider provider(String name, int rank, Supplier<Backend> backend) {
    Device device = new Device(0, name, 1 << 20, name);
    return new Provider(
        name,
        BackendProvider.SPI_VERSION,
        () -> new BackendProvider.Probe.Available(List.of(device), rank),
        backend);
  }

  private static final Provider GOOD = provider("good", 0, MinimalBackend::new);
  private static final Provider WRONG =
      provider("wrong", 9, () -> new MockBackend((spec, operands, scalars) -> {}));

  private static Backends.Selection select(String wanted, Provider... providers) {
    return Backends.select(wanted, List.of(providers), Map.of());
  }

  private static String refusal(Backends.Selection selection, int candidate) {
    return selection.candidates().get(candidate).refusal().orElseThrow();
  }

  @Test
  void theHighestRankThatComputesRightIsChosen() {
    assertEquals("better", select("auto", GOOD, provider("better", 5, MinimalBackend::new)).name());
    Backends.Selection selection = select("auto", GOOD, WRONG);
    assertEquals("good", selection.name());
    assertTrue(refusal(selection, 1).startsWith("self-test failed: "), refusal(selection, 1));
  }

  @Test
  void aNamedBackendThatFailsIsAnError() {
    var failure = assertThrows(IllegalArgumentException.class, () -> select("wrong", GOOD, WRONG));
    assertTrue(
        failure.getMessage().startsWith("[backends] expected 'wrong' to work but wrong: self-test"),
        failure.getMessage());
    assertEquals(
        "[backends] expected 'cuda' to work but found only [good]",
        assertThrows(IllegalArgumentException.class, () -> select("cuda", GOOD)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> select("good:7", GOOD));
  }

  @Test
  void eachRefusalIsOneLine() {
    Provider throwing =
        new Provider(
            "throwing",
            1,
            () -> {
              throw new IllegalStateException("driver is gone");
            },
            MinimalBackend::new);
    Provider absent =
        new Provider(
            "absent",
            1,
            () -> new BackendProvider.Probe.Unavailable("No device.", "Install one."),
            MinimalBackend::new);
    Provider future = new Provider("future", 2, () -> null, MinimalBackend::new);
    Backends.Selection selection =
        select("auto", throwing, absent, future, GOOD, provider("good", 1, MockBackend::new));
    assertEquals("good", selection.name());
    assertTrue(refusal(selection, 0).contains("driver is gone"), refusal(selection, 0));
    assertEquals("No device. Install one.", refusal(selection, 1));
    assertEquals("needs SPI version 2, this is 1; update Fathom", refusal(selection, 2));
    assertEquals("another backend has this name", refusal(selection, 4));
  }

  @Test
  void anOldBackendIsNotOfferedNewSpecs() {
    View row = View.contiguous(DType.F32, Shape.of(3));
    Plan plan = new Versioned(new MockBackend(), 0).plan(new Softmax(false, row, row));
    assertEquals(
        "came with SPI version 1, the backend knows 0",
        assertInstanceOf(Plan.Declined.class, plan).reason());
  }
}
