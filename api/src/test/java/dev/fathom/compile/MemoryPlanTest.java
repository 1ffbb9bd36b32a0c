package dev.fathom.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.DType;
import dev.fathom.spi.Expression;
import dev.fathom.spi.Fused;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Shape;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where temporary storages go. */
class MemoryPlanTest {
  private static Storage temporary(DType dtype, long elements) {
    return new Storage(Storage.Kind.TEMPORARY, "t", dtype, elements);
  }

  private static Storage f32(long elements) {
    return temporary(DType.F32, elements);
  }

  private static View all(Storage storage) {
    return View.contiguous(storage.dtype(), Shape.of(storage.elements()));
  }

  /** A unit of one launch that reads the first element of each source and fills the target. */
  private static Unit unit(Storage target, Storage... sources) {
    Expression.Builder map = new Expression.Builder();
    int sum = map.constant(0, target.dtype().valueType());
    List<View> views = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    for (Storage source : sources) {
      views.add(View.of(source.dtype(), Shape.of(target.elements()), 0));
      slots.add(new Slot(source, 0));
      int input = map.cast(map.input(slots.size() - 1, source.dtype()), target.dtype());
      sum = map.apply(ScalarOp.ADD, sum, input);
    }
    slots.add(new Slot(target, 0));
    Shape shape = Shape.of(target.elements());
    Unit unit = new Unit();
    unit.add(
        new Launch(
            new Fused(shape, views, map.build(sum), List.of(all(target))), slots, List.of()));
    return unit;
  }

  /** A launch that copies element by element, so that it may work in place. */
  private static Launch copy(Storage source, Storage target) {
    Fused spec =
        new Fused(
            Shape.of(target.elements()),
            List.of(all(source)),
            Expression.identity(source.dtype()),
            List.of(all(target)));
    return new Launch(spec, List.of(new Slot(source, 0), new Slot(target, 0)), List.of());
  }

  private static Unit unitOf(Launch... launches) {
    Unit unit = new Unit();
    Arrays.stream(launches).forEach(unit::add);
    return unit;
  }

  @Test
  void whatDoesNotLiveAtOneTimeSharesMemory() {
    Storage a = f32(100);
    Storage b = f32(50);
    Storage c = f32(100);
    MemoryPlan plan = new MemoryPlan(List.of(unit(a), unit(b, a), unit(c, b)), Set.of(c));
    assertEquals(0, plan.offset(a));
    assertEquals(0, plan.offset(c));
    assertEquals(112, plan.offset(b), "behind a, at a cache line");
    assertEquals(Map.of(DType.F32, 162L), plan.arenas());
    assertEquals(4 * 162, plan.bytes());
  }

  @Test
  void aResultIsNotOverwritten() {
    Storage a = f32(16);
    Storage b = f32(16);
    List<Unit> order = List.of(unit(a), unit(b));
    assertEquals(64, new MemoryPlan(order, Set.of()).bytes());
    MemoryPlan plan = new MemoryPlan(List.of(unit(a), unit(b)), Set.of(a, b));
    assertEquals(128, plan.bytes());
  }

  @Test
  void eachElementTypeHasAnArena() {
    Storage a = f32(3);
    Storage b = temporary(DType.F64, 5);
    Storage c = temporary(DType.I32, 0);
    MemoryPlan plan = new MemoryPlan(List.of(unit(a), unit(b, a), unit(c, b)), Set.of(c));
    assertEquals(Map.of(DType.F32, 3L, DType.F64, 5L, DType.I32, 0L), plan.arenas());
    assertEquals(4 * 3 + 8 * 5, plan.bytes());
  }

  @Test
  void aChainOfElementwiseKernelsWorksInOnePlace() {
    Storage a = f32(8);
    Storage b = f32(8);
    Storage c = f32(8);
    List<Unit> order = List.of(unit(a), unitOf(copy(a, b)), unitOf(copy(b, c)));
    MemoryPlan plan = new MemoryPlan(order, Set.of(c));
    assertSame(a, c.root());
    assertEquals(32, plan.bytes());
    order.forEach(Unit::dropSelfCopies);
    assertEquals(1, order.stream().mapToInt(unit -> unit.launches().size()).sum());
  }

  @Test
  void whatIsReadAgainIsNotOverwritten() {
    Storage a = f32(8);
    Storage b = f32(8);
    Storage c = f32(8);
    MemoryPlan plan =
        new MemoryPlan(List.of(unit(a), unitOf(copy(a, b)), unit(c, a, b)), Set.of(c));
    assertFalse(b.isPlaced());
    assertTrue(plan.offset(a) != plan.offset(b));
  }

  /** The second launch of a unit still wants the operand, or the first reads it in other places. */
  @Test
  void anOperandThatIsReadInOtherPlacesIsNotOverwritten() {
    Storage a = f32(8);
    Storage b = f32(8);
    Storage c = f32(8);
    new MemoryPlan(List.of(unit(a), unitOf(copy(a, b), copy(a, c))), Set.of(b, c));
    assertFalse(b.isPlaced());
    Storage d = f32(8);
    Storage e = f32(8);
    new MemoryPlan(List.of(unit(d), unit(e, d)), Set.of(e));
    assertFalse(e.isPlaced(), "its first element is read for all");
    Storage f = f32(8);
    Storage g = f32(9);
    new MemoryPlan(List.of(unit(f), unit(g, f)), Set.of(g));
    assertFalse(g.isPlaced(), "it is larger");
  }

  /** Parts have no life of their own: the whole lives from the first write to the last read. */
  @Test
  void aPlacedPartLivesInItsWhole() {
    Storage whole = f32(32);
    Storage left = f32(16);
    Storage right = f32(16);
    left.placeIn(whole, 0);
    right.placeIn(whole, 16);
    Storage between = f32(16);
    Storage sum = f32(16);
    List<Unit> order =
        List.of(unit(left), unit(between), unit(right, between), unit(sum, left, right));
    MemoryPlan plan = new MemoryPlan(order, Set.of(sum));
    assertEquals(16, right.rootOffset());
    assertTrue(plan.offset(between) >= plan.offset(whole) + 32 || plan.offset(whole) >= 16);
    assertTrue(plan.offset(sum) >= plan.offset(whole) + 32 || plan.offset(whole) >= 16);
  }

  /**
   * Random programs, checked element by element: a storage keeps what was written to the last read.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void nobodyWritesOverWhatIsStillRead(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Storage> all = new ArrayList<>();
    List<Unit> order = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Storage target = f32(random.nextInt(0, 40));
      Storage[] sources =
          random
              .ints(random.nextInt(4), Math.max(0, i - 9), Math.max(1, i))
              .filter(at -> at < all.size())
              .mapToObj(all::get)
              .toArray(Storage[]::new);
      boolean inPlace = sources.length == 1 && sources[0].elements() == target.elements();
      order.add(inPlace ? unitOf(copy(sources[0], target)) : unit(target, sources));
      all.add(target);
    }
    Set<Storage> results =
        all.stream().filter(storage -> random.nextInt(10) == 0).collect(Collectors.toSet());
    MemoryPlan plan = new MemoryPlan(order, results);
    long arena = plan.arenas().get(DType.F32);
    Storage[] memory = new Storage[Math.toIntExact(arena)];
    for (Unit unit : order) {
      Launch launch = unit.launches().getFirst();
      launch.reads().forEach(slot -> holds(memory, plan, slot.storage()));
      Storage target = launch.writes().getFirst().storage();
      for (int i = 0; i < target.elements(); i++) {
        memory[at(plan, target) + i] = target;
      }
    }
    results.forEach(storage -> holds(memory, plan, storage));
    long elements = all.stream().mapToLong(Storage::elements).sum();
    assertTrue(arena < elements / 2, arena + " of " + elements);
  }

  private static int at(MemoryPlan plan, Storage storage) {
    return Math.toIntExact(plan.offset(storage.root()) + storage.rootOffset());
  }

  private static void holds(Storage[] memory, MemoryPlan plan, Storage storage) {
    for (int i = 0; i < storage.elements(); i++) {
      assertSame(storage, memory[at(plan, storage) + i]);
    }
  }
}
