package dev.fathom.backend.java.loops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoopGraphTest {
  private static String key(String text) {
    return LoopGraph.parse(text).key().text();
  }

  static Stream<String> lines() throws IOException {
    return LoopGenerator.keys().stream();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aLineOfTheListIsAKey(String line) {
    assertEquals(key(line), line, "the key of this loop is spelled otherwise");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "xu|add 0 1;relu 2|3 ! ux|add 0 1;relu 2|3",
        "xu|add 0 1;relu 2|3 ! xu|add 1 0;relu 2|3",
        "xx|multiply 0 0;multiply 1 1;add 2 3|4 ! xx|multiply 1 1;multiply 0 0;add 2 3|4",
        "xx|multiply 0 1;add 0 1|2 3 ! xx|add 1 0;multiply 1 0|3 2",
        "mxu|select 0 1 2|3 ! xmu|select 1 0 2|3",
        "xuuu|multiply 0 1;multiply 0 2;multiply 0 3;add 4 5;add 7 6|8"
            + " ! uuux|multiply 3 2;multiply 3 1;add 4 5;multiply 0 3;add 7 6|8",
      })
  void spellingsOfOneLoopHaveOneKey(String one, String other) {
    assertEquals(key(one), key(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "xu|subtract 0 1|2 ! xu|subtract 1 0|2",
        "xu|add 0 1|2 ! xx|add 0 1|2",
        "xx|add 0 1|2 ! xx|add 0 0|2",
        "xxx|add 0 1;add 2 3|4 ! xxx|add 0 1;add 0 3|4",
        "xx|multiply 0 1;add 2 0|2 3 ! xx|multiply 0 1;add 2 0|3",
        "mxx|select 0 1 2|3 ! bxx|select 0 1 2|3",
        "xxxx|less 0 1;select 4 2 3|5 ! xxxx|less 0 1;select 4 0 1|5",
      })
  void differentLoopsHaveDifferentKeys(String one, String other) {
    assertNotEquals(key(one), key(other));
  }

  @Test
  void aLoopOfAnySpellingHasOneKeyAndKeepsItsSlots() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      LoopGraph graph = LoopGraph.parse(RandomLoops.text(random, 1 + random.nextInt(30)));
      LoopKey key = graph.key();
      LoopKey other = RandomLoops.respell(graph, random).key();
      assertEquals(key.text(), other.text());
      // Slots may be exchanged, between leaves and results at once, only where nobody can tell.
      LoopGraph named = LoopGraph.parse(key.text());
      for (LoopKey each : List.of(key, other)) {
        assertEquals(described(graph, null), described(named, each.slots()));
      }
    }
  }

  /** {@return what is stored in each slot, as a term of what stood in slots} */
  private static List<String> described(LoopGraph graph, int[] slots) {
    List<LoopGraph.Value> values = graph.values();
    String[] terms = new String[values.size()];
    int leaf = 0;
    for (int at = 0; at < terms.length; at++) {
      LoopGraph.Value value = values.get(at);
      if (value.isLeaf()) {
        terms[at] = value.kind() + "" + (slots == null ? leaf : slots[leaf]);
        leaf++;
      } else {
        Stream<String> arguments =
            java.util.Arrays.stream(value.arguments()).mapToObj(i -> terms[i]);
        boolean sorted =
            switch (value.op()) {
              case ADD, MULTIPLY, MIN, MAX, EQUAL, NOT_EQUAL, AND, OR -> true;
              default -> false;
            };
        List<String> list = (sorted ? arguments.sorted() : arguments).toList();
        // Terms of shared values would double in length at each step.
        terms[at] = value.op() + Integer.toHexString(list.hashCode());
      }
    }
    String[] stored = new String[graph.results().size()];
    for (int result = 0; result < stored.length; result++) {
      int slot = slots == null ? leaf + result : slots[leaf + result];
      stored[result] = slot + " = " + terms[graph.results().get(result)];
    }
    return Stream.of(stored).sorted().toList();
  }
}
