package dev.fathom.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelGateTest {

  @Test
  void letsSoManyInAndTheOthersInTheirOrder() {
    var gate = new ModelGate(2);
    List<Integer> begun = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      gate.enter(() -> begun.add(number));
    }
    assertEquals(List.of(0, 1), begun);
    gate.leave();
    assertEquals(List.of(0, 1, 2), begun);
    for (int i = 0; i < 4; i++) {
      gate.leave();
    }
    assertEquals(List.of(0, 1, 2, 3, 4), begun);
    gate.enter(() -> begun.add(5));
    gate.enter(() -> begun.add(6));
    gate.enter(() -> begun.add(7));
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), begun);
  }
}
