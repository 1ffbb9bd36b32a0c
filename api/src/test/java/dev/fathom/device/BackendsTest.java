package dev.fathom.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import dev.fathom.spi.BackendException;
import dev.fathom.spi.BackendProvider;
import dev.fathom.spi.DType;
import dev.fathom.spi.Device;
import dev.fathom.spi.Normalise;
import dev.fathom.spi.Plan;
import dev.fathom.spi.Shape;
import dev.fathom.spi.Softmax;
import dev.fathom.spi.View;
import dev.fathom.spi.tck.MinimalBackend;
import dev.fathom.spi.tck.MockBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which backend is chosen, and what is said of the others. */
class BackendsTest {
  private record Provider(
      String name, int spiVersion, Supplier<Probe> finding, Function<Device, Backend> backend)
      implements BackendProvider {
    @Override
    public Probe probe() {
      return finding.get();
    }

    @Override
    public Backend open(Device device, Map<String, String> configuration) {
      return backend.apply(device);
    }
  }

  private static Provider provider(
      String name, int rank, Function<Device, Backend> backend, String... devices) {
    List<Device> listed = new ArrayList<>();
    for (String device : devices.length == 0 ? new String[] {name} : devices) {
      listed.add(new Device(listed.size(), device, 1 << 20, "driver 1"));
    }
    return new Provider(
        name,
        BackendProvider.SPI_VERSION,
        () -> new BackendProvider.Probe.Available(listed, rank),
        backend);
  }

  private static Provider provider(String name, int rank) {
    return provider(name, rank, device -> new MinimalBackend());
  }

  private static final Provider GOOD = provider("good", 0);
  private static final Provider WRONG =
      provider("wrong", 9, device -> new MockBackend((spec, operands, scalars) -> {}));

  private static Backends.Selection select(String wanted, BackendProvider... providers) {
    return Backends.select(wanted, List.of(providers), Map.of(), Optional.empty(), backend -> 1);
  }

  private static String refusal(Backends.Selection selection, int candidate) {
    return selection.candidates().get(candidate).refusal().orElseThrow();
  }

  @Test
  void theHighestRankThatComputesRightIsChosen() {
    assertEquals("better", select("auto", GOOD, provider("better", 5)).name());
    Backends.Selection selection = select("auto", GOOD, WRONG);
    assertEquals("good", selection.name());
    assertTrue(refusal(selection, 1).startsWith("self-test failed: "), refusal(selection, 1));
    assertEquals(Optional.empty(), selection.candidates().get(0).note(), "nothing to compare");
  }

  @Test
  void aNamedBackendThatFailsIsAnError() {
    var failure = assertThrows(NoBackendException.class, () -> select("wrong", GOOD, WRONG));
    assertTrue(
        failure.getMessage().startsWith("[backends] expected 'wrong' to work but wrong: self-test"),
        failure.getMessage());
    assertTrue(failure.candidates().get(1).refusal().isPresent());
    assertEquals(
        "[backends] expected 'cuda' to work but found only [good]",
        assertThrows(NoBackendException.class, () -> select("cuda", GOOD)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "cards, Radeon 780",
    "cards:0, Radeon 780",
    "cards:1, GeForce RTX 4090",
    "cards:4090, GeForce RTX 4090",
    "cards:rtx 4090, GeForce RTX 4090",
    "cards:RADEON, Radeon 780",
    "cards:geforce rtx 40, GeForce RTX 40"
  })
  void aDeviceIsNamedByNumberOrPartOfItsName(String wanted, String device) {
    Provider cards =
        provider(
            "cards",
            1,
            on -> new DecoratedBackend(new MinimalBackend(), on),
            "Radeon 780",
            "GeForce RTX 4090",
            "GeForce RTX 40");
    assertEquals(device, select(wanted, GOOD, cards).backend().device().name());
  }

  @Test
  void aDeviceThatIsNotThereOrNotTheOnlyOneIsAnErrorThatListsDevices() {
    Provider cards = provider("cards", 1, on -> new MinimalBackend(), "Red One", "Red Two");
    for (String device : List.of("7", "green", "red", "")) {
      var failure = assertThrows(NoBackendException.class, () -> select("cards:" + device, cards));
      assertEquals(
          "[backends] expected the number or name of %s device of cards but got '%s'; there are"
                  .formatted(device.equals("red") ? "one" : "a", device)
              + " 0 Red One, 1 Red Two",
          failure.getMessage());
    }
    assertThrows(NoBackendException.class, () -> select("auto:1", cards));
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
            device -> new MinimalBackend());
    Provider absent =
        new Provider(
            "absent",
            1,
            () -> new BackendProvider.Probe.Unavailable("No device.", "Install one."),
            device -> new MinimalBackend());
    int next = BackendProvider.SPI_VERSION + 1;
    Provider future = new Provider("future", next, () -> null, device -> new MinimalBackend());
    Provider empty =
        new Provider(
            "empty",
            1,
            () -> new BackendProvider.Probe.Available(List.of(), 1),
            device -> new MinimalBackend());
    Provider closed =
        provider(
            "closed",
            1,
            device -> {
              throw new BackendException("out of device memory");
            });
    Backends.Selection selection =
        select("auto", throwing, absent, future, GOOD, provider("good", 1), empty, closed);
    assertEquals("good", selection.name());
    assertTrue(refusal(selection, 0).contains("driver is gone"), refusal(selection, 0));
    assertEquals("No device. Install one.", refusal(selection, 1));
    assertEquals(
        "needs SPI version %d, this is %d; update Fathom".formatted(next, next - 1),
        refusal(selection, 2));
    assertEquals(Optional.empty(), selection.candidates().get(3).refusal());
    String twice = refusal(selection, 4);
    assertTrue(twice.matches("is in \\S+ and in \\S+; remove one of the two"), twice);
    assertTrue(refusal(selection, 5).contains("no device"), refusal(selection, 5));
    assertEquals("cannot be opened: out of device memory", refusal(selection, 6));
  }

  /** A driver takes time and memory as soon as it is asked. */
  @Test
  void aNamedBackendAsksNoOtherUntilTheListIsWanted() {
    var asked = new AtomicInteger();
    Provider driver =
        new Provider(
            "driver",
            BackendProvider.SPI_VERSION,
            () -> {
              asked.incrementAndGet();
              return new BackendProvider.Probe.Unavailable("No device.", "Install one.");
            },
            device -> new MinimalBackend());
    Backends.Selection selection = select("good", driver, GOOD);
    assertEquals(
        List.of("good"), selection.tried().stream().map(Backends.Candidate::name).toList());
    assertEquals(0, asked.get());

    assertEquals("No device. Install one.", refusal(selection, 0));
    assertEquals(2, selection.candidates().size());
    assertEquals(1, asked.get(), "once");
    assertEquals(2, select("auto", driver, GOOD).tried().size());
    assertEquals(2, asked.get());
  }

  @Test
  void timesAreThoseOfWhatWasDone() {
    Backends.Selection selection = select("good", GOOD, WRONG);
    Backends.Times chosen = selection.candidates().get(0).times();
    assertTrue(chosen.selfTest().orElseThrow().isPositive());
    assertTrue(chosen.open().isPresent() && chosen.probe().isPresent());
    Backends.Times other = selection.candidates().get(1).times();
    assertTrue(other.probe().isPresent() && other.open().isEmpty() && other.selfTest().isEmpty());
    List<Backends.Candidate> all =
        Backends.examine(List.of(GOOD, WRONG), Map.of(), Optional.empty());
    assertEquals(Optional.empty(), all.get(0).refusal());
    assertTrue(all.get(1).refusal().orElseThrow().startsWith("self-test failed"));
    assertTrue(all.get(1).times().selfTest().isPresent());
  }

  /** Several backends, each of a given speed; says what was opened, measured and closed. */
  private final class Race {
    final Map<String, DecoratedBackend> opened = new HashMap<>();
    final List<String> measured = new ArrayList<>();
    final Map<String, Double> speeds = new HashMap<>();

    /** The speed in the trials behind the first. */
    final Map<String, Double> afterwards = new HashMap<>();

    final List<Provider> providers = new ArrayList<>();

    Race with(String name, int rank, double speed) {
      providers.add(provider(name, rank, this::open));
      speeds.put(name, speed);
      return this;
    }

    private Backend open(Device device) {
      var backend = new DecoratedBackend(new MinimalBackend(), device);
      opened.put(device.name(), backend);
      return backend;
    }

    Backends.Selection run(Map<String, String> configuration) {
      opened.clear();
      measured.clear();
      return Backends.select(
          "auto",
          new ArrayList<BackendProvider>(providers),
          configuration,
          Optional.of(cache),
          backend -> {
            String name = backend.device().name();
            boolean again = measured.contains(name);
            measured.add(name);
            double speed = (again ? afterwards : speeds).getOrDefault(name, speeds.get(name));
            if (speed < 0) {
              throw new BackendException("lost device");
            }
            return speed;
          });
    }

    Backends.Selection run() {
      return run(Map.of());
    }
  }

  @TempDir Path folder;
  private Path cache;

  private Race race() {
    cache = folder.resolve("data/cache");
    return new Race();
  }

  @ParameterizedTest
  @CsvSource({
    "4000, 400, 14, gpu", // as ranked
    "400, 799, 14, gpu", // not clearly faster
    "100, 400, 14, java", // an integrated GPU
    "100, 400, 799, java",
    "100, 150, 400, cpu",
    "100, 250, 450, java"
  })
  void aLowerRankWinsIfItIsClearlyFaster(double gpu, double java, double cpu, String chosen) {
    Race race = race().with("cpu", -10, cpu).with("gpu", 100, gpu).with("java", 0, java);
    assertEquals(chosen, race.run().name());
    race.opened.forEach(
        (name, backend) -> assertEquals(!name.equals(chosen), backend.isClosed(), name));
  }

  @Test
  void whatWasMeasuredIsSaid() {
    Race race = race().with("java", 0, 400.4).with("cpu", -10, 450).with("slow", -20, 1.44);
    List<Backends.Candidate> candidates = race.run().candidates();
    assertEquals(
        List.of(
            "400 GFLOP/s",
            "450 GFLOP/s against 400 of java, which ranks higher",
            "1.4 GFLOP/s against 400 of java"),
        candidates.stream().map(each -> each.note().orElseThrow()).toList());
  }

  @Test
  void theSecondStartMeasuresNothingAndOpensOnlyTheWinner() {
    Race race = race().with("gpu", 100, 400).with("java", 0, 100);
    assertEquals("gpu", race.run().name());
    assertEquals(List.of("gpu", "java"), race.measured);

    Backends.Selection second = race.run();
    assertEquals("gpu", second.name());
    assertEquals(List.of(), race.measured);
    assertEquals(1, race.opened.size());
    assertEquals("100 GFLOP/s against 400 of gpu", second.candidates().get(1).note().orElseThrow());

    race.run(Map.of("threads", "1"));
    assertEquals(2, race.measured.size(), "other settings are measured");
    race.run();
    assertEquals(0, race.measured.size(), "and do not replace these");

    race.with("new", 50, 10).run();
    assertEquals(3, race.measured.size(), "one more is compared with all");
  }

  /** Other work on the machine slows one trial, hardly two. */
  @Test
  void whatSeemsToWinAgainstItsRankIsMeasuredTwice() {
    Race race = race().with("java", 0, 40).with("cpu", -1, 100);
    race.afterwards.put("java", 400.0);
    assertEquals("java", race.run().name());
    assertEquals(List.of("java", "cpu", "java", "cpu"), race.measured);
    assertEquals("java", race.run().name(), "and the better figure is kept");
  }

  @ParameterizedTest
  @CsvSource({"{", "''", "[1]", "'{\"a\": \"b\"}'", "null"})
  void anUnreadableFileIsMeasuredAgain(String content) throws IOException {
    Race race = race().with("gpu", 100, 400).with("java", 0, 100);
    race.run();
    Files.writeString(cache.resolve(Figures.FILE), content);
    assertEquals("gpu", race.run().name());
    assertEquals(2, race.measured.size());
    race.run();
    assertEquals(0, race.measured.size(), "the file is whole again");
    assertEquals(1, cache.toFile().list().length);
  }

  @Test
  void aFolderThatCannotBeMadeIsNoError() throws IOException {
    Race race = race().with("gpu", 100, 400).with("java", 0, 100);
    Files.writeString(folder.resolve("data"), "a file");
    assertEquals("gpu", race.run().name());
    assertEquals("gpu", race.run().name());
    assertEquals(2, race.measured.size());
  }

  @Test
  void oneAloneIsNotMeasuredAndKeepsNothing() {
    Race race = race().with("java", 0, 400);
    race.providers.add(WRONG);
    assertEquals("java", race.run().name());
    assertEquals(List.of(), race.measured);
    assertFalse(Files.exists(folder.resolve("data")));
  }

  @Test
  void oneThatFailsWhenMeasuredIsRefused() {
    Race race = race().with("gpu", 100, -1).with("java", 0, 400);
    Backends.Selection selection = race.run();
    assertEquals("java", selection.name());
    assertEquals("the contract that compares backends failed: lost device", refusal(selection, 0));
    assertTrue(race.opened.get("gpu").isClosed());
  }

  @Test
  void aKnownWinnerThatFailsGivesWayToTheNext() {
    Race race = race().with("gpu", 100, 1000).with("java", 0, 400);
    race.run();
    race.providers.set(
        0,
        provider(
            "gpu",
            100,
            device -> {
              throw new BackendException("lost device");
            }));
    Backends.Selection selection = race.run();
    assertEquals("java", selection.name());
    assertEquals("cannot be opened: lost device", refusal(selection, 0));
  }

  @Test
  void eachBackendIsToldItsOwnFolder() {
    List<Map<String, String>> settings = new ArrayList<>();
    BackendProvider curious =
        new BackendProvider() {
          @Override
          public String name() {
            return "curious";
          }

          @Override
          public int spiVersion() {
            return SPI_VERSION;
          }

          @Override
          public Probe probe() {
            return GOOD.probe();
          }

          @Override
          public Backend open(Device device, Map<String, String> configuration) {
            settings.add(configuration);
            return new MinimalBackend();
          }
        };
    Backends.select(
        "curious", List.of(curious), Map.of("threads", "3"), Optional.of(folder.resolve("c")));
    assertEquals(
        List.of(Map.of("threads", "3", "cache", folder.resolve("c/curious").toString())), settings);
    assertFalse(Files.exists(folder.resolve("c")), "it is the backend that makes it");
  }

  @Test
  void theRealContractMeasures() {
    double rate = Trial.gigaflops(Backends.select("java").backend());
    assertTrue(rate > 0.1 && rate < 1e6, () -> rate + " GFLOP/s");
  }

  /** Takes a few seconds: that is the point. */
  @Test
  void aBackendThatIsAThousandTimesTooSlowIsStillMeasuredInSeconds() {
    long start = System.nanoTime();
    assertTrue(Trial.gigaflops(new MockBackend()) < 1);
    assertTrue(System.nanoTime() - start < 20_000_000_000L);
  }

  @Test
  void aProviderThatBreaksIsRefusedInOneLineAndStopsNothing() {
    Supplier<BackendProvider.Probe> error =
        () -> {
          throw new NoClassDefFoundError("com/example/Missing\nsecond line");
        };
    BackendProvider nameless =
        new BackendProvider() {
          @Override
          public String name() {
            throw new AssertionError("no name today");
          }

          @Override
          public int spiVersion() {
            return 1;
          }

          @Override
          public Probe probe() {
            throw new IllegalStateException("asked without a name");
          }

          @Override
          public Backend open(Device device, Map<String, String> configuration) {
            throw new IllegalStateException("opened without a name");
          }
        };
    Backends.Selection selection =
        select(
            "auto",
            nameless,
            new Provider("broken", 1, error, device -> new MinimalBackend()),
            provider("Bad Name", 1),
            provider("auto", 1),
            new Provider("mute", 1, () -> null, device -> new MinimalBackend()),
            new Provider(
                "bare",
                1,
                () -> new BackendProvider.Probe.Available(List.of(), 3),
                device -> new MinimalBackend()),
            provider(
                "fragile",
                9,
                device -> {
                  throw new StackOverflowError();
                }),
            GOOD);
    assertEquals("good", selection.name());
    assertEquals(nameless.getClass().getName(), selection.candidates().getFirst().name());
    assertEquals(
        List.of(
            "its name failed: java.lang.AssertionError: no name today",
            "its probe failed: java.lang.NoClassDefFoundError: com/example/Missing second line",
            "its name must be [a-z0-9-]+ and not 'auto'",
            "its name must be [a-z0-9-]+ and not 'auto'",
            "its probe gave null",
            "its probe found no device and did not say why",
            "cannot be opened: java.lang.StackOverflowError"),
        selection.candidates().stream().flatMap(c -> c.refusal().stream()).toList());
  }

  /** A plugin that was built against SPI 1 has the core and what SPI 1 had beyond it. */
  @Test
  void aProviderOfSpi1IsOfferedWhatItKnows() {
    Backend backend =
        select("old", new Provider("old", 1, GOOD::probe, device -> new MockBackend())).backend();
    View row = View.contiguous(DType.F32, Shape.of(3));
    View rows = View.contiguous(DType.F32, Shape.of(2, 3));
    View each = View.contiguous(DType.F32, Shape.of(2));
    assertInstanceOf(Plan.Accepted.class, backend.plan(new Softmax(false, row, row)));
    Plan plan =
        backend.plan(new Normalise(1, rows, row, Optional.empty(), rows, each, Optional.empty()));
    assertEquals(
        "came with SPI version 2, the backend knows 1",
        assertInstanceOf(Plan.Declined.class, plan).reason());
  }

  @Test
  void anOldBackendIsNotOfferedNewSpecs() {
    View row = View.contiguous(DType.F32, Shape.of(3));
    Backend pinned = new MockBackend();
    var inner =
        new DecoratedBackend(new MockBackend(), pinned.device()) {
          @Override
          public Optional<Backend> pinned(String variant) {
            return variant.equals("old") ? Optional.of(pinned) : Optional.empty();
          }
        };
    var old = new Versioned(inner, 0);
    for (Backend backend : List.of(old, old.pinned("old").orElseThrow())) {
      Plan plan = backend.plan(new Softmax(false, row, row));
      assertEquals(
          "came with SPI version 1, the backend knows 0",
          assertInstanceOf(Plan.Declined.class, plan).reason());
    }
    assertEquals(Optional.empty(), old.pinned("other"));
    var failure = assertThrows(BackendException.class, () -> old.allocate(DType.F32, 3));
    assertEquals(
        "[allocate] f32 came with SPI version 1, the backend knows 0", failure.getMessage());
  }
}
